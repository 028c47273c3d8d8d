import type { Opened } from './opened-file.ts'
import { patchColumns } from './patch-columns.ts'
import { describePatches } from './patch-facts.ts'
import { hasExactly, isWithin, patchShape } from './patch-shape.ts'
import type { ProductAdapter } from './product-adapter.ts'

/** Clay v1.5 on NAIP aerial images: squares of 256 px at 0.6 to 1 m, a table for each NAIP scene, dated by its name alone. */
export const clayNaip: ProductAdapter<'parquet'> = {
  product: 'clay-v1.5-naip',
  containers: ['parquet'],
  releasedName: /^m_\d{7}_(?:ne|nw|se|sw)_\d{2}_\w+_\d{8}/,
  async sniff({ parquet }, signal) {
    const { names, dimensions, outline, sideMeters } = await patchShape(parquet, signal)
    if (dimensions !== 1024 || outline !== 'polygon' || !hasExactly(names, ['embeddings', 'geometry'])) return 'no'
    return isWithin(sideMeters, 140, 280) ? 'certain' : 'possible'
  },
  columns: ({ parquet }) => patchColumns(parquet, 'embeddings'),
  describe: (file, signal) =>
    describePatches(
      file,
      { product: 'clay-v1.5-naip', columns: clayNaip.columns!(file), ...datesOfName(file) },
      signal,
    ),
}

function datesOfName({ name }: Opened<'parquet'>) {
  const day = /^m_\d{7}_[a-z]{2}_\d{2}_\w+?_(\d{4})(\d{2})(\d{2})/.exec(name)?.slice(1).join('-')
  return day === undefined ? {} : { dates: { first: day, last: day } }
}
