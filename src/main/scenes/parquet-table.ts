// Columns of a Parquet file by row range. A Core part holds an image a row group, so reading one row touches one group.

import { basename } from 'node:path'
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { EngineError, isAbortError } from '../../shared/errors.ts'
import { openFileSource } from '../bytes/byte-source.ts'

export interface Table {
  readonly name: string
  readonly rowCount: number
  readonly columns: readonly { readonly name: string; readonly isBinary: boolean }[]
  /** Values of the named columns for rows `[start, end)`; absent values are null or undefined. */
  read(names: readonly string[], start: number, end: number, signal?: AbortSignal): Promise<Record<string, unknown[]>>
  /** the one of `names` with most bytes in the first row group */
  largestColumn(names: readonly string[]): string
  close(): Promise<void>
}

/** @throws EngineError `unreadable-file` when it is no Parquet file */
export async function openTable(path: string): Promise<Table> {
  const source = await openFileSource(path)
  const file = {
    byteLength: source.byteLength,
    slice: async (start: number, end?: number) => (await source.slice(start, end ?? source.byteLength)).buffer,
  }
  const metadata = await parquetMetadataAsync(file).catch(async (cause: unknown) => {
    await source.close()
    throw unreadable(path, cause)
  })
  const columns = parquetSchema(metadata).children.map(({ element }) => ({
    name: element.name,
    isBinary:
      element.type === 'BYTE_ARRAY' && element.converted_type === undefined && element.logical_type === undefined,
  }))
  return {
    name: basename(path),
    rowCount: Number(metadata.num_rows),
    columns,
    async read(names, start, end, signal) {
      signal?.throwIfAborted()
      const rowEnd = Math.min(end, Number(metadata.num_rows))
      const rows = await parquetReadObjects({
        file,
        metadata,
        columns: [...names],
        rowStart: start,
        rowEnd,
        compressors,
        utf8: false,
      }).catch((cause: unknown) => {
        if (isAbortError(cause)) throw cause
        throw unreadable(`${path} rows ${start} to ${rowEnd - 1}`, cause)
      })
      return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]))
    },
    largestColumn(names) {
      const sizes = new Map(
        metadata.row_groups[0]?.columns.map((column) => [
          column.meta_data?.path_in_schema[0] ?? '',
          Number(column.meta_data?.total_uncompressed_size ?? 0),
        ]),
      )
      return names.reduce(
        (best, name) => ((sizes.get(name) ?? 0) > (sizes.get(best) ?? 0) ? name : best),
        names[0] ?? '',
      )
    },
    close: () => source.close(),
  }
}

function unreadable(place: string, cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause
  const got = (cause as Error).message.replace(/\.$/, '')
  return new EngineError('unreadable-file', `${place}: expected a Parquet file, got ${got}; download it again`, {
    cause,
  })
}
