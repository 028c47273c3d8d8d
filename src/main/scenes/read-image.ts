import { readFile } from 'node:fs/promises'
import { EngineError } from '../../shared/errors.ts'
import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { upsampleNearest } from '../raster/nearest.ts'
import { decodeImage } from '../raster/plain-image.ts'
import { type Raster, wholeWindow } from '../raster/raster.ts'
import { matchBands } from './band-names.ts'
import type { CellImage } from './cell-image.ts'
import { openCoreBand, readCoreBand } from './core-parquet.ts'
import { openTable } from './core-table.ts'
import { cellOfCentre, footprintOf, requireGeoreference } from './georeference.ts'
import type { BandFile, ImageTask, PixelSource, SkippedImage } from './image-task.ts'
import { cellWindow } from './nearest-window.ts'
import { resampleBand } from './resample.ts'
import { type OpenedRaster, openRaster } from './stack.ts'

export interface ReadOptions {
  /** names of the bands to read, in this order (`red` finds B04); all bands of the image when absent */
  readonly bands?: readonly string[]
  readonly signal?: AbortSignal
}

/** Files kept open between images: cells of one scene and rows of one part come one after the other. */
const maxOpenFiles = 16

/** Reads images one by one; holds a few files open until `close`. */
export class ImageReader {
  readonly #rasters = new Map<string, Promise<OpenedRaster>>()
  readonly #tables = new Map<string, Promise<ParquetFile>>()

  /**
   * @returns the image, or why its pixels say it should be left out
   * @throws EngineError naming image and band when a band is missing or unreadable
   */
  async read(task: ImageTask, options: ReadOptions = {}): Promise<CellImage | SkippedImage> {
    options.signal?.throwIfAborted()
    const source = task.pixelSource
    if (source.type === 'core-row') return await this.#readCoreRow(task, source, options)
    if (source.type === 'picture') return await readPicture(task, source.path, options)
    return await this.#readStack(task, source, options)
  }

