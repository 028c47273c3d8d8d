import type { Opened } from './opened-file.ts'
import { describePixels } from './pixel-facts.ts'
import { type PixelField, rasterField } from './pixel-field.ts'
import type { Match, ProductAdapter } from './product-adapter.ts'
import { datesOfYear, hasPixelSize, utmCrsOf, yearOfPath } from './raster-shape.ts'
import { statedLicence } from './stated-licence.ts'
import { tileOfCorner, tileOfName } from './tessera-tile.ts'

/** TESSERA as geotessera writes it for a tile of 0.1 degrees: 128 float bands in UTM at 10 m, de-quantised already. */
export const tessera: ProductAdapter<'tiff'> = {
  product: 'tessera',
  containers: ['tiff'],
  releasedName: /^grid_-?\d+\.\d{2}_-?\d+\.\d{2}_\d{4}\.tiff?$/,
  sniff({ raster }): Match {
    const { bandCount, bandNames, dtype, metadata, crs } = raster
    const isMarked =
      metadata.has('TESSERA_DATASET_VERSION') || bandNames?.every((name) => /^Tessera_Band_\d+$/.test(name)) === true
    if (isMarked && dtype === 'float32') return 'certain'
    if (bandCount !== 128 || dtype !== 'float32' || !hasPixelSize(raster, 10)) return 'no'
    if (utmCrsOf(crs) === undefined) return 'no'
    return tileOfCorner(raster) === undefined ? 'possible' : 'certain'
  },
  pixels: fieldOf,
  async describe(file, signal) {
    const { raster, path, name } = file
    const version = raster.metadata.get('TESSERA_DATASET_VERSION')
    return await describePixels(
      path,
      fieldOf(file),
      {
        product: 'tessera',
        dtype: raster.dtype,
        licence: statedLicence(raster.metadata),
        ...(version === undefined ? {} : { version }),
        ...datesOfYear(raster.metadata.get('TESSERA_YEAR') ?? tileOfName(name)?.year ?? yearOfPath(path)),
      },
      signal,
    )
  },
}

function fieldOf({ raster }: Opened<'tiff'>): PixelField {
  return rasterField(raster)
}
