// What can be said of an embeddings Parquet from its footer, or from columns that are small beside the vectors.

import type { FileDescription } from '../../shared/contract.ts'
import type { Bbox } from '../../shared/terms.ts'
import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { readDimensions, readVectors } from '../geoparquet/read-vectors.ts'
import { isoDate } from './iso-date.ts'
import { sentencesOf } from './product-adapter.ts'

/** Files up to this size have every vector looked at; larger ones are described from their footer. */
const fullCheckBytes = 64 * 1024 * 1024

/** Dimensions, type and problems of the vectors; a column that cannot be read is a problem, not an end. */
export async function vectorFacts(
  file: ParquetFile,
  column: string,
  signal?: AbortSignal,
): Promise<Pick<FileDescription, 'dimensions' | 'dtype' | 'problems'>> {
  const type = file.columns.find(({ name }) => name === column)?.type ?? ''
  // `float32` of `List<List<Float32>>`
  const dtype = (/(\w+)>*$/.exec(type)?.[1] ?? type).toLowerCase()
  let dimensions: number | undefined
  const problems: string[] = []
  const unreadable = await sentencesOf(async () => {
    dimensions = await readDimensions(file, column, signal)
    problems.push(...(await uselessVectors(file, column, signal)))
  })
  return { ...(dimensions === undefined ? {} : { dimensions }), dtype, problems: [...problems, ...unreadable] }
}

/** Sentences about vectors that no search can use; empty for a file too large to look at every vector. */
async function uselessVectors(file: ParquetFile, column: string, signal?: AbortSignal): Promise<string[]> {
  const { byteLength, name } = file.source
  if (byteLength > fullCheckBytes) return []
  const { vectors, count, dimensions } = await readVectors(file, column, { signal })
  let nanRows = 0
  let zeroRows = 0
  for (let row = 0; row < count; row++) {
    const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions)
    if (vector.some(Number.isNaN)) nanRows++
    else if (vector.every((value) => value === 0)) zeroRows++
  }
  const sentence = (rows: number, got: string) =>
    `${name}: expected a vector in every row, got ${got} in ${rows} of ${count}; searches leave these rows out`
  return [
    ...(count === 0 ? [`${name}: expected rows, got none`] : []),
    ...(nanRows === 0 ? [] : [sentence(nanRows, 'NaN')]),
    ...(zeroRows === 0 ? [] : [sentence(zeroRows, 'only zeros')]),
  ]
}

/** First and last date, as `isoDate` writes them. */
export async function datesOf(
  file: ParquetFile,
  columns: readonly string[],
  signal?: AbortSignal,
): Promise<Pick<FileDescription, 'dates'>> {
  const range = await rangeOf(file, columns, signal, (value) =>
    typeof value === 'string' ? isoDate(value) : undefined,
  )
  return range === undefined ? {} : { dates: { first: range[0], last: range[1] } }
}

/** The `geo` key's box, else that of the centres. */
export async function extentOf(file: ParquetFile, signal?: AbortSignal): Promise<Pick<FileDescription, 'extent'>> {
  if (file.geo?.bbox !== undefined && isLonLat(file.geo.crs)) return { extent: file.geo.bbox }
  const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)
  const lats = await rangeOf(file, ['centre_lat', 'lat', 'latitude'], signal, number)
  const lons = await rangeOf(file, ['centre_lon', 'lon', 'longitude'], signal, number)
  if (lats === undefined || lons === undefined) return {}
  const extent: Bbox = [lons[0], lats[0], lons[1], lats[1]]
  return { extent }
}

/** Products leave the CRS out (null), or name it, for longitude and latitude. */
function isLonLat(crs: string): boolean {
  return ['OGC:CRS84', 'EPSG:4326', 'unknown'].includes(crs)
}

/** Smallest and largest value of the first of `columns` that the file has; undefined when there is none. */
async function rangeOf<T extends string | number>(
  file: ParquetFile,
  columns: readonly string[],
  signal: AbortSignal | undefined,
  accept: (value: unknown) => T | undefined,
): Promise<[T, T] | undefined> {
  const column = columns.find((name) => file.columns.some((one) => one.name === name))
  if (column === undefined) return undefined
  const values = statisticsOf(file, column) ?? (await readColumns(file, [column], { signal }))[column]!
  let range: [T, T] | undefined
  for (const value of values) {
    const accepted = accept(value)
    if (accepted === undefined) continue
    if (range === undefined) range = [accepted, accepted]
    if (accepted < range[0]) range[0] = accepted
    if (accepted > range[1]) range[1] = accepted
  }
  return range
}

/** Minimum and maximum of every row group; undefined unless all have plain ones, so that the column must be read. */
function statisticsOf(file: ParquetFile, column: string): unknown[] | undefined {
  const values = file.metadata.row_groups.flatMap((group) => {
    const statistics = group.columns.find(({ meta_data }) => meta_data?.path_in_schema.join('.') === column)?.meta_data
      ?.statistics
    const isExact = statistics?.is_min_value_exact !== false && statistics?.is_max_value_exact !== false
    return isExact ? [statistics?.min_value, statistics?.max_value] : [undefined]
  })
  return values.every((value) => typeof value === 'string' || typeof value === 'number') ? values : undefined
}
