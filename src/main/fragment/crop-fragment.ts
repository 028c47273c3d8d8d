import type { PixelBbox } from '../../shared/terms.ts'
import type { CellImage } from '../scenes/cell-image.ts'

/**
 * Copies one fragment out of an image.
 * @param into receives planar `(bands, rows, cols)`; at least bands x rows x cols values
 * @throws RangeError when the box is outside the image or `into` is too short
 */
export function cropFragment(
  image: Pick<CellImage, 'pixels' | 'width' | 'height' | 'bandNames'>,
  [row0, col0, row1, col1]: PixelBbox,
  into: Float32Array,
): void {
  const rows = row1 - row0
  const cols = col1 - col0
  const bands = image.bandNames.length
  if (row0 < 0 || col0 < 0 || row1 > image.height || col1 > image.width) {
    throw new RangeError(
      `fragment [${row0}, ${col0}, ${row1}, ${col1}) is outside the ${image.width} x ${image.height} image`,
    )
  }
  if (into.length < bands * rows * cols) {
    throw new RangeError(`fragment buffer has ${into.length} values, expected ${bands * rows * cols}`)
  }
  let target = 0
  for (let band = 0; band < bands; band++) {
    for (let row = row0; row < row1; row++) {
      const start = (band * image.height + row) * image.width + col0
      into.set(image.pixels.subarray(start, start + cols), target)
      target += cols
    }
  }
}
