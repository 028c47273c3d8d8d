import type { PixelWindow } from '../raster/raster.ts'
import type { ImagePixels } from './cell-image.ts'

/**
 * Marks pixels that are nodata in every band; not-a-number counts as nodata and becomes 0 so that no network sees it.
 * @param pixels planar, `length` values a band; NaN is written over
 */
export function markNodata(pixels: Float32Array, length: number, nodata: number | undefined): ImagePixels {
  const counts = new Uint16Array(length)
  const value = nodata === undefined ? Number.NaN : Math.fround(nodata)
  let found = false
  for (let start = 0; start < pixels.length; start += length) {
    for (let i = 0; i < length; i++) {
      const pixel = pixels[start + i] as number
      if (pixel !== value && !Number.isNaN(pixel)) continue
      counts[i] = (counts[i] as number) + 1
      if (Number.isNaN(pixel)) pixels[start + i] = 0
      found = true
    }
  }
  if (!found && nodata === undefined) return { pixels }
  const bandCount = pixels.length / length
  const nodataMask = new Uint8Array(length)
  for (let i = 0; i < length; i++) if (counts[i] === bandCount) nodataMask[i] = 1
  return { pixels, nodataMask }
}

/**
 * Marked pixels of a part of a window.
 * @param mask of `window`, 1 = nodata; undefined = none is
 */
export function countNodata(mask: Uint8Array | undefined, window: PixelWindow, part: PixelWindow): number {
  if (mask === undefined) return 0
  const cols = window.col1 - window.col0
  let count = 0
  for (let row = part.row0 - window.row0; row < part.row1 - window.row0; row++) {
    const end = row * cols + part.col1 - window.col0
    for (let i = row * cols + part.col0 - window.col0; i < end; i++) count += mask[i] as number
  }
  return count
}
