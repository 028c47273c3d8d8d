import { columnListText } from '../geoparquet/column-type.ts'
import { findVectorColumn } from '../geoparquet/read-vectors.ts'
import { datesOf, extentOf, vectorFacts } from './parquet-facts.ts'
import type { ProductAdapter } from './product-adapter.ts'
import { licenceField, statedLicence } from './stated-licence.ts'

/** Any other Parquet: with a column of vectors we can open it, without one we say what it lacks. */
export const genericParquet: ProductAdapter = {
  product: 'generic-parquet',
  sniff: (file) => file.container === 'parquet',
  async describe(file, signal) {
    if (file.container !== 'parquet') throw new TypeError('not a Parquet file')
    const { parquet, path, name } = file
    const column = findVectorColumn(parquet)
    const facts = {
      file: path,
      product: this.product,
      rows: parquet.rowCount,
      ...(parquet.geo === undefined ? {} : { crs: parquet.geo.crs }),
      ...(await extentOf(parquet, signal)),
      ...(await datesOf(parquet, ['timestamp', 'datetime', 'date', 'product_datetime'], signal)),
      ...licenceField(statedLicence(parquet.keyValue)),
    }
    if (column === undefined) {
      const problem =
        `${name}: expected a column "embedding" with one list of numbers a row, got ${columnListText(parquet.columns)}; ` +
        'rename the column that holds the vectors'
      return { ...facts, kind: 'unknown', problems: [problem] }
    }
    return {
      ...facts,
      kind: 'patch',
      ...(await vectorFacts(parquet, column, signal)),
    }
  },
}
