// Geometry as nested lists of x and y (GeoArrow, the native encodings of GeoParquet 1.1): points, and lists of them of any
// depth. Read into the same WKB as any other geometry, so that there is one kind from here on.

import type { LonLat } from '../../shared/terms.ts'
import { wkbOf, wkbOfPoint, wkbOfPoints } from './wkb.ts'

/** Encodings of GeoParquet 1.1 that are not WKB. */
export const nativeEncodings = [
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
] as const
export type NativeEncoding = (typeof nativeEncodings)[number]

export function isNativeEncoding(encoding: string): encoding is NativeEncoding {
  return (nativeEncodings as readonly string[]).includes(encoding)
}

/**
 * @param value as `readColumns` gives it: `{ x, y }`, or lists of them
 * @returns null where there is no geometry
 * @throws Error when the value has another shape
 */
export function wkbOfNative(value: unknown, encoding: NativeEncoding): Uint8Array | null {
  if (value === null || value === undefined) return null
  switch (encoding) {
    case 'point':
      return wkbOfPoint(pointOf(value))
    case 'polygon':
      return wkbOf({ polygons: [ringsOf(value)] })
    case 'multipolygon':
      return wkbOf({ polygons: listOf(value).map(ringsOf) })
    case 'multilinestring':
      return wkbOfPoints(ringsOf(value).flat())
    default:
      return wkbOfPoints(listOf(value).map(pointOf))
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new Error('expected a list of points')
}

function ringsOf(value: unknown): LonLat[][] {
  return listOf(value).map((ring) => listOf(ring).map(pointOf))
}

function pointOf(value: unknown): LonLat {
  const { x, y } = (value ?? {}) as { x?: unknown; y?: unknown }
  if (typeof x === 'number' && typeof y === 'number') return [x, y]
  throw new Error('expected points with x and y')
}
