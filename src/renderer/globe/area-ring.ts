// The ground under an outline that was drawn on the screen.

import type { Footprint } from '../../shared/terms.ts'
import type { GlobePlace } from './globe-scene.ts'
import type { ScreenPoint } from './picked-row.ts'

const stepPx = 12
const bisections = 14

/** Points along the edges of a box, close enough that its edges stay straight on the screen. */
export function boxOutline(a: ScreenPoint, b: ScreenPoint): readonly ScreenPoint[] {
  const corners = [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }]
  return corners.flatMap((from, index) => {
    const to = corners[(index + 1) % corners.length]!
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / stepPx))
    return Array.from({ length: steps }, (_, step) => between(from, to, step / steps))
  })
}

/**
 * The outline on the ground: a closed ring in degrees that goes around through a pole it encloses.
 * Points over space are moved towards the middle of what lies on the globe, up to the limb.
 * @returns undefined when it lies in space altogether
 */
export function areaOf(
  outline: readonly ScreenPoint[],
  placeAt: (point: ScreenPoint) => GlobePlace | undefined,
): Footprint | undefined {
  const onGlobe = outline.filter((point) => placeAt(point) !== undefined)
  // an outline around the whole globe has no point on it
  const around = onGlobe.length > 0 ? onGlobe : outline
  const middle = {
    x: around.reduce((sum, { x }) => sum + x, 0) / around.length,
    y: around.reduce((sum, { y }) => sum + y, 0) / around.length,
  }
  const inside = placeAt(middle)
  const places = outline.flatMap((point) => placeAt(point) ?? limbPlace(point, middle, placeAt) ?? [])
  return places.length < 3 ? undefined : { polygons: [[closedRing(places, inside)]] }
}

/** The last place on the globe on the way from `inside` to `outside`. */
function limbPlace(
  outside: ScreenPoint,
  inside: ScreenPoint,
  placeAt: (point: ScreenPoint) => GlobePlace | undefined,
): GlobePlace | undefined {
  let [least, most] = [0, 1]
  let place = placeAt(inside)
  if (place === undefined) return undefined
  for (let times = 0; times < bisections; times++) {
    const half = (least + most) / 2
    const found = placeAt(between(inside, outside, half))
    if (found === undefined) most = half
    else {
      place = found
      least = half
    }
  }
  return place
}

/** A ring that goes once around the Earth is closed along the meridian of its ends and the pole on the side of `inside`. */
export function closedRing(
  places: readonly GlobePlace[],
  inside?: GlobePlace,
): readonly (readonly [lon: number, lat: number])[] {
  const ring = places.map(({ lat, lon }): readonly [number, number] => [lon, lat])
  const first = ring[0]!
  const turn = ring.reduce((sum, [lon], index) => {
    const [next] = ring[(index + 1) % ring.length]!
    return sum + shortest(next - lon)
  }, 0)
  if (Math.abs(turn) < 180) return [...ring, first]
  const pole = isNorthInside(places, inside) ? 90 : -90
  const back = Math.sign(turn)
  const end = [first[0], first[1]] as const
  const poleSteps = [0, 1, 2, 3].map((step): readonly [number, number] => [shortest(first[0] - back * 90 * step), pole])
  return [...ring, end, ...poleSteps, [first[0], pole], first]
}

function isNorthInside(places: readonly GlobePlace[], inside: GlobePlace | undefined): boolean {
  if (inside === undefined) return places.reduce((sum, { lat }) => sum + lat, 0) > 0
  const beside = places.reduce((best, place) =>
    Math.abs(shortest(place.lon - inside.lon)) < Math.abs(shortest(best.lon - inside.lon)) ? place : best,
  )
  return inside.lat > beside.lat
}

const between = (a: ScreenPoint, b: ScreenPoint, share: number): ScreenPoint => ({
  x: a.x + (b.x - a.x) * share,
  y: a.y + (b.y - a.y) * share,
})
const shortest = (degrees: number) => degrees - 360 * Math.round(degrees / 360)
