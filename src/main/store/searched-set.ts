import type { RowPlace } from '../../shared/contract.ts'
import type { Footprint } from '../../shared/terms.ts'
import type { ConditionColumn } from '../conditions/condition.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import type { VectorParts } from '../search/vector-parts.ts'
import { partsOfTable } from '../search/vector-table.ts'
import { breathe } from '../threads/thread-calls.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { findFaults, type RowFaults } from './row-faults.ts'
import { rowFootprint, rowPlace } from './set-rows.ts'

/** What a search needs of a set, wherever its rows are kept. */
export interface SearchedSet {
  readonly parts: VectorParts
  /** what filters look at, a run of rows after the other, in order */
  filterColumns(): Iterable<FilterColumns> | AsyncIterable<FilterColumns>
  /** columns of the file that a condition may name */
  readonly columns: readonly ConditionColumn[]
  /** values of columns, a run of rows after the other, in order */
  columnRuns(names: readonly string[], signal?: AbortSignal): AsyncIterable<ColumnRun>
  /** rows that are not what they seem, looked for once */
  faults?(signal?: AbortSignal): Promise<RowFaults>
  /** rows of a grid cell; undefined for a cell that the set has no rows in */
  rowsOfCell(name: string): Promise<Iterable<number> | undefined>
  /** number of the grid cell of each row, -1 for rows without one */
  cellsOf(rows: ArrayLike<number>): Promise<ArrayLike<number>>
  places(rows: readonly number[]): Promise<readonly RowPlace[]>
  /** outlines in degrees of where the pixels of rows are */
  footprints(rows: readonly number[]): Promise<readonly (Footprint | undefined)[]>
}

export interface ColumnRun {
  readonly rowStart: number
  readonly rowCount: number
  /** @param at place in the run */
  read(name: string, at: number): unknown
}

export interface FilterColumns {
  readonly rowStart: number
  readonly rowCount: number
  /** degrees a row of the run, NaN when unknown */
  places(): Promise<{ readonly lat: ArrayLike<number>; readonly lon: ArrayLike<number> }>
  /** milliseconds since 1970, NaN when unknown */
  timeMs(): Promise<ArrayLike<number>>
}

/** A set that was read into memory. */
export function searchedSet(set: EmbeddingSet): SearchedSet {
  const { table, columns, cells } = set
  const whole: FilterColumns = {
    rowStart: 0,
    rowCount: table.count,
    places: async () => columns,
    timeMs: async () => columns.timeMs,
  }
  const rows = (names: readonly string[], signal?: AbortSignal) => columnRuns(set, names, signal)
  return {
    parts: partsOfTable(table),
    faults: (signal) => faultsOf(set, rows, signal),
    filterColumns: () => [whole],
    columns: set.file.columns,
    columnRuns: rows,
    rowsOfCell: async (name) => cells.named(name)?.rows,
    cellsOf: async (rows) => Int32Array.from(rows, (row) => cells.cellOfRow[row]!),
    places: async (rows) => rows.map((row) => rowPlace(set, row)),
    footprints: async (rows) => rows.map((row) => rowFootprint(set, row)),
  }
}

/** rows whose columns are in memory at once */
const RUN_ROWS = 100_000

/** Columns that are in memory as they are; others from the file. */
async function* columnRuns(
  { file, table, columns: { inMemory } }: EmbeddingSet,
  names: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<ColumnRun> {
  const unread = names.filter((name) => !inMemory.has(name))
  for (let rowStart = 0; rowStart < table.count; rowStart += RUN_ROWS) {
    signal?.throwIfAborted()
    const rowCount = Math.min(RUN_ROWS, table.count - rowStart)
    const values =
      unread.length === 0 ? {} : await readColumns(file, unread, { rowStart, rowEnd: rowStart + rowCount, signal })
    const read = (name: string, at: number) => inMemory.get(name)?.(rowStart + at) ?? values[name]?.[at]
    yield { rowStart, rowCount, read }
    await breathe()
  }
}

const known = new WeakMap<EmbeddingSet, Promise<RowFaults>>()

function faultsOf(set: EmbeddingSet, rows: SearchedSet['columnRuns'], signal?: AbortSignal): Promise<RowFaults> {
  let found = known.get(set)
  if (found === undefined) {
    const { table, columns, file } = set
    found = findFaults({ table, columns: file.columns, columnRuns: rows }, columns, signal)
    known.set(set, found)
    found.catch(() => known.delete(set))
  }
  return found
}
