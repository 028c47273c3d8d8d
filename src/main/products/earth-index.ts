import type { Opened } from './opened-file.ts'
import { patchColumns } from './patch-columns.ts'
import { describePatches } from './patch-facts.ts'
import { hasExactly, isWithin, patchShape } from './patch-shape.ts'
import type { ProductAdapter } from './product-adapter.ts'

/** Earth Index: centres of squares of 320 m that touch each other, a table for each MGRS tile, dated by its name alone. */
export const earthIndex: ProductAdapter<'parquet'> = {
  product: 'earth-index',
  containers: ['parquet'],
  releasedName: /^\d{2}[A-Z]{3}_\d{4}-\d{2}-\d{2}_\d{4}-\d{2}-\d{2}\.parquet$/,
  async sniff({ parquet }, signal) {
    const { names, dimensions, outline, spacingMeters } = await patchShape(parquet, signal)
    if (dimensions !== 384 || outline !== 'point' || !hasExactly(names, ['id', 'embedding', 'geometry'])) return 'no'
    return isWithin(spacingMeters, 300, 340) ? 'certain' : 'possible'
  },
  columns: ({ parquet }) => patchColumns(parquet, 'embedding'),
  describe: (file, signal) =>
    describePatches(file, { product: 'earth-index', columns: earthIndex.columns!(file), ...datesOfName(file) }, signal),
}

function datesOfName({ name }: Opened<'parquet'>) {
  const days = /^\d{2}[A-Z]{3}_(\d{4}-\d{2}-\d{2})_(\d{4}-\d{2}-\d{2})/.exec(name)
  return days === null ? {} : { dates: { first: days[1]!, last: days[2]! } }
}
