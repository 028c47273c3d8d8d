import { basename, extname } from 'node:path'
import { nameBands } from './band-names.ts'
import { requireGeoreference } from './georeference.ts'
import type { BandFile, ImageTask, ListOptions } from './image-task.ts'
import { proposeRadiometry, samplePixels } from './radiometry.ts'
import { formatOf, openRaster, sampleRaster } from './stack.ts'
import { type GroundStack, tasksOfStack } from './stack-tasks.ts'
import { timestampOf, timestampOfProductName } from './timestamps.ts'

export interface ListedFile {
  readonly tasks: readonly ImageTask[]
  readonly warnings: readonly string[]
}

/**
 * A single raster file: one image, or every cell of the grid that it holds.
 * @throws EngineError when it cannot be read or has no place on the ground
 */
export async function listGeoTiff(path: string, input: string, options: ListOptions): Promise<ListedFile> {
  const format = formatOf(path) ?? 'tiff'
  const { raster, source } = await openRaster(path, format)
  try {
    const stem = basename(path, extname(path))
    const { crs, transform } = requireGeoreference(raster)
    const named = nameBands(raster.bandCount, {
      own: raster.bandNames,
      option: options.bands,
      fileStem: stem,
      name: path,
    })
    const { metadata, width, height, nodata } = raster
    const productId = metadata.get('product_id') ?? metadata.get('PRODUCT_ID') ?? stem
    const radiometry = await proposeRadiometry(
      { productId, bandNames: named.bandNames, dtype: raster.dtype, metadata },
      options,
      async () => samplePixels(await sampleRaster(raster, options.signal), nodata),
    )
    const stack: GroundStack = {
      kind: 'geotiff',
      input,
      file: path,
      name: basename(path),
      bands: named.bandNames.map((bandName, band): BandFile => ({ bandName, path, format, band, width, height })),
      width,
      height,
      dtype: raster.dtype,
      crs,
      transform,
      productId,
      timestamp: timestampOfMetadata(metadata) ?? timestampOfProductName(productId) ?? options.timestamp ?? null,
      ...(nodata === undefined ? {} : { nodata }),
      ...radiometry,
    }
    const warnings = named.guess === undefined ? [] : [named.guess]
    return { tasks: tasksOfStack(stack, options), warnings }
  } finally {
    await source.close()
  }
}

export function timestampOfMetadata(metadata: ReadonlyMap<string, string>): string | undefined {
  for (const key of ['timestamp', 'product_datetime', 'datetime', 'PRODUCT_START_TIME', 'SENSING_TIME']) {
    const date = timestampOf(metadata.get(key))
    if (date !== undefined) return date
  }
  return undefined
}
