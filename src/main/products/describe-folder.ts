// A folder as `embed` would take it: one image made of band files, or a list of images.

import { basename } from 'node:path'
import type { FileDescription } from '../../shared/contract.ts'
import type { Bbox } from '../../shared/terms.ts'
import { projectionOf } from '../grid/projection.ts'
import { lonLatExtent } from '../grid/ring-footprint.ts'
import { boundsOf } from '../raster/raster.ts'
import { type Folder, imagesOfFolder, isImageFile, readFolder } from '../scenes/folder-images.ts'
import { footprintOf } from '../scenes/georeference.ts'
import type { GroundStack } from '../scenes/stack-tasks.ts'
import { isoDate } from './iso-date.ts'
import { sentencesOf } from './product-adapter.ts'

export async function describeFolder(path: string, signal?: AbortSignal): Promise<FileDescription> {
  const folder = await readFolder(path)
  if (folder.kind === 'list') return await describeList(folder, signal)
  const stacks: GroundStack[] = []
  const problems: string[] = []
  for (const read of imagesOfFolder(folder, path, signal === undefined ? {} : { signal })) {
    problems.push(...(await sentencesOf(async () => stacks.push(...(await read())))))
  }
  const product = folder.kind === 'safe' ? 'safe' : 'band-folder'
  const [first] = stacks
  if (first === undefined) return { file: path, product, kind: 'unknown', problems }
  return {
    file: path,
    product,
    kind: 'imagery',
    ...(stacks.length === 1 ? {} : { rows: stacks.length }),
    width: first.width,
    height: first.height,
    dtype: first.dtype,
    crs: first.crs,
    ...extentOf(stacks),
    ...datesOf(stacks),
    productId: first.productId,
    bands: bandsOf(first),
    problems,
  }
}

async function describeList(folder: Folder, signal: AbortSignal | undefined): Promise<FileDescription> {
  const { path, entries } = folder
  const images = await countImages(folder, signal)
  const problem = `${basename(path)}: expected images or Parquet files in the folder, got none among ${entries.length} entries`
  return {
    file: path,
    product: 'image-folder',
    kind: images === 0 ? 'unknown' : 'imagery',
    rows: images,
    problems: images === 0 ? [problem] : [],
  }
}

/** Images in the folder and below; those of band files are one each. */
async function countImages(folder: Folder, signal: AbortSignal | undefined): Promise<number> {
  signal?.throwIfAborted()
  if (folder.kind === 'safe') return 1
  let count = folder.kind === 'bands' ? folder.groups.length : folder.entries.filter(isImageEntry).length
  for (const { isFolder, path } of folder.entries)
    if (isFolder) count += await countImages(await readFolder(path), signal)
  return count
}

const isImageEntry = ({ isFolder, path }: Folder['entries'][number]) => !isFolder && isImageFile(path)

/** The box around all images; of those at both sides of 180 degrees the whole range of longitudes. */
function extentOf(stacks: readonly GroundStack[]): { extent?: Bbox } {
  const boxes = stacks.flatMap(({ crs, transform, width, height }) => {
    const extent = lonLatExtent(projectionOf(crs), boundsOf(transform, width, height))
    return extent === undefined ? [] : [extent]
  })
  const [first, ...others] = boxes
  if (first === undefined) return {}
  if (others.length === 0) return { extent: first }
  const isCut = boxes.some(([west, , east]) => west > east)
  return {
    extent: [
      isCut ? -180 : Math.min(...boxes.map(([west]) => west)),
      Math.min(...boxes.map(([, south]) => south)),
      isCut ? 180 : Math.max(...boxes.map(([, , east]) => east)),
      Math.max(...boxes.map(([, , , north]) => north)),
    ],
  }
}

function datesOf(stacks: readonly GroundStack[]): Pick<FileDescription, 'dates'> {
  const dates = stacks.flatMap(({ timestamp }) => (timestamp == null ? [] : (isoDate(timestamp) ?? []))).sort()
  if (dates.length === 0) return {}
  return { dates: { first: dates[0]!, last: dates.at(-1)! } }
}

function bandsOf({ crs, transform, width, height, bands }: GroundStack): FileDescription['bands'] {
  const [left, , right] = footprintOf({ crs, bounds: boundsOf(transform, width, height) }).bounds
  // to the millimetre: degrees, and metres from a division, are not exact
  return bands.map((band) => ({ name: band.bandName, gsdMeters: Number(((right - left) / band.width).toFixed(3)) }))
}
