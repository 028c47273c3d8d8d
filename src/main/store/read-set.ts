import { EngineError } from '../../shared/errors.ts'
import { geometryOrder } from '../fragment/geometry-order.ts'
import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { readVectors } from '../geoparquet/read-vectors.ts'
import { middleOfGeometry, readGeometry } from '../products/geometry-column.ts'
import type { PatchColumns } from '../products/patch-columns.ts'
import { placesOf } from '../products/patch-places.ts'
import { timeMs } from '../search/time-text.ts'
import { createVectorTable } from '../search/vector-table.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import { createCellIndex } from './cell-index.ts'
import type { EmbeddingSet, SetColumns } from './embedding-set.ts'
import { fragmentPositions } from './fragment-position.ts'
import { openTable, type SetColumnsChosen } from './open-table.ts'
import { transposedRows, truePlaces } from './true-place.ts'

/**
 * Reads a file of embeddings into memory.
 * @param chosen columns that the user chose, for this file or for its schema
 * @throws EngineError when the file is not one: the sentence names the file, what was expected and what it has
 */
export async function readSet(
  path: string,
  context: CallContext,
  chosen: SetColumnsChosen = {},
): Promise<EmbeddingSet> {
  const { source, file, product, credit, columns: roles } = await openTable(path, context, chosen)
  try {
    const embeddingColumn = roles.vectors || undefined
    const { vectors, count, dimensions } = await readVectors(file, embeddingColumn, {
      signal: context.signal,
      onProgress: (done, total) => context.onProgress({ stage: 'reading vectors', done, total }),
    })
    requireRows(count, path)
    context.onProgress({ stage: 'reading columns', done: count, total: count })
    const columns = await readSetColumns(file, roles, context.signal)
    context.signal.throwIfAborted()
    context.onProgress({ stage: 'indexing', done: count, total: count })
    const cells = createCellIndex(count, columns.gridCell, columns.lat, columns.lon)
    const order = geometryOrder({ provenance: file.groundControl, columns, cells })
    const transposed = order === 'as-released' ? transposedRows({ columns, cells }, count) : undefined
    return {
      path,
      source,
      file,
      product,
      credit,
      embeddingColumn: roles.vectors,
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

/** What every view and filter needs of each row. */
export async function readSetColumns(file: ParquetFile, roles: PatchColumns, signal: AbortSignal): Promise<SetColumns> {
  const { uniqueId: idColumn, timestamp: timeColumn, productId: productColumn, gridCell: cellColumn } = roles
  const small = [idColumn, timeColumn, productColumn, cellColumn, roles.pixelBbox]
  const data = await readColumns(
    file,
    small.filter((name) => name !== undefined),
    { signal },
  )
  const values = (name: string | undefined) => (name === undefined ? undefined : data[name])
  const texts = (name: string | undefined) => values(name)?.map((value) => (value == null ? null : textOf(value)))
  const geometry = roles.geometry === undefined ? undefined : await readGeometry(file, roles.geometry, { signal })
  const uniqueId = texts(idColumn)
  const timestamp = texts(timeColumn)
  const productId = texts(productColumn)
  const gridCell = texts(cellColumn)
  const pixelBbox = pixelBboxes(values(roles.pixelBbox))
  const { lat, lon } = await places(file, roles, { geometry, signal })
  const inMemory: [string | undefined, (row: number) => unknown][] = [
    [idColumn, (row) => uniqueId?.[row]],
    [timeColumn, (row) => timestamp?.[row]],
    [productColumn, (row) => productId?.[row]],
    [cellColumn, (row) => gridCell?.[row]],
    [roles.lat, (row) => lat[row]],
    [roles.lon, (row) => lon[row]],
    [roles.geometry, (row) => geometry?.[row]],
    [roles.pixelBbox, (row) => (pixelBbox?.[row * 4] === -1 ? null : [...pixelBbox!.subarray(row * 4, row * 4 + 4)])],
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
    geometryColumn: roles.geometry,
    inMemory: new Map(inMemory.filter((entry): entry is [string, (row: number) => unknown] => entry[0] !== undefined)),
    thumbnailColumn: ['thumbnail', 'image', 'png', 'jpg'].find((name) =>
      file.columns.some((column) => column.name === name),
    ),
  }
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value)
}

/** From columns, else the middles of the outlines, which are here already. */
async function places(
  file: ParquetFile,
  roles: PatchColumns,
  { geometry, signal }: { geometry: readonly (Uint8Array | null)[] | undefined; signal: AbortSignal },
): Promise<{ lat: Float64Array; lon: Float64Array }> {
  const hasColumns = roles.placeText !== undefined || (roles.lat !== undefined && roles.lon !== undefined)
  if (hasColumns) return await placesOf(file, roles, { signal })
  const lat = new Float64Array(file.rowCount).fill(Number.NaN)
  const lon = new Float64Array(file.rowCount).fill(Number.NaN)
  geometry?.forEach((wkb, row) => {
    const middle = wkb === null ? undefined : middleOfGeometry(wkb)
    if (middle !== undefined) [lon[row], lat[row]] = middle
  })
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
