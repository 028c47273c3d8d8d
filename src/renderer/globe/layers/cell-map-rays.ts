// The ray of every pixel as the cell map's shader wants it: reckoned in float64 relative to the centre of the map, so that float32 is
// enough for cell borders at any zoom.

import type { LayerContext, WebMercatorViewport } from '@deck.gl/core'

type Vector = readonly [x: number, y: number, z: number]

/** deck.gl's viewport of a map, flat or a globe. */
export type CellMapViewport = LayerContext['viewport'] & Pick<WebMercatorViewport, 'longitude' | 'latitude'>

/**
 * East, north and up from the centre of the map; the unit is the radius of the Earth, on a flat map a radian of mercator.
 * The ray of a pixel is `ray + x * rayAcross + y * rayUp` for x, y in -1..1 from the left and the bottom.
 */
export interface PixelRays {
  readonly isFlat: boolean
  readonly eye: Vector
  readonly ray: Vector
  readonly rayAcross: Vector
  readonly rayUp: Vector
}

const globeUnits = 256
const mercatorUnitsPerRadian = 512 / (2 * Math.PI)

export function pixelRays(viewport: CellMapViewport): PixelRays {
  const { width, height, cameraPosition } = viewport
  // beyond zoom 12 deck.gl's globe view draws a flat map
  const isFlat = viewport.resolution === undefined
  const local = isFlat ? onPlane(viewport) : onSphere(viewport)
  const eye = local(cameraPosition)
  const towards = (x: number, y: number) => minus(local(nearPoint(viewport, x, y)), eye)
  const [topLeft, topRight, bottomLeft] = [towards(0, 0), towards(width, 0), towards(0, height)]
  const rayAcross = scaled(minus(topRight, topLeft), 0.5)
  const rayUp = scaled(minus(topLeft, bottomLeft), 0.5)
  const ray = minus(plus(topLeft, rayAcross), rayUp)
  // of a length near 1, which float32 squares without loss
  const scale = 1 / Math.hypot(...ray)
  return {
    isFlat,
    eye,
    ray: scaled(ray, scale),
    rayAcross: scaled(rayAcross, scale),
    rayUp: scaled(rayUp, scale),
  }
}

type ToLocal = (common: ArrayLike<number>) => Vector

function onPlane({ center }: CellMapViewport): ToLocal {
  return (point) => scaled([point[0]! - center[0]!, point[1]! - center[1]!, point[2]!], 1 / mercatorUnitsPerRadian)
}

/** deck.gl's globe has 90 W on its x axis turned to 0: a place is (sin lon cos lat, -cos lon cos lat, sin lat). */
function onSphere({ longitude, latitude }: CellMapViewport): ToLocal {
  const [lambda, phi] = [radians(longitude), radians(latitude)]
  const [sinLon, cosLon, sinLat, cosLat] = [Math.sin(lambda), Math.cos(lambda), Math.sin(phi), Math.cos(phi)]
  const east: Vector = [cosLon, sinLon, 0]
  const north: Vector = [-sinLon * sinLat, cosLon * sinLat, cosLat]
  const up: Vector = [sinLon * cosLat, -cosLon * cosLat, sinLat]
  return (point) => {
    const [x, y, z] = [east, north, up].map((axis) => dot(axis, point) / globeUnits)
    return [x!, y!, z! - 1]
  }
}

/** A pixel on the near plane, where the step from pixel to pixel is even. */
function nearPoint({ pixelUnprojectionMatrix: m }: CellMapViewport, x: number, y: number): Vector {
  const row = (k: number) => m[k]! * x + m[4 + k]! * y - m[8 + k]! + m[12 + k]!
  const w = row(3)
  return [row(0) / w, row(1) / w, row(2) / w]
}

const radians = (degrees: number) => (degrees * Math.PI) / 180
const dot = (a: Vector, b: ArrayLike<number>) => a[0] * b[0]! + a[1] * b[1]! + a[2] * b[2]!
const plus = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
const scaled = (a: Vector, by: number): Vector => [a[0] * by, a[1] * by, a[2] * by]