  async close(): Promise<void> {
    const tables = [...this.#tables.values()]
    const rasters = [...this.#rasters.values()]
    this.#tables.clear()
    this.#rasters.clear()
    await Promise.allSettled(tables.map(async (table) => (await table).source.close()))
    await Promise.allSettled(rasters.map(async (raster) => (await raster).source.close()))
  }

  async #readCoreRow(
    task: ImageTask,
    source: Extract<PixelSource, { type: 'core-row' }>,
    options: ReadOptions,
  ): Promise<CellImage | SkippedImage> {
    const { signal } = options
    const table = await remember(this.#tables, source.path, () => openTable(source.path), closeTable)
    const names = options.bands ?? task.bandNames
    const rasters: Raster[] = []
    for (const index of wantedBands(task, names)) {
      const column = source.columns[index] as string
      const raster = await openCoreBand(table, { row: source.row, column, place: task.name }, signal)
      requireGeoreference(raster)
      rasters.push(raster)
    }
    const finest = rasters.reduce((best, raster) => (raster.width > best.width ? raster : best))
    const { width, height, nodata } = finest
    const pixels = allocate(task, rasters.length, { width, height })
    for (const [index, raster] of rasters.entries()) {
      const plane = await readCoreBand(raster, signal)
      place(plane, raster, { pixels, index, width, height })
    }
    const footprint = footprintOf(requireGeoreference(finest))
    return finish(task, { names, pixels, width, height, footprint, nodata, nodataLimit: 1 - Number.EPSILON })
  }

  async #readStack(
    task: ImageTask,
    source: Extract<PixelSource, { type: 'stack' }>,
    options: ReadOptions,
  ): Promise<CellImage | SkippedImage> {
    const names = options.bands ?? task.bandNames
    const { width, height } = task
    const pixels = allocate(task, names.length, { width, height })
    const bands = wantedBands(task, names).map((index) => source.bands[index] as BandFile)
    // bands of one file are read together: pixel-interleaved blocks are decoded once
    for (const [path, indices] of groupByPath(bands)) {
      const format = bands[indices[0] as number]?.format ?? 'tiff'
      const { raster } = await remember(this.#rasters, path, () => openRaster(path, format), closeRaster)
      const fileBands = indices.map((index) => bands[index]?.band ?? 0)
      const read = await readGround(raster, source, { bands: fileBands, width, height, ...signalOf(options) })
      const planeLength = read.width * read.height
      indices.forEach((index, position) => {
        const plane = read.pixels.subarray(position * planeLength, (position + 1) * planeLength)
        place(plane, read, { pixels, index, width, height })
      })
    }
    const { nodata, nodataLimit } = source
    return finish(task, { names, pixels, width, height, footprint: task.footprint, nodata, nodataLimit })
  }
}

/** Reads one image and closes everything again. */
export async function readImage(task: ImageTask, options: ReadOptions = {}): Promise<CellImage | SkippedImage> {
  const reader = new ImageReader()
  try {
    return await reader.read(task, options)
  } finally {
    await reader.close()
  }
}

const closeTable = ({ source }: ParquetFile) => source.close()
const closeRaster = ({ source }: OpenedRaster) => source.close()
const signalOf = ({ signal }: { readonly signal?: AbortSignal | undefined }) => (signal === undefined ? {} : { signal })

async function remember<T>(
  cache: Map<string, Promise<T>>,
  key: string,
  open: () => Promise<T>,
  close: (value: T) => Promise<void>,
): Promise<T> {
  const known = cache.get(key)
  if (known !== undefined) {
    cache.delete(key)
    cache.set(key, known)
    return await known
  }
  const opened = open()
  cache.set(key, opened)
  opened.catch(() => cache.delete(key))
  const oldest = cache.keys().next().value
  if (cache.size > maxOpenFiles && oldest !== undefined) {
    const dropped = cache.get(oldest)
    cache.delete(oldest)
    await dropped?.then(close, () => undefined)
  }
  return await opened
}

function wantedBands(task: ImageTask, names: readonly string[]): number[] {
  const indices = matchBands(task.bandNames, names)
  const missing = names.filter((_, index) => (indices[index] as number) < 0)
  if (missing.length > 0) {
    throw new EngineError(
      'invalid-input',
      `${task.name}: expected band ${missing.join(', ')}, got bands ${task.bandNames.join(', ')}; name the bands with --bands or choose another model`,
    )
  }
  return indices
}

function groupByPath(bands: readonly BandFile[]): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  bands.forEach(({ path }, index) => {
    groups.set(path, [...(groups.get(path) ?? []), index])
  })
  return groups
}

interface PlaneSize {
  readonly width: number
  readonly height: number
}

interface GroundRead extends PlaneSize {
  readonly pixels: Float32Array
}

async function readGround(
  raster: Raster,
  source: Extract<PixelSource, { type: 'stack' }>,
  options: PlaneSize & { readonly bands: readonly number[]; readonly signal?: AbortSignal | undefined },
): Promise<GroundRead> {
  const { bands, width, height } = options
  const read = { bands, ...signalOf(options) }
  if (source.resampleTo !== undefined) {
    const bounds = source.cellBounds ?? requireGeoreference(raster).bounds
    return { pixels: await resampleBand(raster, { bounds, width, height }, read), width, height }
  }
  const window =
    source.cellBounds === undefined
      ? wholeWindow(raster)
      : cellWindow(requireGeoreference(raster).transform, source.cellBounds)
  const pixels = await raster.readWindow(window, read)
  return { pixels, width: window.col1 - window.col0, height: window.row1 - window.row0 }
}

function place(
  plane: Float32Array,
  from: PlaneSize,
  to: PlaneSize & { readonly pixels: Float32Array; readonly index: number },
): void {
  const length = to.width * to.height
  const into = to.pixels.subarray(to.index * length, (to.index + 1) * length)
  if (from.width === to.width && from.height === to.height) into.set(plane)
  else upsampleNearest(plane, from, to, into)
}

/** An image is held whole while its fragments are cut: 2 GB of float32. Cells of scenes need 60 MB for 13 bands. */
const mostPixelBytes = 2 ** 31

function allocate(task: ImageTask, bandCount: number, { width, height }: PlaneSize): Float32Array {
  const bytes = 4 * bandCount * width * height
  if (bytes > mostPixelBytes) {
    throw new EngineError(
      'out-of-memory',
      `${task.name}: expected an image of at most 2 GB in memory, got ${height} x ${width} px with ${bandCount} bands (${(bytes / 2 ** 30).toFixed(1)} GB); bring it to 10 m with --resample, so that it is read cell by cell, or cut it`,
    )
  }
  return new Float32Array(bandCount * width * height)
}

async function readPicture(task: ImageTask, path: string, options: ReadOptions): Promise<CellImage> {
  const names = options.bands ?? task.bandNames
  const { width, height, channels, data } = await decodeImage(await readFile(path, signalOf(options)), path)
  const indices = wantedBands(task, names)
  const pixels = allocate(task, names.length, { width, height })
  indices.forEach((channel, index) => {
    // a grey picture has the same value in all three colours
    let from = channels < 3 ? 0 : channel
    for (let to = index * width * height; to < (index + 1) * width * height; to++, from += channels) {
      pixels[to] = data[from] as number
    }
  })
  return cellImage(task, { names, pixels, width, height })
}

interface ReadPixels extends PlaneSize {
  readonly names: readonly string[]
  readonly pixels: Float32Array
  readonly footprint?: CellImage['footprint'] | undefined
}

function finish(
  task: ImageTask,
  read: ReadPixels & { readonly nodata: number | undefined; readonly nodataLimit: number },
): CellImage | SkippedImage {
  const { mask, fraction } = nodataMaskOf(read)
  if (fraction > read.nodataLimit) {
    return { skipped: `${task.name}: ${(100 * fraction).toFixed(0)} % of its pixels are nodata` }
  }
  return { ...cellImage(task, read), ...(mask === undefined ? {} : { nodataMask: mask }) }
}

function cellImage(task: ImageTask, { names, pixels, width, height, footprint }: ReadPixels): CellImage {
  const gridCell = task.gridCell ?? (footprint === undefined ? undefined : cellOfCentre(footprint))
  return {
    productId: task.productId,
    timestamp: task.timestamp,
    width,
    height,
    bandNames: names,
    pixels,
    unit: task.unit.value,
    radiometricOffset: task.radiometricOffset.value,
    ...(gridCell === undefined ? {} : { gridCell }),
    ...(footprint === undefined ? {} : { footprint }),
  }
}

/** Marks pixels that are nodata in every band read; not-a-number counts as nodata and becomes 0 so that no network sees it. */
function nodataMaskOf({
  pixels,
  width,
  height,
  nodata,
}: PlaneSize & { readonly pixels: Float32Array; readonly nodata: number | undefined }): {
  mask: Uint8Array | undefined
  fraction: number
} {
  const length = width * height
  const counts = new Uint16Array(length)
  const value = nodata === undefined ? Number.NaN : Math.fround(nodata)
  let found = false
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i] as number
    if (pixel === value || Number.isNaN(pixel)) {
      const at = i % length
      counts[at] = (counts[at] as number) + 1
      if (Number.isNaN(pixel)) pixels[i] = 0
      found = true
    }
  }
  if (!found && nodata === undefined) return { mask: undefined, fraction: 0 }
  const bandCount = pixels.length / length
  const mask = new Uint8Array(length)
  let masked = 0
  for (let i = 0; i < length; i++) {
    if (counts[i] === bandCount) {
      mask[i] = 1
      masked++
    }
  }
  return { mask, fraction: masked / length }
}
