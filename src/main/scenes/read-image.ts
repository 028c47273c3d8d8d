// Opens the images that were listed and reads their pixels: cells of scenes and rows of parts one after the other, large
// images window by window.

import { readFile } from 'node:fs/promises'
import { EngineError } from '../../shared/errors.ts'
import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { nearestMap, repeatPixels, upsampleNearest } from '../raster/nearest.ts'
import { decodeImage } from '../raster/plain-image.ts'
import { type PixelWindow, type Raster, wholeWindow } from '../raster/raster.ts'
import { matchBands } from './band-names.ts'
import type { CellImage, ImageFacts, ImagePixels } from './cell-image.ts'
import { readCloudMask } from './cloud-mask.ts'
import { openCoreBand, readCoreBand } from './core-parquet.ts'
import { openTable } from './core-table.ts'
import { cellOfCentre, footprintOf, requireGeoreference } from './georeference.ts'
import type { BandFile, ImageTask, PixelSource, SkippedImage } from './image-task.ts'
import { cellWindow } from './nearest-window.ts'
import { markNodata } from './nodata-mask.ts'
import { heldImage, type OpenImage, wholeImage } from './open-image.ts'
import { resampleBand } from './resample.ts'
import { type OpenedRaster, openRaster } from './stack.ts'

export interface ReadOptions {
  /** names of the bands to read, in this order (`red` finds B04); all bands of the image when absent */
  readonly bands?: readonly string[]
  /** reads the cloud mask too, where the image has one */
  readonly cloudMask?: boolean
  readonly signal?: AbortSignal
}

/** Files kept open between images: cells of one scene and rows of one part come one after the other. */
const maxOpenFiles = 16

type StackSource = Extract<PixelSource, { type: 'stack' }>

/** Opens images one by one; holds a few files open until `close`, which must wait for the last window to be read. */
export class ImageReader {
  readonly #rasters = new Map<string, Promise<OpenedRaster>>()
  readonly #tables = new Map<string, Promise<ParquetFile>>()

  /** @throws EngineError naming image and band when a band is missing or unreadable */
  async open(task: ImageTask, options: ReadOptions = {}): Promise<OpenImage> {
    options.signal?.throwIfAborted()
    const source = task.pixelSource
    if (source.type === 'core-row') return await this.#openCoreRow(task, source, options)
    if (source.type === 'picture') return await openPicture(task, source.path, options)
    return await this.#openStack(task, source, options)
  }

  /**
   * @returns the whole image, or why its pixels say it should be left out
   * @throws EngineError as `open`
   */
  async read(task: ImageTask, options: ReadOptions = {}): Promise<CellImage | SkippedImage> {
    return await wholeImage(await this.open(task, options))
  }

  async close(): Promise<void> {
    const tables = [...this.#tables.values()]
    const rasters = [...this.#rasters.values()]
    this.#tables.clear()
    this.#rasters.clear()
    await Promise.allSettled(tables.map(async (table) => (await table).source.close()))
    await Promise.allSettled(rasters.map(async (raster) => (await raster).source.close()))
  }

  /** A row is decoded at once: its bands are columns of bytes, and it has the size of a cell. */
  async #openCoreRow(
    task: ImageTask,
    source: Extract<PixelSource, { type: 'core-row' }>,
    options: ReadOptions,
  ): Promise<OpenImage> {
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
    const length = width * height
    requireHoldable(task, { bytes: 4 * rasters.length * length, width, height })
    const pixels = new Float32Array(rasters.length * length)
    for (const [index, raster] of rasters.entries()) {
      upsampleNearest(await readCoreBand(raster, signal), raster, finest, pixels.subarray(index * length))
    }
    const footprint = footprintOf(requireGeoreference(finest))
    const image = {
      ...factsOf(task, { names, width, height, footprint }),
      ...markNodata(pixels, length, nodata),
      ...(options.cloudMask === true ? await readCloudMask(table, source.row, { place: task.name, size: finest }) : {}),
    }
    return heldImage(image, { name: task.name, nodataLimit: 1 - Number.EPSILON })
  }

  async #openStack(task: ImageTask, source: StackSource, options: ReadOptions): Promise<OpenImage> {
    const names = options.bands ?? task.bandNames
    const bands = wantedBands(task, names).map((index) => source.bands[index] as BandFile)
    let bytesPerPixel = 0
    for (const { path, format } of bands) {
      const { raster } = await this.#raster(path, format)
      const ground = groundWindow(raster, source)
      bytesPerPixel += 4 + 4 * Math.min(1, areaOf(ground) / (task.width * task.height))
    }
    return {
      ...factsOf(task, { names, ...task }),
      name: task.name,
      nodataLimit: source.nodataLimit,
      bytesPerPixel,
      readWindow: (window) => this.#readStack(task, source, { bands, window, ...signalOf(options) }),
    }
  }

  async #readStack(task: ImageTask, source: StackSource, { bands, window, signal }: StackWindow): Promise<ImagePixels> {
    const length = areaOf(window)
    // bands of one file are read together: pixel-interleaved blocks are decoded once
    const files = groupByPath(bands)
    let pixels: Float32Array | undefined
    for (const [path, indices] of files) {
      const { raster } = await this.#raster(path, bands[indices[0] as number]?.format ?? 'tiff')
      const fileBands = indices.map((index) => bands[index]?.band ?? 0)
      const planes = await readGround(raster, source, {
        bands: fileBands,
        target: task,
        window,
        ...signalOf({ signal }),
      })
      if (files.size === 1) return markNodata(planes, length, source.nodata)
      pixels ??= new Float32Array(bands.length * length)
      for (const [position, index] of indices.entries()) {
        pixels.set(planes.subarray(position * length, (position + 1) * length), index * length)
      }
    }
    return markNodata(pixels ?? new Float32Array(0), length, source.nodata)
  }

  #raster(path: string, format: BandFile['format']): Promise<OpenedRaster> {
    return remember(this.#rasters, path, () => openRaster(path, format), closeRaster)
  }
}

