import { openJp2 } from '../raster/jp2.ts'
import { describeRaster } from './generic-raster.ts'
import type { ProductAdapter } from './product-adapter.ts'

/** A JPEG 2000 image, e.g. a band of a SAFE folder. */
export const jp2Raster: ProductAdapter<'jp2'> = {
  product: 'generic-raster',
  containers: ['jp2'],
  sniff: () => 'certain',
  describe: async ({ path, source }) => describeRaster(path, await openJp2(source)),
}
