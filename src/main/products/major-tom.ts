import { namesCells } from './cell-names.ts'
import { patchColumns } from './patch-columns.ts'
import { describePatches } from './patch-facts.ts'
import { patchShape } from './patch-shape.ts'
import type { Match, ProductAdapter } from './product-adapter.ts'

/** DINOv2 768, SigLIP 1152, SSL4EO and DeCUR 2048 */
const releasedDimensions = [768, 1152, 2048]

/**
 * Embeddings in the Major TOM layout: the released sets (SSL4EO, DINOv2, SigLIP, DeCUR, ...), cut-down copies of them, and
 * our own files. Told by the name of a grid cell beside a vector and its centre, or by vector, centre, date and outline.
 */
export const majorTom: ProductAdapter<'parquet'> = {
  product: 'major-tom',
  containers: ['parquet'],
  releasedName: /^part_\d{5}(?:-\d{5})?\.parquet$/,
  async sniff(file, signal): Promise<Match> {
    const { names, vectors, dimensions, outline } = await patchShape(file.parquet, signal)
    if (vectors === undefined || !names.has('centre_lat') || !names.has('centre_lon')) return 'no'
    if (names.has('grid_cell')) return (await namesCells(file.parquet, signal)) ? 'certain' : 'no'
    if (!names.has('timestamp') || dimensions === undefined) return 'no'
    const isReleased = releasedDimensions.includes(dimensions)
    if (outline === 'polygon') return isReleased ? 'certain' : 'no'
    return isReleased ? 'possible' : 'no'
  },
  columns: ({ parquet }) => patchColumns(parquet, 'embedding'),
  async describe(file, signal) {
    const { vectors } = await patchShape(file.parquet, signal)
    return await describePatches(file, { product: 'major-tom', columns: patchColumns(file.parquet, vectors!) }, signal)
  },
}
