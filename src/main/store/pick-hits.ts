import type { RowPlace } from '../../shared/contract.ts'
import type { Footprint } from '../../shared/terms.ts'
import { distanceKm } from '../search/great-circle.ts'
import { convexOverlap } from '../search/polygon.ts'

type Place = Pick<RowPlace, 'lat' | 'lon'>

export interface PickRules {
  readonly topK: number
  /** rows that are passed over */
  readonly left: ReadonlySet<number>
  /** group of each ranked row, of which only the best is taken; -1 stands alone */
  readonly groups?: ArrayLike<number> | undefined
  /** outlines of the ranked rows: what overlaps a better one is passed over */
  readonly footprints?: readonly (Footprint | undefined)[] | undefined
  /** centres of the ranked rows: what is nearer than this to a better one is passed over */
  readonly apart?: { readonly km: number; readonly places: readonly Place[] } | undefined
}

export interface Picked {
  /** place in the ranked list */
  readonly index: number
  /** ranked rows that were passed over for it */
  merged: number
}

/** Goes down a ranked list and takes rows until there are `topK`. */
export function pickHits(rows: ArrayLike<number>, { topK, left, groups, footprints, apart }: PickRules): Picked[] {
  const picks: Picked[] = []
  const ofGroup = new Map<number, Picked>()
  for (let index = 0; index < rows.length && picks.length < topK; index++) {
    if (left.has(rows[index]!)) continue
    const group = groups?.[index] ?? -1
    const better =
      (group < 0 ? undefined : ofGroup.get(group)) ??
      (footprints && picks.find((pick) => overlap(footprints[pick.index], footprints[index]))) ??
      (apart && picks.find((pick) => isNearer(apart.places[pick.index]!, apart.places[index]!, apart.km)))
    if (better !== undefined) {
      better.merged++
      continue
    }
    const pick = { index, merged: 0 }
    picks.push(pick)
    if (group >= 0) ofGroup.set(group, pick)
  }
  return picks
}

function isNearer(a: Place, b: Place, km: number): boolean {
  if (a.lat === undefined || a.lon === undefined || b.lat === undefined || b.lon === undefined) return false
  return distanceKm(a.lat, a.lon, b.lat, b.lon) < km
}

/** Outlines across 180 degrees have two polygons. */
function overlap(a: Footprint | undefined, b: Footprint | undefined): boolean {
  if (a === undefined || b === undefined) return false
  return a.polygons.some(([ringA]) => b.polygons.some(([ringB]) => ringA && ringB && convexOverlap(ringA, ringB)))
}
