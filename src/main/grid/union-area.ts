// Area on the ground of footprints that may overlap. The plane of longitude and latitude is halved until few footprints lie in a window; there
// it is cut into slabs at the latitudes of all corners and crossings, between which the covered stretches of longitude change evenly. A
// slab's share of the ellipsoid is exact (authalic latitude: Snyder 1987, Map Projections, equation 3-12).

import type { Footprint } from '../../shared/terms.ts'

const WGS84 = { a: 6_378_137, f: 1 / 298.257223563 }
const e2 = WGS84.f * (2 - WGS84.f)
const e = Math.sqrt(e2)
const radians = Math.PI / 180

/** a window with so few is not halved */
const FEW = 12
/** footprints on one spot cannot be parted */
const SMALLEST_DEGREES = 0.002

interface Window {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

/** Corners without the repeated last one, longitude unwrapped; all rings of a polygon, so that holes count as such. */
interface Shape extends Window {
  readonly rings: readonly Float64Array[]
}

/**
 * Area of the union, km2; edges are straight in longitude and latitude.
 * @param footprints those across 180 degrees in any of the usual forms; none may hold a pole
 */
export function unionAreaKm2(footprints: Iterable<Footprint>): number {
  const shapes = shapesOf(footprints)
  return areaWithin(shapes, { west: -180, south: -90, east: 180, north: 90 }) / 1e6
}

function areaWithin(shapes: readonly Shape[], window: Window): number {
  if (shapes.length === 0) return 0
  const { west, south, east, north } = window
  const [width, height] = [east - west, north - south]
  if (shapes.length <= FEW || Math.max(width, height) < SMALLEST_DEGREES) return slabsArea(shapes, window)
  const halves: readonly [Window, Window] =
    width >= height
      ? [
          { ...window, east: west + width / 2 },
          { ...window, west: west + width / 2 },
        ]
      : [
          { ...window, north: south + height / 2 },
          { ...window, south: south + height / 2 },
        ]
  return halves.reduce(
    (sum, half) =>
      sum +
      areaWithin(
        shapes.filter((shape) => meet(shape, half)),
        half,
      ),
    0,
  )
}

function meet(a: Window, b: Window): boolean {
  return a.west < b.east && a.east > b.west && a.south < b.north && a.north > b.south
}

function slabsArea(shapes: readonly Shape[], window: Window): number {
  const lats = cutsOf(shapes, window)
  let area = 0
  for (let slab = 1; slab < lats.length; slab++) {
    const [low, high] = [lats[slab - 1]!, lats[slab]!]
    const degrees = coveredAt((low + high) / 2, shapes, window)
    if (degrees > 0) area += degrees * radians * (areaBelow(high) - areaBelow(low))
  }
  return area
}

type Edge = readonly [x0: number, y0: number, x1: number, y1: number]

/** Latitudes between which no edge ends, crosses another, or leaves the window at its sides; ascending. */
function cutsOf(shapes: readonly Shape[], { west, south, east, north }: Window): Float64Array {
  const edges = shapes.flatMap(({ rings }) => rings.flatMap(edgesOf))
  const cuts = new Set([south, north])
  const add = (lat: number) => {
    if (lat > south && lat < north) cuts.add(lat)
  }
  edges.forEach((edge, index) => {
    const [x0, y0, x1, y1] = edge
    add(y0)
    for (const side of [west, east]) if (x0 < side !== x1 < side) add(y0 + ((side - x0) / (x1 - x0)) * (y1 - y0))
    for (let other = index + 1; other < edges.length; other++) {
      const lat = crossingLat(edge, edges[other]!)
      if (lat !== undefined) add(lat)
    }
  })
  return Float64Array.from(cuts).sort()
}

function edgesOf(ring: Float64Array): Edge[] {
  const corners = ring.length / 2
  return Array.from({ length: corners }, (_, at) => {
    const next = (at + 1) % corners
    return [ring[2 * at]!, ring[2 * at + 1]!, ring[2 * next]!, ring[2 * next + 1]!]
  })
}

function crossingLat(a: Edge, b: Edge): number | undefined {
  const [dx, dy, ex, ey] = [a[2] - a[0], a[3] - a[1], b[2] - b[0], b[3] - b[1]]
  const turn = dx * ey - dy * ex
  if (turn === 0) return undefined
  const along = ((b[0] - a[0]) * ey - (b[1] - a[1]) * ex) / turn
  const alongOther = ((b[0] - a[0]) * dy - (b[1] - a[1]) * dx) / turn
  return along > 0 && along < 1 && alongOther > 0 && alongOther < 1 ? a[1] + along * dy : undefined
}

/** Degrees of longitude that shapes cover at a latitude. */
function coveredAt(lat: number, shapes: readonly Shape[], { west, east }: Window): number {
  const stretches: [number, number][] = []
  for (const shape of shapes) {
    if (lat <= shape.south || lat >= shape.north) continue
    const crossings = shape.rings.flatMap((ring) => crossedAt(ring, lat)).sort((a, b) => a - b)
    for (let at = 1; at < crossings.length; at += 2) {
      const from = Math.max(west, crossings[at - 1]!)
      const to = Math.min(east, crossings[at]!)
      if (to > from) stretches.push([from, to])
    }
  }
  stretches.sort(([a], [b]) => a - b)
  let covered = 0
  let reached = west
  for (const [from, to] of stretches) {
    if (to <= reached) continue
    covered += to - Math.max(from, reached)
    reached = to
  }
  return covered
}

/** Longitudes where a ring crosses a latitude. */
function crossedAt(ring: Float64Array, lat: number): number[] {
  const found: number[] = []
  for (let at = 0; at < ring.length; at += 2) {
    const next = (at + 2) % ring.length
    const [x0, y0, x1, y1] = [ring[at]!, ring[at + 1]!, ring[next]!, ring[next + 1]!]
    if (y0 < lat === y1 < lat) continue
    found.push(x0 + ((lat - y0) / (y1 - y0)) * (x1 - x0))
  }
  return found
}

/** Square metres between the equator and a latitude, a radian of longitude wide. */
function areaBelow(lat: number): number {
  const sin = Math.sin(lat * radians)
  const q = (1 - e2) * (sin / (1 - e2 * sin * sin) - Math.log((1 - e * sin) / (1 + e * sin)) / (2 * e))
  return (WGS84.a ** 2 * q) / 2
}

/** Each outline once: dates of one place lie on each other. */
function shapesOf(footprints: Iterable<Footprint>): Shape[] {
  const shapes = new Map<string, Shape>()
  for (const { polygons } of footprints) {
    for (const polygon of polygons) {
      const rings = polygon.map(unwrapped)
      const key = rings.map((ring) => ring.join()).join(';')
      if (!shapes.has(key)) shapes.set(key, shapeOf(rings, 0))
    }
  }
  return [...shapes.values()].flatMap((shape) => {
    // once around, on either side of where the window ends
    const turns = [-360, 0, 360].filter((turn) => shape.west + turn < 180 && shape.east + turn > -180)
    return turns.map((turn) => (turn === 0 ? shape : shapeOf(shape.rings, turn)))
  })
}

function unwrapped(ring: Footprint['polygons'][number][number]): Float64Array {
  const corners = ring.slice(0, -1)
  const flat = new Float64Array(2 * corners.length)
  corners.forEach(([lon, lat], at) => {
    const before = at === 0 ? lon : flat[2 * at - 2]!
    flat[2 * at] = lon - 360 * Math.round((lon - before) / 360)
    flat[2 * at + 1] = lat
  })
  return flat
}

function shapeOf(rings: readonly Float64Array[], turn: number): Shape {
  const bounds = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity }
  const turned = rings.map((ring) => ring.map((value, at) => (at % 2 === 0 ? value + turn : value)))
  for (const ring of turned) {
    for (let at = 0; at < ring.length; at += 2) {
      bounds.west = Math.min(bounds.west, ring[at]!)
      bounds.east = Math.max(bounds.east, ring[at]!)
      bounds.south = Math.min(bounds.south, ring[at + 1]!)
      bounds.north = Math.max(bounds.north, ring[at + 1]!)
    }
  }
  return { rings: turned, ...bounds }
}
