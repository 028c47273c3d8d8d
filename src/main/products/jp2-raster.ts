import type { ProductAdapter } from './product-adapter.ts'

/** A JPEG 2000 band, e.g. of a SAFE folder; opened only when it is embedded, as its header needs the decoder. */
export const jp2Raster: ProductAdapter = {
  product: 'generic-raster',
  sniff: (file) => file.container === 'jp2',
  describe: async (file) => ({ file: file.path, product: 'generic-raster', kind: 'imagery', problems: [] }),
}
