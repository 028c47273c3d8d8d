import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { breathe } from '../threads/thread-calls.ts'

/** Rows read at once when they lie close together. */
const SPAN_ROWS = 20_000

/**
 * Values of chosen rows, aligned with `rows`, whatever their order in the file: neighbouring rows are read together.
 * @param rows row numbers, in any order, possibly repeated
 */
export async function wholeColumns(
  file: ParquetFile,
  names: readonly string[],
  rows: ArrayLike<number>,
  signal?: AbortSignal,
): Promise<Record<string, unknown[]>> {
  const columns = Object.fromEntries(names.map((name) => [name, new Array<unknown>(rows.length)]))
  const order = Uint32Array.from({ length: rows.length }, (_, index) => index).sort((a, b) => rows[a]! - rows[b]!)
  for (let from = 0; from < order.length; ) {
    signal?.throwIfAborted()
    const rowStart = rows[order[from]!]!
    let to = from + 1
    while (to < order.length && rows[order[to]!]! < rowStart + SPAN_ROWS) to++
    const values = await readColumns(file, names, {
      rowStart,
      rowEnd: rows[order[to - 1]!]! + 1,
      signal,
    })
    for (const name of names) {
      for (let index = from; index < to; index++) {
        columns[name]![order[index]!] = values[name]![rows[order[index]!]! - rowStart]
      }
    }
    from = to
    await breathe()
  }
  return columns
}
