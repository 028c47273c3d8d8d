import { dirname } from 'node:path'
import type { Bbox, PixelBbox } from '../../shared/terms.ts'
import { makeFolder } from '../bytes/output-file.ts'
import type { ExtraColumn } from '../geoparquet/arrow-batch.ts'
import type { EmbeddingBatch } from '../geoparquet/embedding-batch.ts'
import type { Provenance } from '../geoparquet/provenance.ts'
import { writeEmbeddings } from '../geoparquet/write-embeddings.ts'
import { parseCellName } from '../grid/grid.ts'
import { extentOfPlaces } from '../grid/places-extent.ts'
import type { EmbeddingSet } from '../store/embedding-set.ts'
import { rowPlace, storedFootprint } from '../store/set-rows.ts'
import { wholeColumns } from '../store/whole-columns.ts'
import { blockRows, type ExportTable } from './export-table.ts'
import { extraColumnsOf, extraValues } from './extra-columns.ts'

/** Columns of the standard that are not kept in memory. */
const readNames = ['utm_footprint', 'utm_crs']

/**
 * The rows in the standard's layout, whatever the source looked like: what it does not say is null. Geometry and centre stay
 * as they are stored, also in the released order.
 * @param provenance of the source; the export adds the query and the source file
 */
export async function writeGeoParquet(path: string, table: ExportTable, provenance: Provenance) {
  await makeFolder(dirname(path))
  return writeEmbeddings(path, batches(table), {
    dimensions: table.set.table.dimensions,
    bbox: bboxOf(table),
    geometryTypes: geometryTypesOf(table),
    provenance,
    extraColumns: [...extraColumnsOf(table.set, ownNames(table)), ...addedColumns(table)],
    signal: table.signal,
  })
}

function addedColumns({ added }: ExportTable): ExtraColumn[] {
  return added.map(({ name, type }) => ({ name, type }))
}

const ownNames = (table: ExportTable) => table.added.map(({ name }) => name)

async function* batches(table: ExportTable): AsyncGenerator<EmbeddingBatch> {
  const { set, rows, signal } = table
  const names = readNames.filter((name) => set.file.columns.some((column) => column.name === name))
  const columns = await wholeColumns(set.file, names, rows, signal)
  for (let start = 0; start < rows.length; start += blockRows) {
    const block = Array.prototype.slice.call(rows, start, start + blockRows) as number[]
    const batch = batchOf(table, block, start, columns)
    yield { ...batch, extra: { ...(await extraOf(table, block)), ...batch.extra } }
    table.onRows(start + block.length)
  }
}

/** Block by block: pictures among the columns would not fit into memory all at once. */
async function extraOf(table: ExportTable, block: readonly number[]): Promise<NonNullable<EmbeddingBatch['extra']>> {
  const extra = extraColumnsOf(table.set, ownNames(table))
  const sources = extra.map(({ source }) => source)
  const values = await wholeColumns(table.set.file, sources, block, table.signal)
  return Object.fromEntries(extra.map(({ source, name, type }) => [name, extraValues(values[source]!, type)]))
}

function batchOf(
  { set, added }: ExportTable,
  rows: readonly number[],
  start: number,
  columns: Readonly<Record<string, readonly unknown[]>>,
): EmbeddingBatch {
  const { dimensions, vectors } = set.table
  const places = rows.map((row) => rowPlace(set, row))
  const cells = places.map(({ gridCell }) => (gridCell === undefined ? undefined : parseCellName(gridCell)))
  const block = new Float32Array(rows.length * dimensions)
  rows.forEach((row, index) => {
    block.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), index * dimensions)
  })
  const textAt = (name: string, index: number) => (columns[name]?.[start + index] as string | null | undefined) ?? null
  return {
    count: rows.length,
    uniqueId: places.map(({ uniqueId, row }) => uniqueId ?? `row-${row}`),
    vectors: block,
    timestamp: places.map(({ timestamp }) => timestamp ?? null),
    productId: places.map(({ productId }) => productId ?? null),
    gridCell: places.map(({ gridCell }) => gridCell ?? null),
    gridRowU: cells.map((cell) => cell?.gridRowU ?? null),
    gridColR: cells.map((cell) => cell?.gridColR ?? null),
    geometry: rows.map((row) => set.columns.geometry?.[row] ?? null),
    centreLat: rows.map((row) => numberOrNull(set.columns.storedLat[row]!)),
    centreLon: rows.map((row) => numberOrNull(set.columns.storedLon[row]!)),
    utmFootprint: rows.map((_, index) => textAt('utm_footprint', index)),
    utmCrs: rows.map((_, index) => textAt('utm_crs', index)),
    pixelBbox: rows.map((row) => pixelBboxOf(set, row)),
    extra: Object.fromEntries(added.map(({ name, values }) => [name, values.slice(start, start + rows.length)])),
  }
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}

function pixelBboxOf({ columns: { pixelBbox } }: EmbeddingSet, row: number): PixelBbox | null {
  if (pixelBbox === undefined || pixelBbox[row * 4]! < 0) return null
  return [pixelBbox[row * 4]!, pixelBbox[row * 4 + 1]!, pixelBbox[row * 4 + 2]!, pixelBbox[row * 4 + 3]!]
}

/** Of the outlines, or of the centres where there are none. */
function bboxOf({ set, rows }: ExportTable): Bbox | undefined {
  const lats: number[] = []
  const lons: number[] = []
  for (let index = 0; index < rows.length; index++) {
    const footprint = storedFootprint(set, rows[index]!)
    for (const [lon, lat] of footprint?.polygons.flat(2) ?? []) {
      lats.push(lat)
      lons.push(lon)
    }
  }
  return extentOfPlaces(lats, lons)
}

function geometryTypesOf({ set, rows }: ExportTable): string[] {
  const types = new Set<string>()
  for (let index = 0; index < rows.length; index++) {
    const footprint = storedFootprint(set, rows[index]!)
    if (footprint) types.add(footprint.polygons.length === 1 ? 'Polygon' : 'MultiPolygon')
  }
  return [...types].sort()
}
