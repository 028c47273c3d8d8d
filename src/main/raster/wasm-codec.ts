// The codecs of the Cornerstone project (OpenJPEG, libjpeg-turbo) as WebAssembly: CommonJS with a .wasm beside it. They are
// loaded as files: from node_modules in the checkout, beside the bundle (copied by scripts/build.mjs) in the built application.

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface FrameInfo {
  readonly width: number
  readonly height: number
  readonly bitsPerSample: number
  readonly componentCount: number
  readonly isSigned: boolean
}

export interface Decoder {
  /** a view into WASM memory to write the compressed bytes to */
  getEncodedBuffer(byteLength: number): Uint8Array
  decode(): void
  /** a view into WASM memory, pixel-interleaved */
  getDecodedBuffer(): Uint8Array
  getFrameInfo(): FrameInfo
  delete(): void
}

export interface Codec {
  /**
   * Decodes one image.
   * @returns its header and a copy of its samples as bytes
   * @throws Error in the library's own words
   */
  decode(compressed: Uint8Array): { readonly frame: FrameInfo; readonly bytes: Uint8Array<ArrayBuffer> }
}

export interface CodecFile {
  readonly package: string
  /** name of the .js and .wasm files in the package's dist folder */
  readonly file: string
  /** class in the module */
  readonly decoder: string
}

type Module = Readonly<Record<string, new () => Decoder>>
type Factory = (options: { print(text: string): void; printErr(text: string): void }) => Promise<Module>

export async function loadCodec({ package: packageName, file, decoder: decoderName }: CodecFile): Promise<Codec> {
  const require = createRequire(import.meta.url)
  const copied = join(dirname(fileURLToPath(import.meta.url)), `${file}.cjs`)
  const path = existsSync(copied) ? copied : require.resolve(`${packageName}/decodewasmjs`)
  // the bindings throw bare numbers; what went wrong is printed
  let complaint = ''
  const complain = (text: string) => {
    complaint = text.replace(/^\[(ERROR|WARNING|INFO)\]\s*/, '').trim()
  }
  const factory = require(path) as Factory
  const module = await factory({ print: complain, printErr: complain })
  const DecoderClass = module[decoderName]
  if (DecoderClass === undefined) throw new Error(`${packageName}: expected a class ${decoderName}`)

  return {
    decode(compressed) {
      complaint = ''
      const decoder = new DecoderClass()
      try {
        decoder.getEncodedBuffer(compressed.length).set(compressed)
        decoder.decode()
        const frame = decoder.getFrameInfo()
        const bytes = new Uint8Array(decoder.getDecodedBuffer())
        const expected = frame.width * frame.height * frame.componentCount * (frame.bitsPerSample > 8 ? 2 : 1)
        if (expected === 0 || bytes.length < expected)
          throw new Error(complaint || 'fewer samples than its header says')
        return { frame, bytes }
      } catch (cause) {
        if (cause instanceof Error && cause.message !== '') throw cause
        throw new Error(complaint || 'bytes that its decoder refuses', { cause })
      } finally {
        decoder.delete()
      }
    },
  }
}
