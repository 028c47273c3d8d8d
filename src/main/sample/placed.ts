// The planted things near an image, in the image's own UTM metres.

import type { Bounds } from '../../shared/terms.ts'
import { cellImageBounds } from '../grid/cell-image-bounds.ts'
import { createGrid } from '../grid/grid.ts'
import { projectionOf } from '../grid/projection.ts'
import { type Planted, planted as shippedPlanted } from './planted.ts'

interface Thing {
  readonly kind: 'pivot' | 'town' | 'burn' | 'cloud'
  readonly lat: number
  readonly lon: number
  /** metres beyond which it does not reach */
  readonly reach: number
  readonly number: number
  /** burns: date from which it shows; clouds: the one date */
  readonly timestamp?: string
  /** burns: metres */
  readonly radius?: number
}

/** A thing with its middle in the metres of one image's CRS. */
export interface PlacedThing extends Thing {
  readonly x: number
  readonly y: number
}

/** size of a fragment and its offsets in the cell image, metres */
const fragmentOffsets = [0, 2110, 4220, 6330, 8440]
const halfFragment = 1120

let shipped: readonly Thing[] | undefined

function shippedThings(): readonly Thing[] {
  shipped ??= thingsOf(shippedPlanted)
  return shipped
}

function thingsOf(planted: Planted): Thing[] {
  const grid = createGrid(10)
  const place = (name: string, fromLeft: number, fromBottom: number) => {
    const cell = grid.cellNamed(name)
    if (cell === undefined) throw new Error(`sample planet: planted cell "${name}" is not on the grid`)
    const [left, bottom] = cellImageBounds(cell)
    const [lon, lat] = projectionOf(cell.utmCrs).inverse(left + fromLeft, bottom + fromBottom)
    return { lat, lon }
  }
  return [
    ...planted.pivots.map((name, number) => ({
      kind: 'pivot' as const,
      number,
      reach: 5200,
      ...place(name, 5340, 5340),
    })),
    ...planted.towns.map((name, number) => ({
      kind: 'town' as const,
      number,
      reach: 5500,
      ...place(name, 5340, 5340),
    })),
    ...planted.burns.map((burn, number) => ({
      kind: 'burn' as const,
      number,
      reach: burn.radius * 2.2,
      radius: burn.radius,
      timestamp: burn.from,
      ...place(burn.cell, burn.x, burn.y),
    })),
    ...planted.clouds.map((cloud, number) => ({
      kind: 'cloud' as const,
      number,
      reach: 1900,
      timestamp: cloud.timestamp,
      ...place(
        cloud.cell,
        fragmentOffsets[cloud.col]! + halfFragment,
        10_680 - fragmentOffsets[cloud.row]! - halfFragment,
      ),
    })),
  ]
}

/** Things that may reach into an image at `lat, lon` on a date; burns in the order they were planted. */
export function thingsNear(image: {
  readonly utmCrs: string
  readonly bounds: Bounds
  readonly lat: number
  readonly lon: number
  readonly timestamp: string
}): PlacedThing[] {
  const [left, bottom, right, top] = image.bounds
  const half = Math.max(right - left, top - bottom) / 2
  const out: PlacedThing[] = []
  for (const thing of shippedThings()) {
    const degreesAway = (half * 1.5 + thing.reach) / 100_000
    if (Math.abs(thing.lat - image.lat) > degreesAway) continue
    const lonAway = Math.abs(((thing.lon - image.lon + 540) % 360) - 180) * Math.cos((image.lat * Math.PI) / 180)
    if (lonAway > degreesAway || !isShown(thing, image.timestamp)) continue
    const [x, y] = projectionOf(image.utmCrs).forward(thing.lon, thing.lat)
    const isNear =
      x + thing.reach > left && x - thing.reach < right && y + thing.reach > bottom && y - thing.reach < top
    if (isNear) out.push({ ...thing, x, y })
  }
  return out
}

function isShown(thing: Thing, timestamp: string): boolean {
  if (thing.kind === 'burn') return timestamp >= thing.timestamp!
  return thing.kind !== 'cloud' || timestamp === thing.timestamp
}
