// One image whose bands are files of their own: a folder of bands, the granule of a SAFE folder, loose band files.

import { basename, dirname, extname, join } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { boundsOf } from '../raster/raster.ts'
import { bandNameOfStem } from './band-names.ts'
import { type Georeference, requireGeoreference } from './georeference.ts'
import { timestampOfMetadata } from './geotiff-image.ts'
import type { BandFile, ImageKind, ListOptions } from './image-task.ts'
import { proposeRadiometry, samplePixels } from './radiometry.ts'
import { formatOf, type OpenedRaster, openRaster, sampleRaster } from './stack.ts'
import type { GroundStack } from './stack-tasks.ts'
import { timestampOfProductName } from './timestamps.ts'

/** Files of one image. */
export interface BandGroup {
  /** folder and common start of the names */
  readonly folder: string
  readonly prefix: string
  readonly bands: ReadonlyMap<string, string>
}

/** Rasters that come with bands but are none, in Sentinel-2, Landsat and HLS products. */
const companion =
  /(^|[_\-.])(AOT|WVP|SCL|TCI|PVI|CLDPRB|SNWPRB|cloud_?mask|Fmask|SAA|SZA|VAA|VZA|preview|thumbnail|browse)([_\-.]\d{2}m)?$/i

export function isCompanion(path: string): boolean {
  return companion.test(basename(path, extname(path)))
}

/**
 * Groups raster files whose names end in band names. Of a band in several resolutions the sensor's own is taken.
 * @returns the groups, and the files whose names end in no band name
 */
export function groupBandFiles(paths: readonly string[]): { groups: BandGroup[]; others: string[] } {
  const groups = new Map<
    string,
    { folder: string; prefix: string; bands: Map<string, string>; gsd: Map<string, number> }
  >()
  const others: string[] = []
  for (const path of paths) {
    const found = bandNameOfStem(basename(path, extname(path)))
    if (found === undefined) {
      others.push(path)
      continue
    }
    const folder = dirname(path)
    const key = join(folder, found.prefix)
    const group = groups.get(key) ?? { folder, prefix: found.prefix, bands: new Map(), gsd: new Map() }
    groups.set(key, group)
    const known = group.gsd.get(found.bandName)
    const gsd = found.gsdMeters ?? 0
    if (known === undefined || preference(found.bandName, gsd) < preference(found.bandName, known)) {
      group.bands.set(found.bandName, path)
      group.gsd.set(found.bandName, gsd)
    }
  }
  return { groups: [...groups.values()], others }
}

/** Lower is better: the sensor's own resolution, then the finest. */
function preference(bandName: string, gsdMeters: number): number {
  return gsdMeters === sentinel2Gsd(bandName) ? 0 : gsdMeters + 1
}

function sentinel2Gsd(bandName: string): number {
  if (['B02', 'B03', 'B04', 'B08'].includes(bandName)) return 10
  return ['B01', 'B09', 'B10'].includes(bandName) ? 60 : 20
}

export interface BandStackDescription {
  readonly kind: ImageKind
  readonly input: string
  /** folder that holds the image */
  readonly file: string
  readonly name: string
  /** when the files' metadata name none */
  readonly productId: string
  /** of the product, beside what the band files say */
  readonly metadata?: ReadonlyMap<string, string>
  readonly timestamp?: string | undefined
  /** the product's own nodata where the files declare none */
  readonly nodata?: number
}

/**
 * An image made of band files.
 * @throws EngineError when a band cannot be read, or bands lie on different ground
 */
export async function readBandStack(
  bands: ReadonlyMap<string, string>,
  description: BandStackDescription,
  options: ListOptions,
): Promise<GroundStack> {
  const opened: (OpenedRaster & { readonly bandName: string })[] = []
  try {
    for (const [bandName, path] of bands) {
      options.signal?.throwIfAborted()
      opened.push({ bandName, ...(await openRaster(path, formatOf(path) ?? 'tiff')) })
    }
    const ground = commonGround(opened)
    const { raster: finest } = ground
    const metadata = new Map([...finest.metadata, ...(description.metadata ?? [])])
    const productId = metadata.get('product_id') ?? description.productId
    const bandNames = [...bands.keys()]
    const nodata = finest.nodata ?? description.nodata
    const radiometry = await proposeRadiometry({ productId, bandNames, dtype: finest.dtype, metadata }, options, () =>
      sampleFiles(opened, nodata),
    )
    const { kind, input, file, name } = description
    return {
      ...{ kind, input, file, name, productId },
      bands: opened.map(bandFileOf),
      width: finest.width,
      height: finest.height,
      dtype: finest.dtype,
      crs: ground.crs,
      transform: ground.transform,
      timestamp:
        description.timestamp ??
        timestampOfMetadata(metadata) ??
        timestampOfProductName(productId) ??
        options.timestamp ??
        null,
      ...(nodata === undefined ? {} : { nodata }),
      ...radiometry,
    }
  } finally {
    await Promise.all(opened.map(({ source }) => source.close()))
  }
}

function bandFileOf({ bandName, raster }: OpenedRaster & { readonly bandName: string }): BandFile {
  const { name: path, width, height } = raster
  return { bandName, path, format: formatOf(path) ?? 'tiff', band: 0, width, height }
}

/** The finest band, after a check that all bands share CRS and ground. */
function commonGround(opened: readonly OpenedRaster[]): Georeference & { readonly raster: OpenedRaster['raster'] } {
  const placed = opened.map(({ raster }) => {
    if (raster.bandCount !== 1) {
      throw new EngineError(
        'unsupported-format',
        `${raster.name}: expected one band, as its name says, got ${raster.bandCount}`,
      )
    }
    return { raster, ...requireGeoreference(raster) }
  })
  const finest = placed.reduce((best, one) => (one.transform[0] < best.transform[0] ? one : best))
  for (const { raster, crs, bounds, transform } of placed) {
    const slack = Math.max(transform[0], -transform[4])
    const expected = boundsOf(finest.transform, finest.raster.width, finest.raster.height)
    if (crs !== finest.crs || bounds.some((value, side) => Math.abs(value - (expected[side] as number)) > slack)) {
      throw new EngineError(
        'unsupported-format',
        `${raster.name}: expected the ground of ${basename(finest.raster.name)} (${finest.crs}, ${expected.join(' ')}), got ${crs}, ${bounds.join(' ')}; put the bands of one image into one folder`,
      )
    }
  }
  return finest
}

async function sampleFiles(opened: readonly OpenedRaster[], nodata: number | undefined) {
  const bands: Float32Array[] = []
  for (const { raster } of opened) bands.push(...(await sampleRaster(raster)))
  return samplePixels(bands, nodata)
}
