import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'

/** Smallest and largest value of a column, from the footer's statistics where these are plain; undefined when it has none. */
export async function rangeOf<T extends string | number>(
  file: ParquetFile,
  column: string,
  signal: AbortSignal | undefined,
  accept: (value: unknown) => T | undefined,
): Promise<[T, T] | undefined> {
  const values = statisticsOf(file, column) ?? (await readColumns(file, [column], { signal }))[column]!
  let range: [T, T] | undefined
  for (const value of values) {
    const accepted = accept(value)
    if (accepted === undefined) continue
    if (range === undefined) range = [accepted, accepted]
    if (accepted < range[0]) range[0] = accepted
    if (accepted > range[1]) range[1] = accepted
  }
  return range
}

/** Minimum and maximum of every row group; undefined unless all have plain ones, so that the column must be read. */
function statisticsOf(file: ParquetFile, column: string): unknown[] | undefined {
  const values = file.metadata.row_groups.flatMap((group) => {
    const statistics = group.columns.find(({ meta_data }) => meta_data?.path_in_schema.join('.') === column)?.meta_data
      ?.statistics
    const isExact = statistics?.is_min_value_exact !== false && statistics?.is_max_value_exact !== false
    return isExact ? [statistics?.min_value, statistics?.max_value] : [undefined]
  })
  return values.every((value) => typeof value === 'string' || typeof value === 'number') ? values : undefined
}
