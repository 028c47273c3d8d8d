import { wholeWindow } from '../raster/raster.ts'
import { decodeEsd, esdCodes, esdDimensions, esdMonths } from './esd-values.ts'
import type { Opened } from './opened-file.ts'
import { describePixels } from './pixel-facts.ts'
import { type PixelField, rasterField } from './pixel-field.ts'
import type { Match, ProductAdapter } from './product-adapter.ts'
import { datesOfYear, hasPixelSize, isSouthUp, nearly, utmCrsOf, yearOfPath } from './raster-shape.ts'
import { statedLicence } from './stated-licence.ts'

const codeBands = Array.from({ length: esdMonths }, (_, month) => month)
const qualityBand = 12
/** Images of up to this many values are looked at for codes that there are none of. */
const checkedValues = 16 * 1024 * 1024

/**
 * Embedded Seamless Data: twelve monthly codes and a quality band (number of clear observations) at 30 m, a file for each
 * MGRS tile, which it overlaps by 55 m.
 */
export const esd: ProductAdapter<'tiff'> = {
  product: 'esd',
  containers: ['tiff'],
  releasedName: /^SDC30_EBD_V\d+_\d{2}[A-Z]{3}_\d{4}/,
  sniff({ raster }): Match {
    const { bandCount, dtype, crs, transform } = raster
    const isShaped = bandCount === 13 && dtype === 'uint16' && hasPixelSize(raster, 30) && !isSouthUp(raster)
    if (!isShaped || transform === undefined || utmCrsOf(crs) === undefined) return 'no'
    const [, , left, , , top] = transform
    const isTile = nearly(modulo(left, 100_000), 99_945, 1) && nearly(modulo(top, 100_000), 55, 1)
    return isTile ? 'certain' : 'possible'
  },
  pixels: fieldOf,
  async describe(file, signal) {
    const description = await describePixels(
      file.path,
      fieldOf(file),
      {
        product: 'esd',
        dtype: file.raster.dtype,
        licence: statedLicence(file.raster.metadata),
        ...versionOfName(file.name),
        ...datesOfYear(/_(20\d\d)(?:_|\.|$)/.exec(file.name)?.[1] ?? yearOfPath(file.path)),
        quantisation:
          'uint16 codes of 12 months, each six values on 8, 8, 8, 5, 5 and 5 levels: 72 values a pixel; 12 zero codes are no data',
        notes: ['band 13 is the number of clear observations and no part of the vectors'],
      },
      signal,
    )
    return { ...description, problems: [...description.problems, ...(await unknownCodes(file, signal))] }
  },
}

/** Number of clear observations of each pixel, `(rows, cols)`. */
export async function readEsdQuality({ raster }: Opened<'tiff'>, signal?: AbortSignal): Promise<Float32Array> {
  return await raster.readWindow(wholeWindow(raster), {
    bands: [qualityBand],
    ...(signal === undefined ? {} : { signal }),
  })
}

async function unknownCodes({ raster, name }: Opened<'tiff'>, signal: AbortSignal | undefined): Promise<string[]> {
  const count = raster.width * raster.height
  if (count * esdMonths > checkedValues) return []
  const planar = await raster.readWindow(wholeWindow(raster), {
    bands: codeBands,
    ...(signal === undefined ? {} : { signal }),
  })
  const unknown = planar.filter((code) => code >= esdCodes).length
  if (unknown === 0) return []
  return [
    `${name}: expected codes below ${esdCodes}, got larger ones in ${unknown} of ${planar.length}; their pixels are left out`,
  ]
}

/** `V001` of `SDC30_EBD_V001_02VMN_2024.tif` */
function versionOfName(name: string): { version?: string } {
  const version = /^SDC30_EBD_(V\d+)_/.exec(name)?.[1]
  return version === undefined ? {} : { version }
}

const modulo = (value: number, divisor: number) => ((value % divisor) + divisor) % divisor

function fieldOf({ raster }: Opened<'tiff'>): PixelField {
  return rasterField(raster, { bands: codeBands, dimensions: esdDimensions, decode: decodeEsd })
}
