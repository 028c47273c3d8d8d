import type { Opened } from './opened-file.ts'
import { describePixels } from './pixel-facts.ts'
import { type PixelField, rasterField } from './pixel-field.ts'
import type { Match, ProductAdapter } from './product-adapter.ts'
import { hasPixelSize } from './raster-shape.ts'
import { statedLicence } from './stated-licence.ts'

/** Presto embeddings of Togo: 128 bands of uint16 at 10 m in the national grid. Neither scale nor offset is published. */
export const presto: ProductAdapter<'tiff'> = {
  product: 'presto',
  containers: ['tiff'],
  releasedName: /^Togo_Presto_embeddings_/,
  sniff({ raster }): Match {
    if (raster.bandCount !== 128 || raster.dtype !== 'uint16' || !hasPixelSize(raster, 10)) return 'no'
    return raster.crs === 'EPSG:25231' ? 'certain' : 'possible'
  },
  pixels: fieldOf,
  describe: async (file, signal) =>
    await describePixels(
      file.path,
      fieldOf(file),
      {
        product: 'presto',
        dtype: file.raster.dtype,
        licence: statedLicence(file.raster.metadata),
        dates: { first: '2019-03-01', last: '2020-03-01' },
        ...versionOfName(file.name),
        quantisation: 'uint16 whose scale and offset are not published: taken as they are; only zeros is no data',
        notes:
          file.raster.crs === 'EPSG:25231'
            ? ['no shift from the datum Lomé to WGS 84 is published: places are taken as if they were the same']
            : [],
      },
      signal,
    ),
}

/** `v2025_06_19` of `Togo_Presto_embeddings_v2025_06_190000000000-0000000000.tif` */
function versionOfName(name: string): { version?: string } {
  const version = /_(v\d{4}_\d{2}_\d{2})/.exec(name)?.[1]
  return version === undefined ? {} : { version }
}

function fieldOf({ raster }: Opened<'tiff'>): PixelField {
  return rasterField(raster, {
    decode(stored, vector) {
      vector.set(stored)
      return stored.some((value) => value !== 0)
    },
  })
}
