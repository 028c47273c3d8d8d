import { EngineError } from '../../shared/errors.ts'
import type { ByteSource } from '../bytes/byte-source.ts'
import { isJpeg, isPng } from './plain-image.ts'

/**
 * Width and height of a JPEG or PNG from its header alone.
 * @throws EngineError `unreadable-file`
 */
export async function readPictureSize(source: ByteSource): Promise<{ width: number; height: number }> {
  const head = await source.slice(0, 32)
  const view = new DataView(head.buffer)
  if (isPng(head) && head.length >= 24) return { width: view.getUint32(16), height: view.getUint32(20) }
  const size = isJpeg(head) ? await jpegSize(source) : undefined
  if (size !== undefined) return size
  throw new EngineError(
    'unreadable-file',
    `${source.name}: expected a JPEG or PNG picture, got ${source.byteLength === 0 ? 'an empty file' : 'other bytes'}; export it again`,
  )
}

/** Walks the segments up to the frame header (ITU-T T.81, B.1.1.4). */
async function jpegSize(source: ByteSource): Promise<{ width: number; height: number } | undefined> {
  let at = 2
  while (at + 9 < source.byteLength) {
    const segment = new DataView((await source.slice(at, at + 9)).buffer)
    if (segment.getUint8(0) !== 0xff) return undefined
    const marker = segment.getUint8(1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return { height: segment.getUint16(5), width: segment.getUint16(7) }
    if (marker === 0xff) at += 1
    else at += 2 + segment.getUint16(2)
  }
  return undefined
}
