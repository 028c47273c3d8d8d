// OpenJPEG as WebAssembly (@cornerstonejs/codec-openjpeg). It is CommonJS with a .wasm beside it, so it is loaded as a file:
// from node_modules in the checkout, beside the bundle (copied there by scripts/build.mjs) in the built application.

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface FrameInfo {
  readonly width: number
  readonly height: number
  readonly bitsPerSample: number
  readonly componentCount: number
  readonly isSigned: boolean
}

interface J2KDecoder {
  /** a view into WASM memory to write the codestream to */
  getEncodedBuffer(byteLength: number): Uint8Array
  decode(): void
  /** a view into WASM memory, pixel-interleaved, 8 or 16 bits a sample */
  getDecodedBuffer(): Uint8Array
  getFrameInfo(): FrameInfo
  delete(): void
}

interface OpenJpeg {
  readonly J2KDecoder: new () => J2KDecoder
}

type OpenJpegFactory = (options: { print(text: string): void; printErr(text: string): void }) => Promise<OpenJpeg>

let loading: Promise<OpenJpeg> | undefined
/** what OpenJPEG last complained about; the binding itself throws bare numbers */
let lastComplaint = ''

function loadOpenJpeg(): Promise<OpenJpeg> {
  loading ??= (() => {
    const require = createRequire(import.meta.url)
    const copied = join(dirname(fileURLToPath(import.meta.url)), 'openjpegwasm_decode.cjs')
    const path = existsSync(copied) ? copied : require.resolve('@cornerstonejs/codec-openjpeg/decodewasmjs')
    const factory = require(path) as OpenJpegFactory
    const complain = (text: string) => {
      lastComplaint = text.replace(/^\[(ERROR|WARNING|INFO)\]\s*/, '').trim()
    }
    return factory({ print: () => {}, printErr: complain })
  })()
  return loading
}

export interface DecodedComponents {
  readonly width: number
  readonly height: number
  readonly componentCount: number
  /** pixel-interleaved, a copy */
  readonly samples: Uint8Array | Int8Array | Uint16Array | Int16Array
}

/**
 * Decodes one JPEG 2000 codestream.
 * @throws Error with OpenJPEG's own words
 */
export async function decodeCodestream(codestream: Uint8Array): Promise<DecodedComponents> {
  const { J2KDecoder } = await loadOpenJpeg()
  lastComplaint = ''
  const decoder = new J2KDecoder()
  try {
    decoder.getEncodedBuffer(codestream.length).set(codestream)
    decoder.decode()
    const { width, height, bitsPerSample, componentCount, isSigned } = decoder.getFrameInfo()
    const bytes = decoder.getDecodedBuffer().slice()
    const wide = isSigned ? Int16Array : Uint16Array
    const narrow = isSigned ? Int8Array : Uint8Array
    const samples = bitsPerSample > 8 ? new wide(bytes.buffer) : new narrow(bytes.buffer)
    if (samples.length < width * height * componentCount) throw new Error('fewer samples than the header promises')
    return { width, height, componentCount, samples }
  } catch (cause) {
    if (cause instanceof Error) throw cause
    throw new Error(lastComplaint || 'a codestream that OpenJPEG refuses', { cause })
  } finally {
    decoder.delete()
  }
}
