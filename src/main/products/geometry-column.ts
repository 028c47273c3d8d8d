// The geometry of a table's rows in degrees, whatever its encoding (WKB, lists of x and y), its CRS, and its way across
// 180 degrees.

import { EngineError } from '../../shared/errors.ts'
import type { Footprint, LonLat } from '../../shared/terms.ts'
import { isNativeEncoding, wkbOfNative } from '../geoparquet/native-geometry.ts'
import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { parseWkb, pointsOf, type WkbGeometry, wkbOf, wkbOfPoint, wkbOfPoints } from '../geoparquet/wkb.ts'
import { type Projection, projectionOf, toLonLat } from '../grid/projection.ts'
import { ringFootprint } from '../grid/ring-footprint.ts'

export interface RowRange {
  readonly rowStart?: number
  readonly rowEnd?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * @returns WKB in longitude and latitude (OGC:CRS84); null where a row has no geometry, or bytes that are none
 * @throws EngineError `unsupported-format` for an encoding or a CRS that we do not know, as `readColumns` for damage
 */
export async function readGeometry(
  file: ParquetFile,
  column: string,
  range: RowRange = {},
): Promise<(Uint8Array | null)[]> {
  const encoding = file.geo?.primaryColumn === column ? file.geo.encoding : 'WKB'
  const values = (await readColumns(file, [column], range))[column]!
  const stored = values.map(storedReader(file, column, encoding))
  const projection = geometryProjection(file)
  return stored.map((wkb) => (wkb === null ? null : inDegrees(wkb, projection)))
}

/** The CRS of the geometry column; undefined for longitude and latitude on WGS 84, which null is taken for. */
export function geometryProjection({ geo, source }: ParquetFile): Projection | undefined {
  if (geo === undefined || ['OGC:CRS84', 'EPSG:4326', 'unknown'].includes(geo.crs)) return undefined
  try {
    return projectionOf(geo.crs)
  } catch {
    // not one of the codes that are known by heart: the definition itself
  }
  try {
    return projectionOf(geo.crsDefinition ?? geo.crs)
  } catch (cause) {
    throw new EngineError(
      'unsupported-format',
      `${source.name}: expected geometry in a CRS that can be turned into longitude and latitude, got ${geo.crs}; reproject it to OGC:CRS84`,
      { cause },
    )
  }
}

function storedReader(file: ParquetFile, column: string, encoding: string): (value: unknown) => Uint8Array | null {
  const lower = encoding.toLowerCase()
  if (lower === 'wkb') return (value) => (value instanceof Uint8Array ? value : null)
  const native = lower.replace('geoarrow.', '')
  if (isNativeEncoding(native)) {
    return (value) => {
      try {
        return wkbOfNative(value, native)
      } catch (cause) {
        throw new EngineError(
          'unsupported-format',
          `${file.source.name}: column "${column}" is said to be encoded as ${encoding}: ${(cause as Error).message}, got another shape`,
          { cause },
        )
      }
    }
  }
  throw new EngineError(
    'unsupported-format',
    `${file.source.name}: expected geometry encoded as WKB or one of the native encodings, got "${encoding}"; write it as WKB`,
  )
}

function inDegrees(wkb: Uint8Array, projection: Projection | undefined): Uint8Array | null {
  const geometry = parsed(wkb)
  if (geometry === undefined) return null
  if (projection === undefined && !crossesSeam(geometry)) return wkb
  const move = (points: readonly LonLat[]): readonly LonLat[] =>
    projection === undefined ? points : toLonLat(projection, points)
  if ('footprint' in geometry) return wkbOf(cutAtSeam(geometry.footprint, move))
  const points = move(pointsOf(geometry))
  if ('point' in geometry) return points[0] === undefined ? null : wkbOfPoint(points[0])
  return wkbOfPoints(points)
}

function parsed(wkb: Uint8Array): WkbGeometry | undefined {
  try {
    return parseWkb(wkb)
  } catch {
    return undefined
  }
}

/** An edge of more than half the globe goes the other way round, across 180 degrees. */
function crossesSeam(geometry: WkbGeometry): boolean {
  if (!('footprint' in geometry)) return false
  return geometry.footprint.polygons.some((rings) => rings.some(hasLongEdge))
}

function hasLongEdge(ring: readonly LonLat[]): boolean {
  return ring.some(([lon], index) => index > 0 && Math.abs(lon - ring[index - 1]![0]) > 180)
}

/** Outer rings that cross 180 degrees become two polygons (their holes are left out); the others stay as they are. */
function cutAtSeam(footprint: Footprint, move: (points: readonly LonLat[]) => readonly LonLat[]): Footprint {
  return {
    polygons: footprint.polygons.flatMap((rings) => {
      const moved = rings.map(move)
      const outer = moved[0]
      return outer !== undefined && hasLongEdge(outer) ? ringFootprint(outer).footprint.polygons : [moved]
    }),
  }
}

/** Middle of the box of a geometry in degrees, also of one that is cut at 180; undefined for an empty one and for bytes that are none. */
export function middleOfGeometry(wkb: Uint8Array): LonLat | undefined {
  const geometry = parsed(wkb)
  const points = geometry === undefined ? [] : pointsOf(geometry)
  if (points.length === 0) return undefined
  const lons = points.map(([lon]) => lon)
  const lats = points.map(([, lat]) => lat)
  const isCut = Math.min(...lons) === -180 && Math.max(...lons) === 180
  const unwrapped = isCut ? lons.map((lon) => (lon < 0 ? lon + 360 : lon)) : lons
  const lon = (Math.min(...unwrapped) + Math.max(...unwrapped)) / 2
  return [lon > 180 ? lon - 360 : lon, (Math.min(...lats) + Math.max(...lats)) / 2]
}
