import { type Codec, loadCodec } from './wasm-codec.ts'

let codec: Promise<Codec> | undefined

export interface DecodedJpeg {
  readonly width: number
  readonly height: number
  /** 1 grey, 3 RGB */
  readonly channels: number
  readonly data: Uint8Array<ArrayBuffer>
}

/**
 * Decodes a JPEG with libjpeg-turbo, as Pillow and GDAL do (same values to the last level; jpeg-js was up to 20 of 255 off).
 * @throws Error in the library's own words
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<DecodedJpeg> {
  codec ??= loadCodec({
    package: '@cornerstonejs/codec-libjpeg-turbo-8bit',
    file: 'libjpegturbowasm_decode',
    decoder: 'JPEGDecoder',
  })
  const { frame, bytes: data } = (await codec).decode(bytes)
  const { width, height, componentCount: channels } = frame
  return { width, height, channels, data }
}
