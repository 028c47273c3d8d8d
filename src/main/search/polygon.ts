// Polygons in degrees, also across 180 degrees: longitudes of a ring are counted on from its first point, whichever way is shorter.

type Ring = readonly (readonly [number, number])[]
type Edge = readonly [lonA: number, latA: number, lonB: number, latB: number]

/** so many that a lasso of hundreds of points has few edges in each */
const BANDS = 256

interface Placed {
  readonly west: number
  readonly east: number
  readonly south: number
  readonly north: number
  /** edges of the outer ring and the holes in equal bands of latitude from the south, in every band that they touch; even-odd */
  readonly bands: readonly (readonly Edge[])[]
}

/** A test whether a place lies in any of the polygons; their edges are straight in longitude and latitude. */
export function insidePolygons(polygons: readonly (readonly Ring[])[]): (lat: number, lon: number) => boolean {
  const placed = polygons.map(place)
  return (lat, lon) =>
    placed.some(({ west, east, south, north, bands }) => {
      if (!(lat >= south && lat <= north)) return false
      // the turn of the Earth in which the polygon lies
      const turned = lon + 360 * Math.ceil((west - lon) / 360)
      return turned <= east && isInside(bands[bandOf(lat, south, north)]!, lat, turned)
    })
}

/** Whether two convex outlines share more than an edge (separating axes); their first rings are taken. */
export function convexOverlap(a: Ring, b: Ring): boolean {
  const ringA = unwrap(a)
  const ringB = unwrap(b, ringA[0]![0])
  return !hasGap(ringA, ringB) && !hasGap(ringB, ringA)
}

function place(polygon: readonly Ring[]): Placed {
  const outer = unwrap(polygon[0] ?? [])
  const rings = [outer, ...polygon.slice(1).map((hole) => unwrap(hole, outer[0]?.[0]))]
  const lons = outer.map(([lon]) => lon)
  const lats = outer.map(([, lat]) => lat)
  const [south, north] = [Math.min(...lats), Math.max(...lats)]
  return { west: Math.min(...lons), east: Math.max(...lons), south, north, bands: bandsOf(rings, south, north) }
}

/** @param near longitude that the first point is brought near to */
function unwrap(ring: Ring, near?: number): Ring {
  let before = near
  return ring.map(([lon, lat]) => {
    const shifted = before === undefined ? lon : lon - 360 * Math.round((lon - before) / 360)
    before = shifted
    return [shifted, lat]
  })
}

function bandsOf(rings: readonly Ring[], south: number, north: number): readonly (readonly Edge[])[] {
  const bands = Array.from({ length: BANDS }, (): Edge[] => [])
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [lonA, latA] = ring[i]!
      const [lonB, latB] = ring[j]!
      const last = bandOf(Math.max(latA, latB), south, north)
      for (let band = bandOf(Math.min(latA, latB), south, north); band <= last; band++) {
        bands[band]!.push([lonA, latA, lonB, latB])
      }
    }
  }
  return bands
}

/** @returns 0..BANDS - 1, also for what lies beyond the ends */
function bandOf(lat: number, south: number, north: number): number {
  const band = north > south ? Math.floor(((lat - south) / (north - south)) * BANDS) : 0
  return Math.min(BANDS - 1, Math.max(0, band))
}

function isInside(edges: readonly Edge[], lat: number, lon: number): boolean {
  let inside = false
  for (const [lonA, latA, lonB, latB] of edges) {
    if (latA > lat !== latB > lat && lon < ((lonB - lonA) * (lat - latA)) / (latB - latA) + lonA) inside = !inside
  }
  return inside
}

/** Whether the direction across one of the edges of `a` tells the outlines apart. */
function hasGap(a: Ring, b: Ring): boolean {
  for (let i = 0; i + 1 < a.length; i++) {
    const [nx, ny] = [a[i + 1]![1] - a[i]![1], a[i]![0] - a[i + 1]![0]]
    const along = ([lon, lat]: readonly [number, number]) => lon * nx + lat * ny
    const [ofA, ofB] = [a.map(along), b.map(along)]
    const slack = 1e-9 * Math.hypot(nx, ny)
    if (Math.max(...ofA) <= Math.min(...ofB) + slack || Math.max(...ofB) <= Math.min(...ofA) + slack) return true
  }
  return false
}
