// An image that is read window by window, so that its size does not decide how much memory it takes.

import { type PixelWindow, wholeWindow } from '../raster/raster.ts'
import type { CellImage, ImageFacts, ImagePixels } from './cell-image.ts'
import type { SkippedImage } from './image-task.ts'
import { countNodata } from './nodata-mask.ts'

export interface OpenImage extends ImageFacts {
  /** for messages and reports */
  readonly name: string
  /** share of nodata above which the image is to be left out */
  readonly nodataLimit: number
  /** memory that reading takes for each pixel of a window, all bands together */
  readonly bytesPerPixel: number
  /**
   * @param window inside the image
   * @returns its pixels, the caller's own
   * @throws EngineError naming image and band when a band is unreadable
   */
  readWindow(window: PixelWindow): Promise<ImagePixels>
}

/** An image whose pixels are in memory already. */
export function heldImage(image: CellImage, { name, nodataLimit }: { name: string; nodataLimit: number }): OpenImage {
  const { pixels, nodataMask, cloudMask, ...facts } = image
  return {
    ...facts,
    name,
    nodataLimit,
    bytesPerPixel: 4 * facts.bandNames.length,
    async readWindow(window) {
      return {
        pixels: cropPlanes(pixels, image, window),
        ...(nodataMask === undefined ? {} : { nodataMask: cropPlanes(nodataMask, image, window) }),
        ...(cloudMask === undefined ? {} : { cloudMask: cropPlanes(cloudMask, image, window) }),
      }
    },
  }
}

/** A copy of a window of every plane. */
function cropPlanes<T extends Float32Array | Uint8Array>(
  planes: T,
  { width, height }: { readonly width: number; readonly height: number },
  { row0, col0, row1, col1 }: PixelWindow,
): T {
  const cols = col1 - col0
  const planeCount = planes.length / (width * height)
  const out = planes.slice(0, planeCount * (row1 - row0) * cols) as T
  let to = 0
  for (let plane = 0; plane < planeCount; plane++) {
    for (let row = row0; row < row1; row++, to += cols) {
      const from = (plane * height + row) * width + col0
      out.set(planes.subarray(from, from + cols), to)
    }
  }
  return out
}

/** An image read as one window. */
export async function wholeImage(image: OpenImage): Promise<CellImage | SkippedImage> {
  const { name, nodataLimit, bytesPerPixel: _, readWindow, ...facts } = image
  const whole = wholeWindow(image)
  const part = await readWindow(whole)
  const share = countNodata(part.nodataMask, whole, whole) / (image.width * image.height)
  return share > nodataLimit ? skippedForNodata(name, share) : { ...facts, ...part }
}

export function skippedForNodata(name: string, share: number): SkippedImage {
  return { skipped: `${name}: ${(100 * share).toFixed(0)} % of its pixels are nodata` }
}
