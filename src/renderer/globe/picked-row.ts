import type { PickingInfo } from '@deck.gl/core'
import type { Map as MapLibreMap } from 'maplibre-gl'
import { type FootprintPolygon, footprintFillId } from './layers/footprint-layers.ts'
import type { Mark } from './layers/mark-layer.ts'

export interface ScreenPoint {
  readonly x: number
  readonly y: number
}

export type Picked = Pick<PickingInfo<Mark | FootprintPolygon>, 'object' | 'x' | 'y'> & {
  readonly layer?: { readonly id: string } | null
}

/**
 * Row of what was picked: of the mark, or of the footprint whose centre is nearest.
 * @param others all that lie under the point, asked for only where footprints may overlap
 */
export function rowOf(
  map: Pick<MapLibreMap, 'project'>,
  picked: Picked,
  others: () => readonly Picked[],
): number | undefined {
  if (picked.layer?.id !== footprintFillId) return picked.object?.row
  let nearest: { readonly row: number; readonly distancePx: number } | undefined
  for (const { object } of [picked, ...others()]) {
    if (!object || !('centre' in object)) continue
    const centre = map.project([object.centre.lon, object.centre.lat])
    const distancePx = Math.hypot(centre.x - picked.x, centre.y - picked.y)
    if (!nearest || distancePx < nearest.distancePx) nearest = { row: object.row, distancePx }
  }
  return nearest?.row
}
