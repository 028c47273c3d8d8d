import { columnListText } from '../geoparquet/column-type.ts'
import { findVectorColumn } from '../geoparquet/read-vectors.ts'
import { vectorLeaf } from '../geoparquet/vector-leaf.ts'
import { patchColumns } from './patch-columns.ts'
import { crsField, crsProblems, datesOf, describePatches } from './patch-facts.ts'
import { extentOf } from './patch-places.ts'
import type { ProductAdapter } from './product-adapter.ts'
import { licenceField, statedLicence } from './stated-licence.ts'

/** Any other Parquet: with a column of vectors we can open it, without one we say what it lacks. */
export const genericParquet: ProductAdapter<'parquet'> = {
  product: 'generic-parquet',
  containers: ['parquet'],
  sniff: () => 'certain',
  columns: ({ parquet }) => patchColumns(parquet, findVectorColumn(parquet) ?? ''),
  async describe(file, signal) {
    const { parquet, path, name } = file
    const lists = parquet.columns.map((column) => column.name).filter((one) => vectorLeaf(parquet, one) !== undefined)
    const choice = lists.length > 1 ? { vectorColumns: lists } : {}
    const columns = patchColumns(parquet, findVectorColumn(parquet) ?? '')
    if (columns.vectors !== '') {
      return { ...(await describePatches(file, { product: 'generic-parquet', columns }, signal)), ...choice }
    }
    const dates = await datesOf(parquet, columns.timestamp, signal)
    const remedy =
      lists.length > 1 ? 'choose the column that holds the vectors' : 'rename the column that holds the vectors'
    const problem = `${name}: expected a column "embedding" with one list of numbers a row, got ${columnListText(parquet.columns)}; ${remedy}`
    return {
      file: path,
      product: 'generic-parquet',
      kind: 'unknown',
      rows: parquet.rowCount,
      ...choice,
      ...crsField(parquet, columns),
      ...(await extentOf(parquet, columns, signal)),
      ...(dates === undefined ? {} : { dates }),
      ...licenceField(statedLicence(parquet.keyValue)),
      problems: [...crsProblems(parquet, columns, name), problem],
    }
  },
}
