import type { GlobeScene } from '../globe-scene.ts'
import { footprintSideMeters } from './cell-places.ts'
import { markBoxPx } from './mark-icons.ts'

/** A ring on a footprint of this side would hide what it marks. */
const roomForRingPx = 1.5 * markBoxPx

/** The selected row once its footprint is seen larger than a ring: the amber outline says the same, and hides nothing. */
export function rowWithoutRing(
  { cell, selectedRow }: Pick<GlobeScene, 'cell' | 'selectedRow'>,
  metersPerPixel: number,
): number | undefined {
  const footprint = cell?.rows.find(({ row }) => row === selectedRow)?.footprint
  if (!footprint) return undefined
  return footprintSideMeters(footprint) / metersPerPixel > roomForRingPx ? selectedRow : undefined
}
