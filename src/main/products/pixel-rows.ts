// Pixels of a field as rows of a table: each with its outline on the ground, so that search, PCA and export of sets work
// on them unchanged.

import { EngineError } from '../../shared/errors.ts'
import type { LonLat } from '../../shared/terms.ts'
import type { EmbeddingBatch } from '../geoparquet/embedding-batch.ts'
import { wkbOf } from '../geoparquet/wkb.ts'
import { createGrid } from '../grid/grid.ts'
import { type Projection, projectionOf } from '../grid/projection.ts'
import { ringFootprint } from '../grid/ring-footprint.ts'
import type { Affine, PixelWindow } from '../raster/raster.ts'
import type { PixelField } from './pixel-field.ts'

export interface PixelRowsOptions {
  /** stem of the unique ids and product id of every row */
  readonly productId: string
  /** `YYYYMMDDTHHMMSS` */
  readonly timestamp?: string | undefined
  /** the whole field when absent */
  readonly window?: PixelWindow | undefined
  /** every how many pixels a row is made, in both directions; 1 when absent */
  readonly every?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** called with rows of pixels done and in all */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** Columns of the table beyond the standard's: where in the field a row's pixel is, row 0 in the north. */
export const pixelColumns = [
  { name: 'pixel_row', type: 'int64' },
  { name: 'pixel_col', type: 'int64' },
] as const

/** Values decoded at once; a strip of the field's full width keeps blocks from being decoded many times. */
const stripValues = 16 * 1024 * 1024

const grid = createGrid()

/**
 * Rows of the pixels that have data, strip by strip from the north.
 * @throws EngineError `unsupported-format` for a field without a place, `invalid-input` for a window outside it
 */
export async function* pixelRows(field: PixelField, options: PixelRowsOptions): AsyncGenerator<EmbeddingBatch> {
  const { every = 1, signal, onProgress } = options
  const window = checkedWindow(field, options.window)
  const place = placeOf(field)
  const width = window.col1 - window.col0
  const stripRows = Math.max(every, Math.floor(stripValues / (width * field.dimensions)))
  for (let row0 = window.row0; row0 < window.row1; row0 += stripRows) {
    signal?.throwIfAborted()
    const strip = { ...window, row0, row1: Math.min(window.row1, row0 + stripRows) }
    const vectors = await field.readWindow(strip, signal)
    const pixels = pixelsWithData(vectors, { strip, window, every, dimensions: field.dimensions })
    if (pixels.length > 0) yield batchOf(pixels, vectors, { field, strip, place, options })
    onProgress?.(strip.row1 - window.row0, window.row1 - window.row0)
  }
}

function checkedWindow(field: PixelField, window: PixelWindow | undefined): PixelWindow {
  const { name, width, height } = field
  if (window === undefined) return { row0: 0, col0: 0, row1: height, col1: width }
  const { row0, col0, row1, col1 } = window
  const isInside = 0 <= row0 && row0 < row1 && row1 <= height && 0 <= col0 && col0 < col1 && col1 <= width
  if (isInside && [row0, col0, row1, col1].every(Number.isInteger)) return window
  throw new EngineError(
    'invalid-input',
    `${name}: expected a window inside ${height} x ${width} px, got rows ${row0} to ${row1} and columns ${col0} to ${col1}`,
  )
}

interface Place {
  readonly projection: Projection
  readonly transform: Affine
  readonly crs: string
}

function placeOf({ name, crs, transform }: PixelField): Place {
  if (crs === undefined || transform === undefined) {
    throw new EngineError(
      'unsupported-format',
      `${name}: expected pixels with a place on the globe, got none; georeference the file first`,
    )
  }
  return { projection: projectionOf(crs), transform, crs }
}

interface Pixel {
  readonly row: number
  readonly col: number
  /** index into the strip's pixels */
  readonly index: number
}

function pixelsWithData(
  vectors: Float32Array,
  options: { strip: PixelWindow; window: PixelWindow; every: number; dimensions: number },
): Pixel[] {
  const { strip, window, every, dimensions } = options
  const width = strip.col1 - strip.col0
  const pixels: Pixel[] = []
  for (let row = strip.row0; row < strip.row1; row++) {
    if ((row - window.row0) % every !== 0) continue
    for (let col = strip.col0; col < strip.col1; col += every) {
      const index = (row - strip.row0) * width + col - strip.col0
      if (!Number.isNaN(vectors[index * dimensions]!)) pixels.push({ row, col, index })
    }
  }
  return pixels
}

function batchOf(
  pixels: readonly Pixel[],
  vectors: Float32Array,
  context: { field: PixelField; strip: PixelWindow; place: Place; options: PixelRowsOptions },
): EmbeddingBatch {
  const { field, place, options } = context
  const { dimensions } = field
  const chosen = new Float32Array(pixels.length * dimensions)
  pixels.forEach(({ index }, row) => {
    chosen.set(vectors.subarray(index * dimensions, (index + 1) * dimensions), row * dimensions)
  })
  const outlines = pixels.map((pixel) => outlineOf(pixel, place))
  const cells = outlines.map(({ centre: [lon, lat] }) => grid.cellAt(lat, lon))
  return {
    count: pixels.length,
    uniqueId: pixels.map(({ row, col }) => `${options.productId}_${row}_${col}`),
    vectors: chosen,
    timestamp: pixels.map(() => options.timestamp ?? null),
    productId: pixels.map(() => options.productId),
    gridCell: cells.map(({ gridCell }) => gridCell),
    gridRowU: cells.map(({ gridRowU }) => gridRowU),
    gridColR: cells.map(({ gridColR }) => gridColR),
    geometry: outlines.map(({ wkb }) => wkb),
    centreLat: outlines.map(({ centre }) => centre[1]),
    centreLon: outlines.map(({ centre }) => centre[0]),
    utmFootprint: pixels.map(() => null),
    utmCrs: pixels.map(() => (/^EPSG:32[67]\d\d$/.test(place.crs) ? place.crs : null)),
    // that of the standard is one of a fragment in its cell's image
    pixelBbox: pixels.map(() => null),
    extra: { pixel_row: pixels.map(({ row }) => row), pixel_col: pixels.map(({ col }) => col) },
  }
}

function outlineOf({ row, col }: Pixel, { projection, transform }: Place): { wkb: Uint8Array; centre: LonLat } {
  const [a, b, c, d, e, f] = transform
  const at = (y: number, x: number) => projection.inverse(a * x + b * y + c, d * x + e * y + f)
  const corners = [at(row, col), at(row, col + 1), at(row + 1, col + 1), at(row + 1, col)]
  const { footprint } = ringFootprint([...corners, corners[0]!])
  return { wkb: wkbOf(footprint), centre: at(row + 0.5, col + 0.5) }
}
