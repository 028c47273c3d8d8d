import type { Bbox } from '../../shared/terms.ts'

/** A box across 180 degrees is taken only where it is clearly narrower; a global set has a gap somewhere by chance. */
const ACROSS_FRACTION = 0.75

/** Smallest box over the places; one that crosses 180 degrees when that is clearly narrower. Undefined without places. */
export function extentOfPlaces(lats: ArrayLike<number>, lons: ArrayLike<number>): Bbox | undefined {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  let [firstEastern, lastWestern] = [Infinity, -Infinity]
  for (let row = 0; row < lats.length; row++) {
    const lat = lats[row]!
    const lon = lons[row]!
    if (Number.isNaN(lat) || Number.isNaN(lon)) continue
    south = Math.min(south, lat)
    north = Math.max(north, lat)
    west = Math.min(west, lon)
    east = Math.max(east, lon)
    if (lon >= 0) firstEastern = Math.min(firstEastern, lon)
    else lastWestern = Math.max(lastWestern, lon)
  }
  if (!(south <= north)) return undefined
  const acrossWidth = lastWestern + 360 - firstEastern
  const hasBothSides = Number.isFinite(acrossWidth)
  return hasBothSides && acrossWidth < ACROSS_FRACTION * (east - west)
    ? [firstEastern, south, lastWestern, north]
    : [west, south, east, north]
}
