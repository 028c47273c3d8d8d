import type { Bounds } from '../../shared/terms.ts'
import { footprintOf } from '../scenes/georeference.ts'

/** Pixel size on the ground of an image of `width` px; of one in degrees, that of its UTM zone. To the millimetre: divisions are not exact. */
export function gsdMetersOf(place: { readonly crs: string; readonly bounds: Bounds }, width: number): number {
  const [left, , right] = footprintOf(place).bounds
  return Number(((right - left) / width).toFixed(3))
}
