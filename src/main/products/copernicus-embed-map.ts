import type { NpyArray } from '../arrays/npy.ts'
import { arrayField } from './npy-field.ts'
import { describePixels } from './pixel-facts.ts'
import type { ProductAdapter } from './product-adapter.ts'

const shape = [721, 1440, 768]
/** ERA5's grid: centres from 90 degrees north and 180 west */
const globe = { crs: 'EPSG:4326', transform: [0.25, 0, -180.125, 0, -0.25, 90.125] as const }

/** Copernicus-Embed's map of the globe as NumPy saves it, which has no place but its shape: 721 x 1440 cells of 0.25 degrees. */
export const copernicusEmbedMap: ProductAdapter<'npy' | 'npz'> = {
  product: 'copernicus-embed',
  containers: ['npy', 'npz'],
  sniff: (file) => (isMap(file.arrays) ? 'certain' : 'no'),
  pixels: ({ arrays }) => arrayField(arrays[0]!, globe, keepNonZero),
  describe: async (file, signal) =>
    await describePixels(
      file.path,
      arrayField(file.arrays[0]!, globe, keepNonZero),
      {
        product: 'copernicus-embed',
        dtype: file.arrays[0]!.dtype,
        dates: { first: '2021-01-01', last: '2021-12-31' },
        notes: ['cells without data are stored as vectors of zeros'],
      },
      signal,
    ),
}

function isMap(arrays: readonly NpyArray[]): boolean {
  return arrays.length === 1 && arrays[0]!.shape.join() === shape.join()
}

function keepNonZero(stored: Float32Array, vector: Float32Array): boolean {
  vector.set(stored)
  return stored.some((value) => value !== 0)
}
