import { basename } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { createVectorTable } from '../search/vector-table.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import { createCellIndex } from './cell-index.ts'
import type { EmbeddingSet, SetColumns } from './embedding-set.ts'
import { fragmentPositions } from './fragment-position.ts'
import { footprintOfWkb, openParquet, type ParquetFile, readColumns, readVectors } from './temporary-parquet.ts'
import { timeMs } from './time-of-row.ts'

/**
 * Reads an embeddings Parquet into memory.
 * @throws EngineError when the file is not one: the sentence names the file, what was expected and what it has
 */
export async function readSet(path: string, context: CallContext): Promise<EmbeddingSet> {
  const source = await openFileSource(path)
  try {
    const file = await openParquet(source)
    const embeddingColumn = findEmbeddingColumn(file, path)
    const { vectors, count, dimensions } = await readVectors(file, embeddingColumn, {
      signal: context.signal,
      onProgress: (done, total) => context.onProgress({ stage: 'reading vectors', done, total }),
    })
    context.onProgress({ stage: 'reading columns', done: count, total: count })
    const columns = await readSetColumns(file)
    context.signal.throwIfAborted()
    context.onProgress({ stage: 'indexing', done: count, total: count })
    return {
      path,
      source,
      file,
      embeddingColumn,
      table: createVectorTable(vectors, count, dimensions),
      columns,
      cells: createCellIndex(count, columns.gridCell, columns.lat, columns.lon),
      fragments: columns.pixelBbox && fragmentPositions(columns.pixelBbox, count),
    }
  } catch (error) {
    await source.close()
    throw error
  }
}

/** Names that hold vectors in the products we know, the standard's first. */
const embeddingNames = ['embedding', 'embeddings', 'vector', 'emb', 'features']

function findEmbeddingColumn(file: ParquetFile, path: string): string {
  const names = file.columns.map((column) => column.name)
  const found = embeddingNames.find((name) => names.includes(name))
  if (found !== undefined) return found
  throw new EngineError(
    'unsupported-format',
    `${basename(path)}: expected a column "embedding" with one vector a row, got the columns ${names.join(', ')}`,
  )
}

async function readSetColumns(file: ParquetFile): Promise<SetColumns> {
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
    geometry: first('geometry', 'geom'),
  }
  const data = await readColumns(
    file,
    Object.values(wanted).filter((name) => name !== undefined),
  )
  const values = (name: string | undefined) => (name === undefined ? undefined : data[name])
  const texts = (name: string | undefined) => values(name)?.map((value) => (value == null ? null : textOf(value)))
  const geometry = values(wanted.geometry)?.map((value) => (value instanceof Uint8Array ? value : null))
  const timestamp = texts(wanted.timestamp)
  const { lat, lon } = places(file.rowCount, values(wanted.lat), values(wanted.lon), geometry)
  return {
    uniqueId: texts(wanted.uniqueId),
    timestamp,
    timeMs: Float64Array.from({ length: file.rowCount }, (_, row) => timeMs(timestamp?.[row] ?? '')),
    productId: texts(wanted.productId),
    gridCell: texts(wanted.gridCell),
    lat,
    lon,
    pixelBbox: pixelBboxes(values(wanted.pixelBbox)),
    geometry,
    thumbnailColumn: first('thumbnail', 'image', 'png', 'jpg'),
  }
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value)
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
    const ring = bytes ? footprintOfWkb(bytes)?.polygons[0]?.[0] : undefined
    if (ring === undefined) continue
    lon[row] = ring.slice(1).reduce((sum, point) => sum + point[0], 0) / (ring.length - 1)
    lat[row] = ring.slice(1).reduce((sum, point) => sum + point[1], 0) / (ring.length - 1)
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
