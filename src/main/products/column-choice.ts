import { createHash } from 'node:crypto'
import type { ColumnChoice } from '../../shared/contract.ts'
import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { requireColumn } from '../geoparquet/read-columns.ts'
import type { PatchColumns } from './patch-columns.ts'

/** The user's choices by `schemaKey`. */
export type ColumnChoices = Readonly<Record<string, ColumnChoice>>

/** The same for tables with the same columns of the same types in the same order. */
export function schemaKey(columns: readonly { readonly name: string; readonly type: string }[]): string {
  const text = columns.map(({ name, type }) => `${name}\0${type}`).join('\n')
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/**
 * @param roles by the names that products use; those that the choice names are replaced
 * @throws EngineError `not-found` for a chosen column that the file does not have
 */
export function withChoice(file: ParquetFile, roles: PatchColumns, choice: ColumnChoice | undefined): PatchColumns {
  if (choice === undefined) return roles
  const chosen = Object.entries(choice).filter((entry): entry is [string, string] => entry[1] !== undefined)
  for (const [, name] of chosen) requireColumn(file, name)
  return { ...roles, ...Object.fromEntries(chosen) }
}
