import type { CellRows, RowDetail, RowPlace } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import type { Footprint } from '../../shared/terms.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { grid } from './cell-index.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { displayText } from './row-text.ts'
import { footprintOfBytes, movedFootprint } from './true-place.ts'

/** What every view needs of a row. */
export function rowPlace(set: EmbeddingSet, row: number): RowPlace {
  const { columns, fragments, cells } = set
  const uniqueId = columns.uniqueId?.[row]
  const gridCell = columns.gridCell?.[row] ?? cells.cells[cells.cellOfRow[row]!]?.name
  const timestamp = columns.timestamp?.[row]
  const productId = columns.productId?.[row]
  const lat = columns.lat[row]!
  const lon = columns.lon[row]!
  const fragmentRow = fragments?.rows[row] ?? -1
  const fragmentCol = fragments?.cols[row] ?? -1
  return {
    row,
    ...(uniqueId == null ? {} : { uniqueId }),
    ...(gridCell == null ? {} : { gridCell }),
    ...(Number.isNaN(lat) || Number.isNaN(lon) ? {} : { lat, lon }),
    ...(timestamp == null ? {} : { timestamp }),
    ...(productId == null ? {} : { productId }),
    ...(fragmentRow < 0 || fragmentCol < 0 ? {} : { fragmentRow, fragmentCol }),
  }
}

/** Outline in degrees of where the row's pixels are, whatever the order of the file; undefined when it has none. */
export function rowFootprint(set: EmbeddingSet, row: number): Footprint | undefined {
  const { transposed, columns } = set
  if (transposed === undefined || columns.pixelBbox === undefined) return storedFootprint(set, row)
  if (transposed[row]! >= 0) return storedFootprint(set, transposed[row]!)
  const stored = storedFootprint(set, row)
  return stored && movedFootprint(stored, columns.pixelBbox, row)
}

/** Outline as the file gives it. */
export function storedFootprint(set: EmbeddingSet, row: number): Footprint | undefined {
  return footprintOfBytes(set.columns.geometry?.[row])
}

/**
 * Every column of a row as text.
 * @throws EngineError `not-found` when the set has no such row
 */
export async function rowDetail(set: EmbeddingSet, row: number): Promise<RowDetail> {
  requireRow(set, row)
  const shown = set.file.columns.filter(({ name }) => name !== set.embeddingColumn)
  const { inMemory } = set.columns
  const unread = shown.map(({ name }) => name).filter((name) => !inMemory.has(name))
  const values = await readColumns(set.file, unread, { rowStart: row, rowEnd: row + 1 })
  const storedValue = (name: string) => (inMemory.has(name) ? inMemory.get(name)!(row) : values[name]?.[0])
  const { vectors, dimensions } = set.table
  const embedding = vectors.subarray(row * dimensions, (row + 1) * dimensions)
  const norm = Math.sqrt(embedding.reduce((sum, value) => sum + value * value, 0))
  const footprint = rowFootprint(set, row)
  const released = set.geometryOrder === 'as-released' ? storedFootprint(set, row) : undefined
  return {
    ...rowPlace(set, row),
    ...(footprint === undefined ? {} : { footprint }),
    ...(released === undefined ? {} : { releasedFootprint: released }),
    columns: shown.map(({ name, type }) => ({ name, value: displayText(storedValue(name), type) })),
    embedding: {
      dimensions,
      ...(Number.isFinite(norm) ? { norm } : {}),
      first: Array.from(embedding.subarray(0, 8), (value) => (Number.isFinite(value) ? value : null)),
    },
  }
}

/** Bytes of the row's own thumbnail; undefined when the file has none. */
export async function rowThumbnail(set: EmbeddingSet, row: number): Promise<Uint8Array | undefined> {
  requireRow(set, row)
  const name = set.columns.thumbnailColumn
  if (name === undefined) return undefined
  const values = await readColumns(set.file, [name], { rowStart: row, rowEnd: row + 1 })
  const value = values[name]?.[0]
  if (value instanceof Uint8Array) return value
  const bytes = (value as { bytes?: unknown } | null | undefined)?.bytes
  return bytes instanceof Uint8Array ? bytes : undefined
}

/** What the picture of a row of a synthetic set is drawn from; undefined for rows that do not say enough. */
export function sampleRow(set: EmbeddingSet, row: number) {
  requireRow(set, row)
  const { gridCell, timestamp, pixelBbox } = set.columns
  const cell = gridCell?.[row]
  const time = timestamp?.[row]
  if (!set.provenance?.synthetic || cell == null || time == null || pixelBbox === undefined) return undefined
  const [row0, col0, row1, col1] = pixelBbox.subarray(row * 4, row * 4 + 4)
  return { gridCell: cell, timestamp: time, pixelBbox: [row0!, col0!, row1!, col1!] as const }
}

export interface CellQuery {
  readonly gridCell?: string | undefined
  readonly lat?: number | undefined
  readonly lon?: number | undefined
  readonly withinKm: number
}

/** Rows of a named cell, of the cell at a place, or of the nearest cell with rows; undefined when there are none. */
export function cellRows(set: EmbeddingSet, query: CellQuery): CellRows | undefined {
  const cell = findCell(set, query)
  if (cell === undefined) return undefined
  const rows = [...cell.rows].sort((a, b) => compareInCell(set, a, b))
  return {
    gridCell: cell.name,
    rows: rows.map((row) => {
      const footprint = rowFootprint(set, row)
      return { ...rowPlace(set, row), ...(footprint === undefined ? {} : { footprint }) }
    }),
  }
}

function findCell(set: EmbeddingSet, { gridCell, lat, lon, withinKm }: CellQuery) {
  if (gridCell !== undefined) return set.cells.named(gridCell)
  if (lat === undefined || lon === undefined) {
    throw new EngineError('invalid-input', 'cell rows: expected a cell name or a latitude and a longitude, got neither')
  }
  return set.cells.named(grid.cellAt(lat, lon).gridCell) ?? set.cells.nearest(lat, lon, withinKm)
}

/** Fragment row-major, then by date, then by row. */
function compareInCell({ fragments, columns }: EmbeddingSet, a: number, b: number): number {
  const byFragment = fragments ? fragments.rows[a]! - fragments.rows[b]! || fragments.cols[a]! - fragments.cols[b]! : 0
  return byFragment || (columns.timestamp?.[a] ?? '').localeCompare(columns.timestamp?.[b] ?? '') || a - b
}

function requireRow(set: EmbeddingSet, row: number): void {
  if (!(row >= 0 && row < set.table.count)) {
    throw new EngineError('not-found', `row ${row}: expected a row below ${set.table.count}, the set has no such row`)
  }
}
