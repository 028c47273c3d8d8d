// The view that shows an example and as many of its results as one side of the globe can, for a camera that sees almost none of them.

import { fittingZoom, horizonDegrees, isOnScreen, type ScreenSize } from './camera.ts'
import type { GlobeCamera, GlobePlace } from './globe-scene.ts'

/** With this share of the results in view the camera stays. */
const mostOfThem = 0.5
/** A camera nearer to the whole globe than this has nowhere to move out to. */
const leastZoomsOut = 1
/** Room for a mark beside the edge, px. */
const marginPx = 40
/** What is nearer to the limb is seen too flat. */
const limbDegrees = 8
/** The example lies well in view: at most this far from the centre. */
const exampleDegrees = 45

/**
 * @param around the example; it is always in the view
 * @returns undefined where the camera should stay: it sees most of them already, sees the whole globe, or could see no more
 */
export function overviewOf(
  camera: GlobeCamera,
  { around, places }: { readonly around: GlobePlace; readonly places: readonly GlobePlace[] },
  size: ScreenSize,
): GlobeCamera | undefined {
  const whole = fittingZoom(camera.lat, size.width, size.height)
  if (camera.zoom < whole + leastZoomsOut) return undefined
  const seen = places.filter((place) => isOnScreen(place, camera, size, 0)).length
  if (seen >= mostOfThem * places.length) return undefined
  const reach = horizonDegrees(camera.lat, whole, size.height) - limbDegrees
  const best = bestCentre(vectorOf(around), places.map(vectorOf), reach)
  if (best.shown.length <= seen) return undefined
  const { lat, lon } = placeOf(middleOf(best, vectorOf(around)))
  const shown = [around, ...best.shown.map(placeOf)]
  const fits = (zoom: number) => shown.every((place) => isOnScreen(place, { lat, lon, zoom }, size, marginPx))
  return { lat, lon, zoom: nearestZoom(fits, fittingZoom(lat, size.width, size.height), camera.zoom) }
}

type Vector = readonly [number, number, number]
interface Centre {
  readonly centre: Vector
  readonly shown: readonly Vector[]
}

/** The centre, near enough to the example, that has most places within `reach`; of equal ones the nearest. */
function bestCentre(example: Vector, places: readonly Vector[], reach: number): Centre {
  const least = Math.cos(radians(reach))
  let best: Centre = { centre: example, shown: [] }
  for (let degrees = 0; degrees <= exampleDegrees; degrees += 7.5) {
    for (let bearing = 0; bearing < 360; bearing += degrees === 0 ? 360 : 15) {
      const centre = moved(example, bearing, degrees)
      const shown = places.filter((place) => dot(centre, place) >= least)
      if (shown.length > best.shown.length) best = { centre, shown }
    }
  }
  return best
}

/** Middle of the smallest circle around all of them: step by step a little towards the farthest (Badoiu and Clarkson 2003). */
function middleOf({ centre, shown }: Centre, example: Vector): Vector {
  const points = [example, ...shown]
  const farthestFrom = (from: Vector) =>
    points.reduce((far, point) => (dot(from, point) < dot(from, far) ? point : far))
  let middle = centre
  for (let step = 2; step < 200; step++) {
    const farthest = farthestFrom(middle)
    middle = unit(plus(middle, scaled(plus(farthest, scaled(middle, -1)), 1 / step)))
  }
  const isNearer = dot(middle, farthestFrom(middle)) >= dot(centre, farthestFrom(centre))
  const isByExample = dot(middle, example) >= Math.cos(radians(exampleDegrees))
  return isNearer && isByExample ? middle : centre
}

/** Largest zoom that fits, `least` where none does. */
function nearestZoom(fits: (zoom: number) => boolean, least: number, most: number): number {
  if (fits(most)) return most
  let [low, high] = [least, most]
  for (let round = 0; round < 30; round++) {
    const zoom = (low + high) / 2
    if (fits(zoom)) low = zoom
    else high = zoom
  }
  return low
}

const radians = (degrees: number) => (degrees * Math.PI) / 180
const degreesOf = (angle: number) => (angle * 180) / Math.PI
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const plus = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
const scaled = (a: Vector, by: number): Vector => [a[0] * by, a[1] * by, a[2] * by]
const unit = (a: Vector) => scaled(a, 1 / Math.hypot(...a))

function vectorOf({ lat, lon }: GlobePlace): Vector {
  const [phi, lambda] = [radians(lat), radians(lon)]
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)]
}

function placeOf([x, y, z]: Vector): GlobePlace {
  return { lat: degreesOf(Math.atan2(z, Math.hypot(x, y))), lon: degreesOf(Math.atan2(y, x)) }
}

function moved(from: Vector, bearing: number, byDegrees: number): Vector {
  const { lat, lon } = placeOf(from)
  const [phi, lambda, turn, way] = [lat, lon, bearing, byDegrees].map(radians) as [number, number, number, number]
  const north: Vector = [-Math.sin(phi) * Math.cos(lambda), -Math.sin(phi) * Math.sin(lambda), Math.cos(phi)]
  const east: Vector = [-Math.sin(lambda), Math.cos(lambda), 0]
  const ahead = plus(scaled(north, Math.cos(turn)), scaled(east, Math.sin(turn)))
  return plus(scaled(from, Math.cos(way)), scaled(ahead, Math.sin(way)))
}
