import { type Codec, loadCodec } from './wasm-codec.ts'

export interface DecodedComponents {
  readonly width: number
  readonly height: number
  readonly componentCount: number
  /** pixel-interleaved */
  readonly samples: Uint8Array | Int8Array | Uint16Array | Int16Array
}

let codec: Promise<Codec> | undefined

/**
 * Decodes one JPEG 2000 codestream with OpenJPEG.
 * @throws Error with OpenJPEG's own words
 */
export async function decodeCodestream(codestream: Uint8Array): Promise<DecodedComponents> {
  codec ??= loadCodec({
    package: '@cornerstonejs/codec-openjpeg',
    file: 'openjpegwasm_decode',
    decoder: 'J2KDecoder',
  })
  const { frame, bytes } = (await codec).decode(codestream)
  const { width, height, componentCount, bitsPerSample, isSigned } = frame
  const wide = isSigned ? Int16Array : Uint16Array
  const narrow = isSigned ? Int8Array : Uint8Array
  const samples = bitsPerSample > 8 ? new wide(bytes.buffer) : new narrow(bytes.buffer)
  return { width, height, componentCount, samples }
}
