import { patchColumns } from './patch-columns.ts'
import { describePatches } from './patch-facts.ts'
import { patchShape } from './patch-shape.ts'
import type { ProductAdapter } from './product-adapter.ts'

/** Copernicus-Embed as tables: cells of 0.25 degrees, their places in the text `grid_id_coord` (`<id>_<lon>_<lat>`). */
export const copernicusEmbedTable: ProductAdapter<'parquet'> = {
  product: 'copernicus-embed',
  containers: ['parquet'],
  async sniff({ parquet }, signal) {
    const { names, dimensions } = await patchShape(parquet, signal)
    return names.has('grid_id_coord') && names.has('embedding') && dimensions === 768 ? 'certain' : 'no'
  },
  columns: ({ parquet }) => patchColumns(parquet, 'embedding'),
  describe: (file, signal) =>
    describePatches(
      file,
      {
        product: 'copernicus-embed',
        columns: copernicusEmbedTable.columns!(file),
        dates: { first: '2021-01-01', last: '2021-12-31' },
      },
      signal,
    ),
}
