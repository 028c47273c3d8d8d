import type { Opened } from './opened-file.ts'
import { describePixels } from './pixel-facts.ts'
import { type PixelField, rasterField } from './pixel-field.ts'
import type { Match, ProductAdapter } from './product-adapter.ts'
import { hasPixelSize, nearly } from './raster-shape.ts'
import { statedLicence } from './stated-licence.ts'

/** Copernicus-Embed as an image: 768 float bands on ERA5's grid of 0.25 degrees, whose pixels have their centres on it. */
export const copernicusEmbed: ProductAdapter<'tiff'> = {
  product: 'copernicus-embed',
  containers: ['tiff'],
  releasedName: /^embed_map_/,
  sniff({ raster }): Match {
    const { bandCount, dtype, transform } = raster
    if (bandCount !== 768 || dtype !== 'float32') return 'no'
    if (!hasPixelSize(raster, 0.25) || transform === undefined) return 'possible'
    const [, , left, , , top] = transform
    return isOnGrid(left + 180.125) && isOnGrid(top - 90.125) ? 'certain' : 'possible'
  },
  pixels: fieldOf,
  describe: async (file, signal) =>
    await describePixels(
      file.path,
      fieldOf(file),
      {
        product: 'copernicus-embed',
        dtype: file.raster.dtype,
        licence: statedLicence(file.raster.metadata),
        dates: { first: '2021-01-01', last: '2021-12-31' },
        notes: ['cells without data are stored as vectors of zeros'],
      },
      signal,
    ),
}

function isOnGrid(degrees: number): boolean {
  return nearly(degrees / 0.25, Math.round(degrees / 0.25), 1e-6)
}

function fieldOf({ raster }: Opened<'tiff'>): PixelField {
  return rasterField(raster, {
    decode(stored, vector) {
      vector.set(stored)
      return stored.some((value) => value !== 0)
    },
  })
}
