// Ground boxes -> pixel windows. A window starts at the pixel boundary nearest to the box, in each band's own pixels.

import type { Bounds } from '../../shared/terms.ts'
import type { Affine, PixelWindow } from '../raster/raster.ts'

/** The nearest-pixel window of a box; not yet checked against the image. */
export function cellWindow([a, , x0, , e, y0]: Affine, [left, bottom, right, top]: Bounds): PixelWindow {
  // the size comes from the nominal pixel (10, 20, 60 m), so that pixels within 1 % of it give the standard's 1068, 534, 178
  const cols = Math.round((right - left) / nominal(a))
  const rows = Math.round((top - bottom) / nominal(-e))
  const col0 = Math.round((left - x0) / a)
  const row0 = Math.round((top - y0) / e)
  return { row0, col0, row1: row0 + rows, col1: col0 + cols }
}

function nominal(size: number): number {
  const tens = Math.round(size / 10) * 10
  return tens > 0 && Math.abs(size / tens - 1) <= 0.01 ? tens : size
}
