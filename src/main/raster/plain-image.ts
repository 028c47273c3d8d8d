import { decode as decodePng, encode } from 'fast-png'
import { EngineError } from '../../shared/errors.ts'
import { decodeJpeg } from './libjpeg.ts'

/** 8-bit picture, pixel-interleaved `(rows, cols, channels)`: 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA. */
export interface PlainImage {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly data: Uint8Array
}

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
}

export function isPng(bytes: Uint8Array): boolean {
  return bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47
}

/**
 * Decodes a JPEG (to grey or RGB) or a PNG (palettes to RGB, 16 bits to the upper 8, alpha kept).
 * @throws EngineError `unreadable-file` naming `name`
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<PlainImage> {
  try {
    if (isJpeg(bytes)) return await decodeJpeg(bytes)
    if (isPng(bytes)) return fromPng(bytes)
  } catch (cause) {
    // fast-png runs off the end of its buffer
    const got = cause instanceof RangeError ? 'a truncated one' : (cause as Error).message.replace(/\.$/, '')
    throw new EngineError('unreadable-file', `${name}: expected a grey or RGB picture, got ${got}; export it again`, {
      cause,
    })
  }
  throw new EngineError(
    'unreadable-file',
    `${name}: expected a JPEG or PNG picture, got ${bytes.length === 0 ? 'an empty file' : 'other bytes'}; export it again`,
  )
}

function fromPng(bytes: Uint8Array): PlainImage {
  const png = decodePng(bytes, { checkCrc: true })
  const { width, height } = png
  const pixelCount = width * height
  const palette = png.palette
  if (palette !== undefined) {
    const channels = palette[0]?.length ?? 3
    const data = new Uint8Array(pixelCount * channels)
    const indices = unpackBits(png)
    for (let i = 0; i < pixelCount; i++) data.set(palette[indices[i] as number] ?? [], i * channels)
    return { width, height, channels, data }
  }
  if (png.depth === 16) {
    return { width, height, channels: png.channels, data: Uint8Array.from(png.data, (value) => value >> 8) }
  }
  if (png.depth < 8) {
    const scale = 255 / (2 ** png.depth - 1)
    return { width, height, channels: png.channels, data: unpackBits(png).map((value) => value * scale) }
  }
  return { width, height, channels: png.channels, data: new Uint8Array(png.data) }
}

/** Rows of 1, 2 or 4-bit samples start at whole bytes. */
function unpackBits(png: { width: number; height: number; depth: number; data: ArrayLike<number> }): Uint8Array {
  const { width, height, depth, data } = png
  if (depth === 8) return Uint8Array.from(data)
  const rowBytes = Math.ceil((width * depth) / 8)
  const out = new Uint8Array(width * height)
  const perByte = 8 / depth
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      const byte = data[row * rowBytes + Math.floor(col / perByte)] as number
      out[row * width + col] = (byte >> (8 - depth * ((col % perByte) + 1))) & (2 ** depth - 1)
    }
  }
  return out
}

/** @throws if `data` has not `width * height * channels` values */
export function encodePng({ width, height, channels, data }: PlainImage): Uint8Array<ArrayBuffer> {
  if (data.length !== width * height * channels) {
    throw new Error(`encodePng: expected ${width * height * channels} values, got ${data.length}`)
  }
  return new Uint8Array(encode({ width, height, channels, data, depth: 8 }))
}
