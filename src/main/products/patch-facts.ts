// What can be said of a table of patches from its footer and from columns that are small beside the vectors; of files that
// are not large, from the vectors too.

import type { EmbeddingProduct, FileDescription } from '../../shared/contract.ts'
import { geometryOrder } from '../fragment/geometry-order.ts'
import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { readDimensions, readVectors } from '../geoparquet/read-vectors.ts'
import { isoDate } from './iso-date.ts'
import type { Opened } from './opened-file.ts'
import type { PatchColumns } from './patch-columns.ts'
import { extentOf, placesOf } from './patch-places.ts'
import { sentencesOf } from './product-adapter.ts'
import { type Credit, productCredits } from './product-credits.ts'
import { licenceField, statedLicence } from './stated-licence.ts'
import { rangeOf } from './value-range.ts'

/** Files up to this size have every row looked at; larger ones are described from their footer and their first rows. */
const fullCheckBytes = 64 * 1024 * 1024

export interface PatchProduct {
  readonly product: EmbeddingProduct
  readonly columns: PatchColumns
  /** where the rows have none: from the file's name, or the product's only ones */
  readonly dates?: FileDescription['dates']
}

/** The description of a table of patches of a product. */
export async function describePatches(
  { path, name, parquet }: Opened<'parquet'>,
  { product, columns, dates }: PatchProduct,
  signal?: AbortSignal,
): Promise<FileDescription> {
  const { problems: vectorProblems, ...vectors } = await vectorFacts(parquet, columns.vectors, signal)
  let extent: Pick<FileDescription, 'extent'> = {}
  const placeProblems = await sentencesOf(async () => {
    extent = await extentOf(parquet, columns, signal)
  })
  const ofRows = await datesOf(parquet, columns.timestamp, signal)
  const order = placeProblems.length === 0 ? await orderFacts(parquet, columns, signal) : undefined
  return {
    file: path,
    product,
    kind: 'patch',
    rows: parquet.rowCount,
    ...vectors,
    ...crsField(parquet, columns),
    ...extent,
    ...(ofRows === undefined && dates === undefined ? {} : { dates: ofRows ?? dates }),
    ...creditFields(product, parquet),
    ...(order === undefined ? {} : { geometryOrder: order.order }),
    problems: [
      ...crsProblems(parquet, columns, name),
      ...placeProblems,
      ...vectorProblems,
      ...(order?.problems ?? []),
      ...(await duplicateProblems(parquet, columns, signal)),
    ],
  }
}

/** Dimensions, type and problems of the vectors; a column that cannot be read is a problem, not an end. */
async function vectorFacts(
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
    problems.push(...(await uselessVectors(file, { column, length: dimensions ?? 0 }, signal)))
  })
  return { ...(dimensions === undefined ? {} : { dimensions }), dtype, problems: [...problems, ...unreadable] }
}

/** Values of vectors that are looked at together: equal vectors are few bytes in the file and many here. */
const fullCheckValues = 64 * 1024 * 1024

/** Sentences about vectors that no search can use; empty for a file too large to look at every vector. */
async function uselessVectors(
  file: ParquetFile,
  { column, length }: { readonly column: string; readonly length: number },
  signal?: AbortSignal,
): Promise<string[]> {
  const { byteLength, name } = file.source
  if (byteLength > fullCheckBytes || file.rowCount * length > fullCheckValues) return []
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
  column: string | undefined,
  signal?: AbortSignal,
): Promise<FileDescription['dates']> {
  if (column === undefined) return undefined
  const range = await rangeOf(file, column, signal, (value) => (typeof value === 'string' ? isoDate(value) : undefined))
  return range === undefined ? undefined : { first: range[0], last: range[1] }
}

