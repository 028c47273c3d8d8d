import { readPictureSize } from '../raster/picture-size.ts'
import { decodeImage } from '../raster/plain-image.ts'
import type { ProductAdapter } from './product-adapter.ts'

/** Pictures up to this size are decoded, which shows whether they are whole; of larger ones only the header is read. */
const decodedBytes = 16 * 1024 * 1024

/** A JPEG or PNG without a place. */
export const picture: ProductAdapter<'picture'> = {
  product: 'image',
  containers: ['picture'],
  sniff: () => 'certain',
  async describe({ path, name, source }, signal) {
    const facts = { file: path, product: this.product, kind: 'imagery', dtype: 'uint8', problems: [] } as const
    if (source.byteLength > decodedBytes) return { ...facts, problems: [], ...(await readPictureSize(source)) }
    const { width, height, channels } = await decodeImage(await source.slice(0, source.byteLength, signal), name)
    return { ...facts, problems: [], width, height, bands: bandsOf(channels) }
  },
}

/** PNG and JPEG know grey and red, green, blue, each with or without opacity. */
function bandsOf(channels: number): { name: string }[] {
  const colours = channels < 3 ? ['grey'] : ['red', 'green', 'blue']
  return [...colours, 'alpha'].slice(0, channels).map((name) => ({ name }))
}
