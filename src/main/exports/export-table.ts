import type { SourceRecord } from '../geoparquet/provenance.ts'
import type { EmbeddingSet } from '../store/embedding-set.ts'
import { wholeColumns } from '../store/whole-columns.ts'

/** What every writer gets: chosen rows of a set in the order to write, and what made them. */
export interface ExportTable {
  readonly set: EmbeddingSet
  readonly rows: ArrayLike<number>
  /** columns that the set does not have: how alike the rows are to the query, their labels */
  readonly added: readonly AddedColumn[]
  /** the query and where the rows come from; every format carries it */
  readonly origin: ExportOrigin
  readonly signal: AbortSignal
  readonly onRows: (doneRows: number) => void
}

export type AddedColumn =
  /** cosine, or L2 distance; one a row */
  | { readonly name: 'similarity' | 'distance'; readonly type: 'double'; readonly values: readonly number[] }
  | { readonly name: 'label'; readonly type: 'string'; readonly values: readonly string[] }

export interface ExportOrigin {
  readonly app_version: string
  readonly source: SourceRecord
  readonly model?: string
  readonly recipe?: string
  readonly synthetic?: boolean
  readonly licence?: string
  readonly attribution?: string
  readonly query?: unknown
}

/** Rows that are turned into text or bytes before the next pause. */
export const blockRows = 2_000

/** Columns with attributes: not the vectors, the geometry, pictures or other bytes. */
export function attributeNames(set: EmbeddingSet): string[] {
  return set.file.columns
    .map((column) => column.name)
    .filter((name) => ![set.embeddingColumn, set.columns.geometryColumn, set.columns.thumbnailColumn].includes(name))
}

export interface ExportRow {
  readonly row: number
  /** in the order of the table's added columns */
  readonly added: readonly (number | string | undefined)[]
  /** in the order of `attributeNames`; `undefined` for bytes */
  readonly attributes: readonly unknown[]
}

/** The rows of `table` with their attributes, block by block in the order to write. */
export async function* exportRows(table: ExportTable): AsyncGenerator<ExportRow[]> {
  const names = attributeNames(table.set)
  const columns = await wholeColumns(table.set.file, names, table.rows, table.signal)
  for (let start = 0; start < table.rows.length; start += blockRows) {
    table.signal.throwIfAborted()
    const end = Math.min(table.rows.length, start + blockRows)
    yield Array.from({ length: end - start }, (_, index) => ({
      row: table.rows[start + index]!,
      added: table.added.map(({ values }) => values[start + index]),
      attributes: names.map((name) => columns[name]![start + index]),
    }))
    table.onRows(end)
  }
}
