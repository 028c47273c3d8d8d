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
  // libjpeg would fill what is missing with grey
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf(endOfImage) < 0) {
    throw new Error('a truncated one')
  }
  const components = componentCount(bytes)
  // the binding decodes to grey or RGB only
  if (components !== 1 && components !== 3) throw new Error(`one with ${components ?? 'no'} colours`)
  codec ??= loadCodec({
    package: '@cornerstonejs/codec-libjpeg-turbo-8bit',
    file: 'libjpegturbowasm_decode',
    decoder: 'JPEGDecoder',
  })
  const { frame, bytes: data } = (await codec).decode(bytes)
  const { width, height, componentCount: channels } = frame
  return { width, height, channels, data }
}

const endOfImage = Buffer.of(0xff, 0xd9)

/** Components in the frame header (ITU-T T.81, B.2.2); undefined when there is none. */
function componentCount(bytes: Uint8Array): number | undefined {
  let at = 2
  while (at + 10 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] as number
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) return bytes[at + 9]
    at += marker === 0xff ? 1 : 2 + (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number))
  }
  return undefined
}
