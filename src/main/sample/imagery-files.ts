// Imagery of the sample planet as files, so that `embed` can be tried without a download: a 13-band scene, a Core part.

import { Binary, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow'
import { EngineError } from '../../shared/errors.ts'
import type { Bounds, GridCell } from '../../shared/terms.ts'
import { writeOutputFile } from '../bytes/output-file.ts'
import { loadParquetWasm } from '../geoparquet/parquet-wasm.ts'
import { cellImageBounds } from '../grid/cell-image-bounds.ts'
import { createGrid } from '../grid/grid.ts'
import { encodeGeoTiff } from '../raster/encode-geotiff.ts'
import { productIdOf, timestampOf } from './acquisitions.ts'
import { renderImage } from './render.ts'
import { bandStep, s2Bands } from './spectra.ts'
import { sampleThumbnail } from './thumbnail.ts'

const grid = createGrid(10)
const cellPx = 1068

export interface SceneOptions {
  /** the cell in the middle */
  readonly gridCell: string
  /** side of the scene; from 24 km on it holds at least one whole cell image */
  readonly sizeKm: number
  readonly path: string
  /** `YYYYMMDDTHHMMSS`; the cell's own date when absent */
  readonly timestamp?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Writes a square GeoTIFF of 10 m pixels in the UTM zone of its middle: the 13 bands of Sentinel-2 as uint16.
 * @throws EngineError `invalid-input` for a cell that the grid has not, or a size outside 1..60 km
 */
export async function writeSampleScene(options: SceneOptions): Promise<{ width: number; byteLength: number }> {
  const { sizeKm } = options
  if (!(sizeKm >= 1 && sizeKm <= 60)) {
    throw new EngineError('invalid-input', `sample scene: expected a size of 1 to 60 km, got ${sizeKm}`)
  }
  const cell = requireCell(options.gridCell)
  const timestamp = options.timestamp ?? timestampOf(cell)
  const [left, bottom] = cellImageBounds(cell)
  const width = Math.round(sizeKm * 100)
  const corner = (from: number) => Math.round((from + 5340 - sizeKm * 500) / 10) * 10
  const [west, south] = [corner(left), corner(bottom)]
  const bounds: Bounds = [west, south, west + width * 10, south + width * 10]
  const pixels = renderStrips({ utmCrs: cell.utmCrs, bounds, width, timestamp }, options.signal)
  const bytes = encodeGeoTiff({
    ...{ width, height: width, pixels, bounds },
    crs: cell.utmCrs,
    tileSize: 256,
    layout: 'planar',
    bandNames: s2Bands,
    metadata: {
      product_id: productIdOf(cell, timestamp),
      datetime: timestamp,
      unit: 'reflectance x 10000',
      synthetic: 'yes',
    },
  })
  await writeOutputFile(options.path, (file) => file.writeFile(bytes), { signal: options.signal })
  return { width, byteLength: bytes.byteLength }
}

/** Rows a multiple of 6 at a time, so that 60 m pixels are never cut. */
function renderStrips(
  scene: { utmCrs: string; bounds: Bounds; width: number; timestamp: string },
  signal: AbortSignal | undefined,
): Uint16Array {
  const { width, bounds } = scene
  const pixels = new Uint16Array(s2Bands.length * width * width)
  const stripRows = 240
  for (let row = 0; row < width; row += stripRows) {
    signal?.throwIfAborted()
    const height = Math.min(stripRows, width - row)
    const top = bounds[3] - row * 10
    const strip = renderImage({
      ...scene,
      bounds: [bounds[0], top - height * 10, bounds[2], top],
      height,
      bands: s2Bands,
      origin: [row, 0],
    })
    for (let band = 0; band < s2Bands.length; band++) {
      const from = strip.pixels.subarray(band * width * height, (band + 1) * width * height)
      for (let at = 0; at < from.length; at++) pixels[(band * width + row) * width + at] = Math.round(from[at]!)
    }
  }
  return pixels
}

/**
 * Writes cells in the layout of Major TOM Core-S2L1C: one image a row group, bands as GeoTIFF bytes at 10, 20 and 60 m.
 * @throws EngineError `invalid-input` for a cell that the grid has not
 */
export async function writeSampleCore(options: {
  readonly gridCells: readonly string[]
  readonly path: string
  /** the middle of each cell only, a multiple of 6 px on each side; the whole image of 1068 px when absent */
  readonly sizePx?: number | undefined
  readonly signal?: AbortSignal | undefined
}): Promise<{ rows: number; byteLength: number }> {
  const rows = options.gridCells.map((name) => coreRow(requireCell(name), options))
  const text = (pick: (row: CoreRow) => string) => vectorFromArray(rows.map(pick), new Utf8())
  // Without a type the library looks at every byte of every image.
  const bytes = (pick: (row: CoreRow) => Uint8Array) => vectorFromArray(rows.map(pick), new Binary())
  const table = new Table({
    product_id: text((row) => row.productId),
    grid_cell: text((row) => row.gridCell),
    product_datetime: text((row) => row.timestamp),
    thumbnail: bytes((row) => row.thumbnail),
    ...Object.fromEntries(s2Bands.map((name, band) => [name, bytes((row) => row.bands[band]!)])),
  })
  const wasm = loadParquetWasm()
  const properties = new wasm.WriterPropertiesBuilder()
    .setCompression(wasm.Compression.SNAPPY)
    .setMaxRowGroupSize(1)
    .setDictionaryEnabled(false)
    .build()
  const part = wasm.writeParquet(wasm.Table.fromIPCStream(tableToIPC(table, 'stream')), properties)
  await writeOutputFile(options.path, (file) => file.writeFile(part), { signal: options.signal })
  return { rows: rows.length, byteLength: part.byteLength }
}

interface CoreRow {
  readonly productId: string
  readonly gridCell: string
  readonly timestamp: string
  readonly thumbnail: Uint8Array
  readonly bands: readonly Uint8Array[]
}

function coreRow(
  cell: GridCell,
  { sizePx = cellPx, signal }: { readonly sizePx?: number | undefined; readonly signal?: AbortSignal | undefined },
): CoreRow {
  const timestamp = timestampOf(cell)
  const margin = Math.floor((cellPx - sizePx) / 12) * 6
  const [left, , , top] = cellImageBounds(cell)
  const [west, north] = [left + margin * 10, top - margin * 10]
  const bounds: Bounds = [west, north - sizePx * 10, west + sizePx * 10, north]
  signal?.throwIfAborted()
  const { pixels } = renderImage({
    ...{ utmCrs: cell.utmCrs, bounds, width: sizePx, height: sizePx, timestamp },
    bands: s2Bands,
    origin: [margin, margin],
  })
  const bands = s2Bands.map((_, band) => {
    const step = bandStep[band]!
    const size = sizePx / step
    const own = Uint16Array.from({ length: size * size }, (_, at) => {
      const first = (band * sizePx + Math.floor(at / size) * step) * sizePx
      return Math.round(pixels[first + (at % size) * step]!)
    })
    return encodeGeoTiff({ width: size, height: size, pixels: own, crs: cell.utmCrs, bounds })
  })
  const pixelBbox = [margin, margin, margin + sizePx, margin + sizePx] as const
  const thumbnail = sampleThumbnail({ gridCell: cell.gridCell, pixelBbox, timestamp })!
  return { productId: productIdOf(cell, timestamp), gridCell: cell.gridCell, timestamp, thumbnail, bands }
}

function requireCell(name: string): GridCell {
  const cell = grid.cellNamed(name)
  if (cell !== undefined) return cell
  throw new EngineError('invalid-input', `sample: expected a grid cell such as 433U_629L, got "${name}"`)
}
