// The `geo` key of GeoParquet 1.1.0 (https://geoparquet.org/releases/v1.1.0/).

import { z } from 'zod'
import type { Bbox } from '../../shared/terms.ts'

const geoJson = z.looseObject({
  version: z.string(),
  primary_column: z.string(),
  columns: z.record(
    z.string(),
    z.looseObject({
      encoding: z.string(),
      geometry_types: z.array(z.string()).optional(),
      /** before 1.0 */
      geometry_type: z.union([z.string(), z.array(z.string())]).optional(),
      crs: z.unknown().optional(),
      bbox: z.array(z.number()).optional(),
      /** column and fields with the box of each row, from 1.1 */
      covering: z
        .looseObject({ bbox: z.record(z.string(), z.array(z.string())) })
        .optional()
        .catch(undefined),
    }),
  ),
})

export interface GeoMetadata {
  readonly version: string
  readonly primaryColumn: string
  readonly encoding: string
  readonly geometryTypes: readonly string[]
  /** `OGC:CRS84` when the file names none, as the specification says; `unknown` when it says null */
  readonly crs: string
  /** the whole definition (PROJJSON, or WKT before 0.4) as text, where the file gives another than longitude and latitude */
  readonly crsDefinition?: string
  /** degrees or CRS units, two-dimensional */
  readonly bbox?: Bbox
  /** `xmin`, `ymin`, `xmax`, `ymax`: path of the column that has it for each row */
  readonly covering?: Readonly<Record<string, readonly string[]>>
}

export function geoMetadataJson(options: {
  readonly bbox?: Bbox | undefined
  readonly geometryTypes: readonly string[]
}): string {
  const { bbox, geometryTypes } = options
  const column = { encoding: 'WKB', geometry_types: geometryTypes, crs: crs84, ...(bbox === undefined ? {} : { bbox }) }
  return JSON.stringify({ version: '1.1.0', primary_column: 'geometry', columns: { geometry: column } })
}

/** What the `geo` key says; undefined when it cannot be read. */
export function parseGeoMetadata(text: string): GeoMetadata | undefined {
  let parsed: ReturnType<typeof geoJson.safeParse>
  try {
    parsed = geoJson.safeParse(JSON.parse(text))
  } catch {
    return undefined
  }
  const column = parsed.data?.columns[parsed.data.primary_column]
  if (parsed.data === undefined || column === undefined) return undefined
  const corners =
    column.bbox === undefined || column.bbox.length === 4 ? column.bbox : column.bbox.filter((_, i) => i % 3 !== 2)
  return {
    version: parsed.data.version,
    primaryColumn: parsed.data.primary_column,
    encoding: column.encoding,
    geometryTypes: column.geometry_types ?? [column.geometry_type ?? []].flat(),
    crs: crsName(column.crs),
    ...(column.crs == null || crsName(column.crs) === 'OGC:CRS84'
      ? {}
      : { crsDefinition: typeof column.crs === 'string' ? column.crs : JSON.stringify(column.crs) }),
    ...(column.covering === undefined ? {} : { covering: column.covering.bbox }),
    ...(corners?.length === 4 ? { bbox: [corners[0]!, corners[1]!, corners[2]!, corners[3]!] } : {}),
  }
}

function crsName(crs: unknown): string {
  if (crs === undefined) return 'OGC:CRS84'
  if (crs === null) return 'unknown'
  if (typeof crs === 'string') return nameOfWkt(crs)
  const { id, name } = z
    .looseObject({
      id: z.looseObject({ authority: z.string(), code: z.union([z.string(), z.number()]) }).optional(),
      name: z.string().optional(),
    })
    .catch({})
    .parse(crs)
  return id === undefined ? (name ?? 'unknown') : `${id.authority}:${id.code}`
}

/** The code at the end of a WKT, else its name: before version 0.4 of the specification the CRS was WKT. */
function nameOfWkt(wkt: string): string {
  const code = /(?:ID|AUTHORITY)\s*\[\s*"([A-Z]+)"\s*,\s*"?(\d+)"?\s*\]\s*\]\s*$/.exec(wkt)
  return code === null ? (/"([^"]+)"/.exec(wkt)?.[1] ?? 'unknown') : `${code[1]}:${code[2]}`
}

/** PROJJSON of OGC:CRS84 as PROJ 9 prints it (python3 -c "import pyproj; print(pyproj.CRS('OGC:CRS84').to_json())"). */
const crs84 = {
  $schema: 'https://proj.org/schemas/v0.7/projjson.schema.json',
  type: 'GeographicCRS',
  name: 'WGS 84 (CRS84)',
  datum_ensemble: {
    name: 'World Geodetic System 1984 ensemble',
    members: [
      { name: 'World Geodetic System 1984 (Transit)', id: { authority: 'EPSG', code: 1166 } },
      { name: 'World Geodetic System 1984 (G730)', id: { authority: 'EPSG', code: 1152 } },
      { name: 'World Geodetic System 1984 (G873)', id: { authority: 'EPSG', code: 1153 } },
      { name: 'World Geodetic System 1984 (G1150)', id: { authority: 'EPSG', code: 1154 } },
      { name: 'World Geodetic System 1984 (G1674)', id: { authority: 'EPSG', code: 1155 } },
      { name: 'World Geodetic System 1984 (G1762)', id: { authority: 'EPSG', code: 1156 } },
      { name: 'World Geodetic System 1984 (G2139)', id: { authority: 'EPSG', code: 1309 } },
      { name: 'World Geodetic System 1984 (G2296)', id: { authority: 'EPSG', code: 1383 } },
    ],
    ellipsoid: { name: 'WGS 84', semi_major_axis: 6378137, inverse_flattening: 298.257223563 },
    accuracy: '2.0',
    id: { authority: 'EPSG', code: 6326 },
  },
  coordinate_system: {
    subtype: 'ellipsoidal',
    axis: [
      { name: 'Geodetic longitude', abbreviation: 'Lon', direction: 'east', unit: 'degree' },
      { name: 'Geodetic latitude', abbreviation: 'Lat', direction: 'north', unit: 'degree' },
    ],
  },
  scope: 'Not known.',
  area: 'World.',
  bbox: { south_latitude: -90, west_longitude: -180, north_latitude: 90, east_longitude: 180 },
  id: { authority: 'OGC', code: 'CRS84' },
} as const
