// A Parquet file held open while its rows are read. A Core part holds one image a row group, so a row touches one group.

import { openFileSource } from '../bytes/byte-source.ts'
import { openParquet, type ParquetFile } from '../geoparquet/open-parquet.ts'
import { standardBandName } from './band-names.ts'

/** The caller closes `table.source`. @throws EngineError `unreadable-file` when it is no Parquet file */
export async function openTable(path: string): Promise<ParquetFile> {
  const source = await openFileSource(path)
  try {
    return await openParquet(source)
  } catch (error) {
    await source.close()
    throw error
  }
}

export function hasColumns(table: ParquetFile, names: readonly string[]): boolean {
  return names.every((name) => table.columns.some((column) => column.name === name))
}

/** Binary columns that hold a band; `thumbnail` and `cloud_mask` do not. */
export function bandColumns(table: ParquetFile): string[] {
  return table.columns
    .filter(({ name, type }) => type === 'Binary' && standardBandName(name) !== undefined)
    .map(({ name }) => name)
}

const finestSentinelBands = ['B02', 'B03', 'B04', 'B08', 'vv', 'vh']

/** A band of the finest resolution: one that has 10 m in the standard, else the one with most bytes in the first row group. */
export function finestColumn(table: ParquetFile, names: readonly string[]): string {
  const known = names.find((name) => finestSentinelBands.includes(standardBandName(name) ?? ''))
  if (known !== undefined) return known
  const sizes = new Map(
    table.metadata.row_groups[0]?.columns.map(({ meta_data }) => [
      meta_data?.path_in_schema[0] ?? '',
      Number(meta_data?.total_uncompressed_size ?? 0),
    ]),
  )
  return names.reduce((best, name) => ((sizes.get(name) ?? 0) > (sizes.get(best) ?? 0) ? name : best), names[0] ?? '')
}
