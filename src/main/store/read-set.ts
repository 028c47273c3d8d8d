import { EngineError } from '../../shared/errors.ts'
import type { LonLat } from '../../shared/terms.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { openParquet, type ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { findVectorColumn, readVectors } from '../geoparquet/read-vectors.ts'
import { parseWkb, pointsOf } from '../geoparquet/wkb.ts'
import { createVectorTable } from '../search/vector-table.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import { createCellIndex } from './cell-index.ts'
import type { EmbeddingSet, SetColumns } from './embedding-set.ts'
import { fragmentPositions } from './fragment-position.ts'
import { geometryOrder } from './geometry-order.ts'
import { timeMs } from './time-of-row.ts'
import { transposedRows, truePlaces } from './true-place.ts'

/**
 * Reads an embeddings Parquet into memory.
 * @throws EngineError when the file is not one: the sentence names the file, what was expected and what it has
 */
export async function readSet(path: string, context: CallContext): Promise<EmbeddingSet> {
  const source = await openFileSource(path)
  try {
    const file = await openParquet(source)
    const { vectors, count, dimensions } = await readVectors(file, undefined, {
      signal: context.signal,
      onProgress: (done, total) => context.onProgress({ stage: 'reading vectors', done, total }),
    })
    requireRows(count, path)
    context.onProgress({ stage: 'reading columns', done: count, total: count })
    const columns = await readSetColumns(file, context.signal)
    context.signal.throwIfAborted()
    context.onProgress({ stage: 'indexing', done: count, total: count })
    const cells = createCellIndex(count, columns.gridCell, columns.lat, columns.lon)
    const order = geometryOrder({ provenance: file.groundControl, columns, cells })
    const transposed = order === 'as-released' ? transposedRows({ columns, cells }, count) : undefined
    return {
      path,
      source,
      file,
      embeddingColumn: findVectorColumn(file)!,
      provenance: file.groundControl,
      table: createVectorTable(vectors, count, dimensions),
      columns: transposed === undefined ? columns : { ...columns, ...truePlaces(columns, transposed) },
      cells,
      fragments: columns.pixelBbox && fragmentPositions(columns.pixelBbox, count),
      geometryOrder: order,
      transposed,
    }
  } catch (error) {
    await source.close()
    throw error
  }
}

function requireRows(count: number, path: string): void {
  if (count > 0) return
  throw new EngineError('unsupported-format', `${path}: expected rows with embeddings, got a file with none`)
}

/** What every view and filter needs of each row, by the names that columns have in the files of the world. */
export async function readSetColumns(file: ParquetFile, signal: AbortSignal): Promise<SetColumns> {
  const names = new Set(file.columns.map((column) => column.name))
  const first = (...choices: string[]) => choices.find((name) => names.has(name))
  const wanted = {
    uniqueId: first('unique_id', 'id'),
    timestamp: first('timestamp', 'datetime', 'date'),
    productId: first('product_id'),
    gridCell: first('grid_cell'),
    lat: first('centre_lat', 'lat', 'latitude'),
    lon: first('centre_lon', 'lon', 'longitude'),
    pixelBbox: first('pixel_bbox'),
    geometry: first(file.geo?.primaryColumn ?? 'geometry', 'geometry', 'geom'),
  }
  const data = await readColumns(
    file,
    Object.values(wanted).filter((name) => name !== undefined),
    { signal },
  )
  const values = (name: string | undefined) => (name === undefined ? undefined : data[name])
  const texts = (name: string | undefined) => values(name)?.map((value) => (value == null ? null : textOf(value)))
  const geometry = values(wanted.geometry)?.map((value) => (value instanceof Uint8Array ? value : null))
  const uniqueId = texts(wanted.uniqueId)
  const timestamp = texts(wanted.timestamp)
  const productId = texts(wanted.productId)
  const gridCell = texts(wanted.gridCell)
  const pixelBbox = pixelBboxes(values(wanted.pixelBbox))
  const { lat, lon } = places(file.rowCount, values(wanted.lat), values(wanted.lon), geometry)
  const inMemory: [string | undefined, (row: number) => unknown][] = [
    [wanted.uniqueId, (row) => uniqueId?.[row]],
    [wanted.timestamp, (row) => timestamp?.[row]],
    [wanted.productId, (row) => productId?.[row]],
    [wanted.gridCell, (row) => gridCell?.[row]],
    [wanted.lat, (row) => lat[row]],
    [wanted.lon, (row) => lon[row]],
    [wanted.geometry, (row) => geometry?.[row]],
    [wanted.pixelBbox, (row) => (pixelBbox?.[row * 4] === -1 ? null : [...pixelBbox!.subarray(row * 4, row * 4 + 4)])],
  ]
  return {
    uniqueId,
    timestamp,
    timeMs: Float64Array.from({ length: file.rowCount }, (_, row) => timeMs(timestamp?.[row] ?? '')),
    productId,
    gridCell,
    lat,
    lon,
    storedLat: lat,
    storedLon: lon,
    pixelBbox,
    geometry,
    geometryColumn: wanted.geometry,
    inMemory: new Map(inMemory.filter((entry): entry is [string, (row: number) => unknown] => entry[0] !== undefined)),
    thumbnailColumn: first('thumbnail', 'image', 'png', 'jpg'),
  }
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value)
}

function places(
  count: number,
  lats: readonly unknown[] | undefined,
  lons: readonly unknown[] | undefined,
  geometry: readonly (Uint8Array | null)[] | undefined,
): { lat: Float64Array; lon: Float64Array } {
  const lat = new Float64Array(count).fill(Number.NaN)
  const lon = new Float64Array(count).fill(Number.NaN)
  for (let row = 0; row < count; row++) {
    if (lats !== undefined && lons !== undefined) {
      lat[row] = numberOf(lats[row])
      lon[row] = numberOf(lons[row])
      continue
    }
    const bytes = geometry?.[row]
    const middle = bytes ? middleOf(bytes) : undefined
    if (middle !== undefined) [lon[row], lat[row]] = middle
  }
  return { lat, lon }
}

function pixelBboxes(values: readonly unknown[] | undefined): Int32Array | undefined {
  if (values === undefined) return undefined
  const out = new Int32Array(values.length * 4).fill(-1)
  values.forEach((value, row) => {
    if (Array.isArray(value) && value.length === 4) out.set(value.map(Number), row * 4)
  })
  return out
}

function numberOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN
}

/** Middle of the box of a geometry; undefined for an empty one and for bytes that are none. */
function middleOf(bytes: Uint8Array): LonLat | undefined {
  try {
    const points = pointsOf(parseWkb(bytes))
    if (points.length === 0) return undefined
    const lons = points.map(([lon]) => lon)
    const lats = points.map(([, lat]) => lat)
    return [(Math.min(...lons) + Math.max(...lons)) / 2, (Math.min(...lats) + Math.max(...lats)) / 2]
  } catch {
    return undefined
  }
}
