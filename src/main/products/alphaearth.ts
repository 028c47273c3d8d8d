import { wholeWindow } from '../raster/raster.ts'
import { alphaEarthNodata, decodeAlphaEarth } from './alphaearth-values.ts'
import type { Opened } from './opened-file.ts'
import { describePixels } from './pixel-facts.ts'
import { type PixelField, rasterField } from './pixel-field.ts'
import type { Match, ProductAdapter } from './product-adapter.ts'
import { datesOfYear, hasPixelSize, isSouthUp, utmCrsOf, yearOfPath } from './raster-shape.ts'
import { statedLicence } from './stated-licence.ts'

const channels = 64
/** Images of up to this many values are looked at for channels that lack data where the others have some. */
const checkedValues = 16 * 1024 * 1024

/**
 * AlphaEarth Foundations as Google publishes it: 64 bands of signed bytes in UTM at 10 m, south first. What Earth Engine
 * exports has floats and the band names A00 to A63.
 */
export const alphaEarth: ProductAdapter<'tiff'> = {
  product: 'alphaearth',
  containers: ['tiff'],
  releasedName: /^\w+-\d{10}-\d{10}\.tiff?$/,
  sniff({ raster }): Match {
    const { bandCount, bandNames, dtype, nodata, crs } = raster
    if (bandCount !== channels) return 'no'
    if (bandNames?.every((name, band) => name === `A${String(band).padStart(2, '0')}`)) return 'certain'
    const isQuantised = dtype === 'int8' && nodata === alphaEarthNodata
    if (!isQuantised || !hasPixelSize(raster, 10) || utmCrsOf(crs) === undefined) return 'no'
    return isSouthUp(raster) ? 'certain' : 'possible'
  },
  pixels: fieldOf,
  async describe(file, signal) {
    const { raster, path } = file
    const isQuantised = raster.dtype === 'int8'
    const description = await describePixels(
      path,
      fieldOf(file),
      {
        product: 'alphaearth',
        dtype: raster.dtype,
        licence: statedLicence(raster.metadata),
        ...(isQuantised
          ? { quantisation: 'int8 q stands for (q / 127.5)^2 * sign(q); -128 in all channels is no data' }
          : {}),
        ...datesOfYear(yearOfPath(path)),
        ...(isSouthUp(raster) ? { notes: ['the file has its southernmost row first; it is read with north up'] } : {}),
      },
      signal,
    )
    const partly = isQuantised ? await partlyEmptyPixels(file, signal) : []
    return { ...description, problems: [...description.problems, ...partly] }
  },
}

/** Pixels with -128 in some channels only, which the format does not have. */
async function partlyEmptyPixels({ raster, name }: Opened<'tiff'>, signal: AbortSignal | undefined): Promise<string[]> {
  const { width, height } = raster
  const count = width * height
  if (count * channels > checkedValues) return []
  const planar = await raster.readWindow(wholeWindow(raster), signal === undefined ? {} : { signal })
  let partly = 0
  for (let pixel = 0; pixel < count; pixel++) {
    let empty = 0
    for (let at = pixel; at < planar.length; at += count) empty += Number(planar[at] === alphaEarthNodata)
    if (empty > 0 && empty < channels) partly++
  }
  if (partly === 0) return []
  return [
    `${name}: expected -128 (no data) in all ${channels} channels of a pixel or in none, got it in some in ${partly} of ${count} pixels; it is decoded there as any other value`,
  ]
}

function fieldOf({ raster }: Opened<'tiff'>): PixelField {
  return rasterField(raster, raster.dtype === 'int8' ? { decode: decodeAlphaEarth } : {})
}