/** The CRS that the coordinates are in; longitude and latitude where the file says null or has numbers only. */
export function crsField({ geo }: ParquetFile, { lat, lon, geometry }: PatchColumns): { crs?: string } {
  if (geo !== undefined && geometry !== undefined) return { crs: geo.crs === 'unknown' ? 'OGC:CRS84' : geo.crs }
  return lat !== undefined && lon !== undefined ? { crs: 'OGC:CRS84' } : {}
}

export function crsProblems({ geo, rowCount }: ParquetFile, { geometry }: PatchColumns, name: string): string[] {
  if (geo?.crs !== 'unknown' || geometry === undefined) return []
  return [
    `${name}: expected a coordinate reference system for the outlines of all ${rowCount} rows, got null; they are taken as longitude and latitude (OGC:CRS84)`,
  ]
}

/** Of files of our own make what they name: their imagery may be anyone's. */
export function creditFields(product: string, { groundControl, keyValue }: ParquetFile): Credit {
  const stated = statedLicence(keyValue)
  if (groundControl !== undefined || !(product in productCredits)) {
    const { model, licence, attribution } = groundControl ?? {}
    return {
      ...(model === undefined ? {} : { model }),
      ...licenceField(stated ?? licence),
      ...(attribution === undefined ? {} : { attribution }),
    }
  }
  const { licence, attribution, model } = productCredits[product as keyof typeof productCredits]
  return { ...(model === undefined ? {} : { model }), licence: stated ?? licence, attribution }
}

/** Rows whose order of footprints is looked at. */
const orderRows = 20_000

/** Which order the footprints have, and a problem when it is the transposed one; undefined without pixel boxes. */
async function orderFacts(file: ParquetFile, columns: PatchColumns, signal?: AbortSignal) {
  const { pixelBbox, gridCell } = columns
  if (pixelBbox === undefined || gridCell === undefined) return undefined
  const rowEnd = file.source.byteLength > fullCheckBytes ? Math.min(orderRows, file.rowCount) : file.rowCount
  const data = await readColumns(file, [pixelBbox, gridCell], { rowStart: 0, rowEnd, signal })
  const places = await placesOf(file, columns, { rowEnd, signal })
  const boxes = new Int32Array(rowEnd * 4).fill(-1)
  data[pixelBbox]!.forEach((box, row) => {
    if (Array.isArray(box) && box.flat().length === 4) boxes.set(box.flat().map(Number), row * 4)
  })
  const cells = new Map<unknown, number[]>()
  data[gridCell]!.forEach((cell, row) => {
    const rows = cells.get(cell)
    if (rows === undefined) cells.set(cell, [row])
    else rows.push(row)
  })
  const order = geometryOrder({
    provenance: file.groundControl,
    columns: { pixelBbox: boxes, ...places },
    cells: { cells: [...cells.values()].map((rows) => ({ rows })) },
  })
  if (order !== 'as-released') return { order, problems: [] }
  let transposed = 0
  for (let row = 0; row < rowEnd; row++) if (boxes[row * 4] !== boxes[row * 4 + 1]) transposed++
  const of = rowEnd === file.rowCount ? `${rowEnd} rows` : `the first ${rowEnd} rows`
  const problem =
    `${file.source.name}: expected each footprint where the pixels of its row are, got that of the mirrored fragment (row and ` +
    `column exchanged, as released) in ${transposed} of ${of}; the true ones are shown`
  return { order, problems: [problem] }
}

/** Rows that repeat the id of an earlier one; files too large to read the whole column are not looked at. */
async function duplicateProblems(file: ParquetFile, { uniqueId }: PatchColumns, signal?: AbortSignal) {
  if (uniqueId === undefined || file.source.byteLength > fullCheckBytes) return []
  const ids = (await readColumns(file, [uniqueId], { signal }))[uniqueId]!.filter((id) => id !== null)
  const repeated = ids.length - new Set(ids).size
  if (repeated === 0) return []
  return [
    `${file.source.name}: expected every "${uniqueId}" once, got ${repeated} of ${file.rowCount} rows that repeat an earlier one`,
  ]
}
