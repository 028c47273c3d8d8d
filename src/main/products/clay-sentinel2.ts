import { patchColumns } from './patch-columns.ts'
import { describePatches } from './patch-facts.ts'
import { patchShape } from './patch-shape.ts'
import type { ProductAdapter } from './product-adapter.ts'

/** Clay v1.5 on Sentinel-2: squares of 256 px at 10 m; `chips_id` is a name that no other product has. */
export const claySentinel2: ProductAdapter<'parquet'> = {
  product: 'clay-v1.5-sentinel2',
  containers: ['parquet'],
  releasedName: /^data_[0-9a-f]{8}-[0-9a-f-]{27}_\d+_\d+_\d+\.parquet$/,
  async sniff({ parquet }, signal) {
    const { names, dimensions, outline } = await patchShape(parquet, signal)
    const isClay = names.has('chips_id') && names.has('datetime') && names.has('embedding')
    return isClay && dimensions === 1024 && outline === 'polygon' ? 'certain' : 'no'
  },
  columns: ({ parquet }) => patchColumns(parquet, 'embedding'),
  describe: (file, signal) =>
    describePatches(file, { product: 'clay-v1.5-sentinel2', columns: claySentinel2.columns!(file) }, signal),
}
