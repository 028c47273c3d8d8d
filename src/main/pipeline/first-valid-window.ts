import type { FragmentWindow } from '../fragment/plan-windows.ts'
import type { PixelWindow } from '../raster/raster.ts'
import type { ImagePixels } from '../scenes/cell-image.ts'
import type { SkippedImage } from '../scenes/image-task.ts'
import { countNodata } from '../scenes/nodata-mask.ts'
import { type OpenImage, skippedForNodata } from '../scenes/open-image.ts'

export interface FirstWindow {
  /** Hands over the pixels of the first window, once. */
  take(): ImagePixels | undefined
}

/**
 * Reads windows until the image's share of nodata can no longer be above its limit: the first one, as a rule.
 * @returns that window's pixels, or why the image should be left out
 */
export async function firstValidWindow(
  image: OpenImage,
  planned: readonly FragmentWindow[],
): Promise<FirstWindow | SkippedImage> {
  const total = image.width * image.height
  let first: ImagePixels | undefined
  let valid = 0
  for (const [index, { window, owned }] of planned.entries()) {
    const part = await image.readWindow(window)
    if (index === 0) first = part
    valid += areaOf(owned) - countNodata(part.nodataMask, window, owned)
    if ((total - valid) / total <= image.nodataLimit) return { take: takeOnce(first) }
  }
  return skippedForNodata(image.name, (total - valid) / total)
}

const areaOf = ({ row0, row1, col0, col1 }: PixelWindow) => (row1 - row0) * (col1 - col0)

/** So that the pixels are not kept in memory for as long as the image. */
function takeOnce(pixels: ImagePixels | undefined): () => ImagePixels | undefined {
  let held = pixels
  return () => {
    const taken = held
    held = undefined
    return taken
  }
}