interface StackWindow {
  readonly bands: readonly BandFile[]
  readonly window: PixelWindow
  readonly signal?: AbortSignal | undefined
}

/** Reads one image whole and closes everything again. */
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
      `${task.name}: expected band ${missing.join(', ')}, got bands ${task.bandNames.join(', ')}; name the bands of the file or choose another model`,
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

const areaOf = ({ row0, row1, col0, col1 }: PixelWindow) => (row1 - row0) * (col1 - col0)

/** The pixels of a raster under the image; of a cell the nearest ones. */
function groundWindow(raster: Raster, { cellBounds }: StackSource): PixelWindow {
  return cellBounds === undefined ? wholeWindow(raster) : cellWindow(requireGeoreference(raster).transform, cellBounds)
}

interface GroundRequest {
  readonly bands: readonly number[]
  /** size of the whole image */
  readonly target: PlaneSize
  /** the part of it that is wanted */
  readonly window: PixelWindow
  readonly signal?: AbortSignal | undefined
}

/** @returns planar `(bands, rows, cols)` of the window */
async function readGround(raster: Raster, source: StackSource, request: GroundRequest): Promise<Float32Array> {
  const { bands, target, window } = request
  const { width, height } = target
  const read = { bands, ...signalOf(request) }
  if (source.resampleTo !== undefined) {
    const bounds = source.cellBounds ?? requireGeoreference(raster).bounds
    return await resampleBand(raster, { bounds, width, height, window }, read)
  }
  const ground = groundWindow(raster, source)
  const [groundWidth, groundHeight] = [ground.col1 - ground.col0, ground.row1 - ground.row0]
  if (groundWidth === width && groundHeight === height) return await raster.readWindow(shifted(window, ground), read)
  const rows = nearestMap(groundHeight, height).subarray(window.row0, window.row1)
  const cols = nearestMap(groundWidth, width).subarray(window.col0, window.col1)
  const under = {
    ...{ row0: rows[0] as number, row1: (rows.at(-1) as number) + 1 },
    ...{ col0: cols[0] as number, col1: (cols.at(-1) as number) + 1 },
  }
  const planes = await raster.readWindow(shifted(under, ground), read)
  const places = { rows: rows.map((row) => row - under.row0), cols: cols.map((col) => col - under.col0) }
  const [length, coarse] = [areaOf(window), areaOf(under)]
  const out = new Float32Array(bands.length * length)
  for (let band = 0; band < bands.length; band++) {
    const plane = planes.subarray(band * coarse, (band + 1) * coarse)
    repeatPixels(plane, under.col1 - under.col0, places, out.subarray(band * length, (band + 1) * length))
  }
  return out
}

function shifted({ row0, row1, col0, col1 }: PixelWindow, by: PixelWindow): PixelWindow {
  return { row0: row0 + by.row0, row1: row1 + by.row0, col0: col0 + by.col0, col1: col1 + by.col0 }
}

/** What is decoded whole: rows of a Core part and pictures. */
const mostHeldBytes = 2 ** 31

function requireHoldable(task: ImageTask, { bytes, width, height }: PlaneSize & { readonly bytes: number }): void {
  if (bytes <= mostHeldBytes) return
  throw new EngineError(
    'out-of-memory',
    `${task.name}: expected at most 2 GB to decode at once, got ${height} x ${width} px (${(bytes / 2 ** 30).toFixed(1)} GB); save it as a tiled GeoTIFF, which is read in windows`,
  )
}

async function openPicture(task: ImageTask, path: string, options: ReadOptions): Promise<OpenImage> {
  const names = options.bands ?? task.bandNames
  // as many channels as a picture can have
  requireHoldable(task, { bytes: 4 * task.width * task.height, width: task.width, height: task.height })
  const { width, height, channels, data } = await decodeImage(await readFile(path, signalOf(options)), path)
  // a grey picture has the same value in all three colours
  const sources = wantedBands(task, names).map((channel) => (channels < 3 ? 0 : channel))
  return {
    ...factsOf(task, { names, width, height }),
    name: task.name,
    nodataLimit: 1 - Number.EPSILON,
    bytesPerPixel: 4 * names.length,
    async readWindow(window) {
      const { row0, row1, col0, col1 } = window
      const pixels = new Float32Array(names.length * areaOf(window))
      let to = 0
      for (const channel of sources) {
        for (let row = row0; row < row1; row++) {
          let from = (row * width + col0) * channels + channel
          for (const end = to + col1 - col0; to < end; to++, from += channels) pixels[to] = data[from] as number
        }
      }
      return { pixels }
    },
  }
}

interface KnownFacts extends PlaneSize {
  readonly names: readonly string[]
  readonly footprint?: CellImage['footprint'] | undefined
}

function factsOf(task: ImageTask, { names, width, height, footprint }: KnownFacts): ImageFacts {
  const gridCell = task.gridCell ?? (footprint === undefined ? undefined : cellOfCentre(footprint))
  return {
    productId: task.productId,
    timestamp: task.timestamp,
    width,
    height,
    bandNames: names,
    unit: task.unit.value,
    radiometricOffset: task.radiometricOffset.value,
    ...(gridCell === undefined ? {} : { gridCell }),
    ...(footprint === undefined ? {} : { footprint }),
  }
}
