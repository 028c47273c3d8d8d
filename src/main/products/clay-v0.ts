import { patchColumns } from './patch-columns.ts'
import { describePatches } from './patch-facts.ts'
import { hasExactly, isWithin, patchShape } from './patch-shape.ts'
import type { ProductAdapter } from './product-adapter.ts'

/** Clay v0 on Sentinel: squares of 512 px at 10 m (5.12 km), a table for each MGRS tile. */
export const clayV0: ProductAdapter<'parquet'> = {
  product: 'clay-v0',
  containers: ['parquet'],
  releasedName: /^\d{2}[A-Z]{3}_\d{8}_\d{8}_v\d+\.(gpq|parquet)$/,
  async sniff({ parquet }, signal) {
    const { names, dimensions, outline, sideMeters } = await patchShape(parquet, signal)
    if (dimensions !== 768 || outline !== 'polygon') return 'no'
    if (!hasExactly(names, ['id', 'date', 'embeddings', 'geometry'], ['source_url'])) return 'no'
    return isWithin(sideMeters, 4500, 6500) ? 'certain' : 'possible'
  },
  columns: ({ parquet }) => patchColumns(parquet, 'embeddings'),
  describe: (file, signal) => describePatches(file, { product: 'clay-v0', columns: clayV0.columns!(file) }, signal),
}
