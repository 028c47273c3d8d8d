import type { RowPlace } from '../../shared/contract.ts'
import type { Footprint } from '../../shared/terms.ts'
import type { VectorParts } from '../search/vector-parts.ts'
import { partsOfTable } from '../search/vector-table.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { rowFootprint, rowPlace } from './set-rows.ts'

/** What a search needs of a set, wherever its rows are kept. */
export interface SearchedSet {
  readonly parts: VectorParts
  /** degrees a row, NaN when unknown */
  readonly lat: ArrayLike<number>
  readonly lon: ArrayLike<number>
  /** milliseconds since 1970, NaN when unknown */
  readonly timeMs: ArrayLike<number>
  /** number of the grid cell a row, -1 for rows without one */
  readonly cellOfRow: ArrayLike<number>
  /** rows of a grid cell; undefined for a cell that the set has no rows in */
  rowsOfCell(name: string): Iterable<number> | undefined
  places(rows: readonly number[]): readonly RowPlace[] | Promise<readonly RowPlace[]>
  /** outlines in degrees of where the pixels of rows are */
  footprints(rows: readonly number[]): readonly (Footprint | undefined)[] | Promise<readonly (Footprint | undefined)[]>
}

/** A set that was read into memory. */
export function searchedSet(set: EmbeddingSet): SearchedSet {
  const { table, columns, cells } = set
  return {
    parts: partsOfTable(table),
    lat: columns.lat,
    lon: columns.lon,
    timeMs: columns.timeMs,
    cellOfRow: cells.cellOfRow,
    rowsOfCell: (name) => cells.named(name)?.rows,
    places: (rows) => rows.map((row) => rowPlace(set, row)),
    footprints: (rows) => rows.map((row) => rowFootprint(set, row)),
  }
}
