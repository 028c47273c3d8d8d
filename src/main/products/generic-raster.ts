import type { FileDescription } from '../../shared/contract.ts'
import { projectionOf } from '../grid/projection.ts'
import { lonLatExtent } from '../grid/ring-footprint.ts'
import type { Raster } from '../raster/raster.ts'
import { describePixels } from './pixel-facts.ts'
import { rasterField } from './pixel-field.ts'
import { type ProductAdapter, sentencesOf } from './product-adapter.ts'
import { licenceField, statedLicence } from './stated-licence.ts'

/** With more bands than this one block may take seconds to decode. */
const probedBands = 16

/** From this many bands on an image is rather vectors than imagery; sensors with more bands than this are rare. */
const vectorBands = 32

/** Any TIFF: imagery to embed, or, with many bands, pixels that are vectors. */
export const genericRaster: ProductAdapter<'tiff'> = {
  product: 'generic-raster',
  containers: ['tiff'],
  sniff: () => 'certain',
  pixels: ({ raster }) => (raster.bandCount >= vectorBands ? rasterField(raster) : undefined),
  async describe(file, signal) {
    const { raster, path } = file
    if (raster.bandCount >= vectorBands) {
      const facts = { product: 'generic-raster', dtype: raster.dtype, licence: statedLicence(raster.metadata) } as const
      return await describePixels(path, rasterField(raster), facts, signal)
    }
    const description = describeRaster(path, raster)
    if (raster.bandCount > probedBands) return description
    const problems = await sentencesOf(() => readCorners(raster, signal))
    return { ...description, problems: [...description.problems, ...problems] }
  },
}

/** The description of an open raster; a CRS that is missing or unknown is a problem, not an end. */
export function describeRaster(path: string, raster: Raster): FileDescription {
  const { name, width, height, dtype, crs, bounds, metadata } = raster
  const facts = {
    file: path,
    product: 'generic-raster',
    kind: 'imagery',
    width,
    height,
    dtype,
    bands: bandsOf(raster),
    ...licenceField(statedLicence(metadata)),
  } as const
  if (crs === undefined || bounds === undefined) {
    const lacks = crs === undefined ? 'coordinate reference system' : 'position (geotransform)'
    const problem = `${name}: expected a ${lacks}, got none; its embeddings will have no place on the globe unless you georeference it`
    return { ...facts, ...(crs === undefined ? {} : { crs }), problems: [problem] }
  }
  try {
    const extent = lonLatExtent(projectionOf(crs), bounds)
    return { ...facts, crs, ...(extent === undefined ? {} : { extent }), problems: [] }
  } catch (error) {
    const problem = `${name}: ${error instanceof Error ? error.message : String(error)}; reproject it to its UTM zone`
    return { ...facts, crs, problems: [problem] }
  }
}

function bandsOf({ bandCount, bandNames }: Raster): { readonly name: string }[] {
  return Array.from({ length: bandCount }, (_, band) => ({ name: bandNames?.[band] ?? `band${band + 1}` }))
}

/** Reads the first and the last pixel: a file cut short lacks its last block. */
async function readCorners(raster: Raster, signal: AbortSignal | undefined): Promise<void> {
  const options = { bands: [0], ...(signal === undefined ? {} : { signal }) }
  const { width, height } = raster
  await raster.readWindow({ row0: 0, col0: 0, row1: 1, col1: 1 }, options)
  await raster.readWindow({ row0: height - 1, col0: width - 1, row1: height, col1: width }, options)
}
