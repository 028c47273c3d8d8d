// From a ring of corners in degrees to a footprint that maps can draw: cut at 180 degrees, closed over a pole.

import type { Bbox, Bounds, Footprint, LonLat } from '../../shared/terms.ts'
import type { Projection } from './projection.ts'

/**
 * @param ring closed, in degrees, each edge shorter than half the globe; longitudes may jump from 180 to -180
 * @returns a footprint of one polygon, or of two where the ring crosses 180 degrees (RFC 7946, section 3.1.9), and the
 * planar centroid of the uncut ring, which for a ring around a pole is the pole
 */
export function ringFootprint(ring: readonly LonLat[]): { footprint: Footprint; centre: LonLat } {
  const unwrapped = unwrap(ring)
  const turn = unwrapped.at(-1)![0] - unwrapped[0]![0]
  if (Math.abs(turn) > 180) return polarFootprint(unwrapped, ring)
  const lons = unwrapped.map(([lon]) => lon)
  const [lonCentre, latCentre] = ringCentroid(unwrapped)
  const cut = [-180, 180].find((lon) => Math.min(...lons) < lon && Math.max(...lons) > lon)
  const centre: LonLat = [wrap(lonCentre), latCentre]
  if (cut === undefined) return { footprint: { polygons: [[ring]] }, centre }
  const west = clipRing(unwrapped, cut, -1).map(([lon, lat]): LonLat => [lon - cut + 180, lat])
  const east = clipRing(unwrapped, cut, 1).map(([lon, lat]): LonLat => [lon - cut - 180, lat])
  return { footprint: { polygons: [[west], [east]] }, centre }
}

/**
 * The box in degrees that holds `bounds` of a CRS, edges followed in 20 steps a side; west > east where it crosses 180.
 * @returns undefined where the projection gives no finite place
 */
export function lonLatExtent(projection: Projection, [left, bottom, right, top]: Bounds): Bbox | undefined {
  const steps = Array.from({ length: 20 }, (_, index) => index / 20)
  const corners = [
    [left, bottom],
    [right, bottom],
    [right, top],
    [left, top],
    [left, bottom],
  ] as const
  const ring = corners.slice(0, 4).flatMap(([x, y], side) => {
    const [nextX, nextY] = corners[side + 1]!
    return steps.map((step) => projection.inverse(x + step * (nextX - x), y + step * (nextY - y)))
  })
  if (!ring.flat().every(Number.isFinite)) return undefined
  const lats = ring.map(([, lat]) => lat)
  const [south, north] = [Math.min(...lats), Math.max(...lats)]
  // A box of degrees is its own extent; unwrapping would take the whole globe for a seam.
  if (projection.isGeographic) return [left, south, right, north]
  const unwrapped = unwrap([...ring, ring[0]!])
  const lons = unwrapped.map(([lon]) => lon)
  const isPolar = Math.abs(unwrapped.at(-1)![0] - unwrapped[0]![0]) > 180
  if (isPolar) return north > 0 ? [-180, south, 180, 90] : [-180, -90, 180, north]
  return [wrap(Math.min(...lons)), south, wrap(Math.max(...lons)), north]
}

/**
 * Planar centroid of a closed ring as GEOS computes it: triangles fanned from the first vertex. A ring without area gives
 * the mean of its vertices.
 */
export function ringCentroid(ring: readonly LonLat[]): LonLat {
  const [baseX, baseY] = ring[0]!
  let area = 0
  let sumX = 0
  let sumY = 0
  for (let index = 0; index + 1 < ring.length; index++) {
    const [x1, y1] = ring[index]!
    const [x2, y2] = ring[index + 1]!
    const doubled = (x1 - baseX) * (y2 - baseY) - (x2 - baseX) * (y1 - baseY)
    sumX += doubled * (baseX + x1 + x2)
    sumY += doubled * (baseY + y1 + y2)
    area += doubled
  }
  if (area !== 0) return [sumX / 3 / area, sumY / 3 / area]
  const corners = ring.length > 1 ? ring.slice(0, -1) : ring
  const mean = (axis: 0 | 1) => corners.reduce((sum, point) => sum + point[axis], 0) / corners.length
  return [mean(0), mean(1)]
}

/** Each longitude moved by full turns to within 180 degrees of the one before. */
function unwrap(ring: readonly LonLat[]): LonLat[] {
  let previous = ring[0]![0]
  return ring.map(([lon, lat]) => {
    previous = lon + 360 * Math.round((previous - lon) / 360)
    return [previous, lat]
  })
}

function wrap(lon: number): number {
  return lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon
}

/** The part of a ring at one side of a meridian (Sutherland and Hodgman), closed; `side` -1 keeps the west. */
function clipRing(ring: readonly LonLat[], meridian: number, side: -1 | 1): LonLat[] {
  const isInside = ([lon]: LonLat) => (lon - meridian) * side >= 0
  const kept: LonLat[] = []
  for (let index = 0; index + 1 < ring.length; index++) {
    const from = ring[index]!
    const to = ring[index + 1]!
    if (isInside(from)) kept.push(from)
    if (isInside(from) !== isInside(to) && from[0] !== meridian && to[0] !== meridian) {
      const fraction = (meridian - from[0]) / (to[0] - from[0])
      kept.push([meridian, from[1] + fraction * (to[1] - from[1])])
    }
  }
  return kept.length === 0 ? kept : [...kept, kept[0]!]
}

/** A ring that goes around a pole once: opened at 180 degrees and closed along the map's border. */
function polarFootprint(
  unwrapped: readonly LonLat[],
  ring: readonly LonLat[],
): { footprint: Footprint; centre: LonLat } {
  const isEastward = unwrapped.at(-1)![0] > unwrapped[0]![0]
  const corners = ring.slice(0, -1).map(([lon, lat]): LonLat => [lon === 180 ? -180 : lon, lat])
  const sorted = (isEastward ? corners : corners.toReversed()).toSorted((a, b) => a[0] - b[0])
  const first = sorted[0]!
  const last = sorted.at(-1)!
  const gap = first[0] + 360 - last[0]
  const latAtBorder = last[1] + ((180 - last[0]) / gap) * (first[1] - last[1])
  const pole = ring.reduce((sum, [, lat]) => sum + lat, 0) > 0 ? 90 : -90
  const outline: LonLat[] = [
    [-180, latAtBorder],
    ...sorted.filter(([lon]) => lon > -180),
    [180, latAtBorder],
    [180, pole],
    [-180, pole],
  ]
  return { footprint: { polygons: [[[...outline, outline[0]!]]] }, centre: [0, pole] }
}
