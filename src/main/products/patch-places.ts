// Where the rows of a table of patches are.

import type { FileDescription } from '../../shared/contract.ts'
import type { Bbox } from '../../shared/terms.ts'
import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { parseWkb, pointsOf } from '../geoparquet/wkb.ts'
import { extentOfPlaces } from '../grid/places-extent.ts'
import { lonLatExtent } from '../grid/ring-footprint.ts'
import { geometryProjection, middleOfGeometry, type RowRange, readGeometry } from './geometry-column.ts'
import type { PatchColumns } from './patch-columns.ts'
import { rangeOf } from './value-range.ts'

/** Geometry columns up to this size are read for their extent, where the file does not state it. */
const readGeometryBytes = 64 * 1024 * 1024

/** Degrees of every row, NaN where unknown: the columns of centres, else the text that names the place, else the outlines. */
export async function placesOf(
  file: ParquetFile,
  { lat, lon, placeText, geometry }: PatchColumns,
  range: RowRange = {},
): Promise<{ lat: Float64Array; lon: Float64Array }> {
  if (lat !== undefined && lon !== undefined) {
    const values = await readColumns(file, [lat, lon], range)
    return { lat: numbersOf(values[lat]!), lon: numbersOf(values[lon]!) }
  }
  if (placeText !== undefined) {
    const places = (await readColumns(file, [placeText], range))[placeText]!.map(placeOfText)
    return { lat: Float64Array.from(places, ([, y]) => y), lon: Float64Array.from(places, ([x]) => x) }
  }
  if (geometry === undefined) return { lat: new Float64Array(), lon: new Float64Array() }
  const places = (await readGeometry(file, geometry, range)).map((wkb) =>
    wkb === null ? undefined : middleOfGeometry(wkb),
  )
  return {
    lat: Float64Array.from(places, (place) => place?.[1] ?? Number.NaN),
    lon: Float64Array.from(places, (place) => place?.[0] ?? Number.NaN),
  }
}

/** Longitude and latitude of `<id>_<lon>_<lat>`; NaN for any other text. */
export function placeOfText(value: unknown): readonly [lon: number, lat: number] {
  const found = typeof value === 'string' ? /_(-?\d+(?:\.\d+)?)_(-?\d+(?:\.\d+)?)$/.exec(value) : null
  return found === null ? [Number.NaN, Number.NaN] : [Number(found[1]), Number(found[2])]
}

function numbersOf(values: readonly unknown[]): Float64Array {
  return Float64Array.from(values, (value) => (typeof value === 'number' ? value : Number.NaN))
}

/** The box of the `geo` key, else of the centres, else of what the outlines say; absent when nothing says it. */
export async function extentOf(
  file: ParquetFile,
  columns: PatchColumns,
  signal?: AbortSignal,
): Promise<Pick<FileDescription, 'extent'>> {
  const extent =
    statedExtent(file) ?? (await extentOfCentres(file, columns, signal)) ?? (await extentOfRows(file, columns, signal))
  return extent === undefined ? {} : { extent }
}

function statedExtent(file: ParquetFile): Bbox | undefined {
  const bbox = file.geo?.bbox
  if (bbox === undefined || !bbox.every(Number.isFinite)) return undefined
  const projection = geometryProjection(file)
  return projection === undefined ? bbox : lonLatExtent(projection, bbox)
}

async function extentOfCentres(
  file: ParquetFile,
  { lat, lon }: PatchColumns,
  signal: AbortSignal | undefined,
): Promise<Bbox | undefined> {
  if (lat === undefined || lon === undefined) return undefined
  const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)
  const lats = await rangeOf(file, lat, signal, number)
  const lons = await rangeOf(file, lon, signal, number)
  return lats === undefined || lons === undefined ? undefined : [lons[0], lats[0], lons[1], lats[1]]
}

async function extentOfRows(
  file: ParquetFile,
  columns: PatchColumns,
  signal: AbortSignal | undefined,
): Promise<Bbox | undefined> {
  const { geometry, placeText } = columns
  if (placeText !== undefined) {
    const { lat, lon } = await placesOf(file, columns, { signal })
    return extentOfPlaces(lat, lon)
  }
  if (geometry === undefined || byteLengthOf(file, geometry) > readGeometryBytes) return undefined
  const rows = await readGeometry(file, geometry, { signal })
  const points = rows.flatMap((wkb) => (wkb === null ? [] : pointsOf(parseWkb(wkb))))
  return extentOfPlaces(
    points.map(([, lat]) => lat),
    points.map(([lon]) => lon),
  )
}

function byteLengthOf(file: ParquetFile, column: string): number {
  const chunks = file.metadata.row_groups.flatMap(({ columns }) => columns.map(({ meta_data }) => meta_data))
  const own = chunks.filter((chunk) => chunk?.path_in_schema[0] === column)
  return own.reduce((sum, chunk) => sum + Number(chunk?.total_uncompressed_size ?? 0), 0)
}
