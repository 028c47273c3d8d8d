import { namesCells } from './cell-names.ts'
import { patchColumns } from './patch-columns.ts'
import { describePatches } from './patch-facts.ts'
import { hasExactly, patchShape } from './patch-shape.ts'
import type { ProductAdapter } from './product-adapter.ts'

/** SatCLIP 256, FarSLIP 512, DINOv2 1024; SigLIP's 1152 are Major TOM's too. */
const ownDimensions = [256, 512, 1024]
const sharedDimensions = [768, 1152]

/** EarthEmbeddings: the centre of sampled Major TOM cells, as a plain table without outlines. */
export const earthEmbeddings: ProductAdapter<'parquet'> = {
  product: 'earth-embeddings',
  containers: ['parquet'],
  releasedName: /^(?:SatCLIP|FarSLIP|DINOv2|SigLIP)_grid_sample_center_/i,
  async sniff({ parquet }, signal) {
    const { names, dimensions } = await patchShape(parquet, signal)
    if (parquet.geo !== undefined || parquet.groundControl !== undefined || dimensions === undefined) return 'no'
    const others = ['unique_id', 'product_id', 'grid_cell', 'grid_row_u', 'grid_col_r', 'utm_crs', 'pixel_bbox']
    if (!hasExactly(names, ['embedding', 'centre_lon', 'centre_lat', 'timestamp'], others)) return 'no'
    if (names.has('grid_cell') && !(await namesCells(parquet, signal))) return 'no'
    if (ownDimensions.includes(dimensions)) return 'certain'
    return sharedDimensions.includes(dimensions) ? 'possible' : 'no'
  },
  columns: ({ parquet }) => patchColumns(parquet, 'embedding'),
  describe: (file, signal) =>
    describePatches(file, { product: 'earth-embeddings', columns: earthEmbeddings.columns!(file) }, signal),
}
