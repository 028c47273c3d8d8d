// Pixels as embeddings: what search, PCA, export and sampling see of AlphaEarth, TESSERA and the others, whatever the
// file's type, quantisation and direction.

import type { Bounds } from '../../shared/terms.ts'
import { northUp } from '../raster/north-up.ts'
import { type Affine, boundsOf, type PixelWindow, type Raster } from '../raster/raster.ts'

/** A raster whose pixels are embeddings, decoded window by window. Row 0 is in the north wherever the file has it. */
export interface PixelField {
  /** what to call it in messages */
  readonly name: string
  readonly width: number
  readonly height: number
  readonly dimensions: number
  readonly crs?: string
  readonly transform?: Affine
  readonly bounds?: Bounds
  /**
   * @returns row-major `(rows, cols, dimensions)`; NaN in all dimensions of a pixel without data
   * @throws EngineError `unreadable-file` when bytes are missing or do not decode
   */
  readWindow(window: PixelWindow, signal?: AbortSignal): Promise<Float32Array<ArrayBuffer>>
}

export interface RasterFieldOptions {
  /** values of a pixel after decoding; as many as bands when absent */
  readonly dimensions?: number
  /** band indices that hold the vector; all when absent */
  readonly bands?: readonly number[]
  /** @param values the pixel's bands, in place; as stored when absent */
  readonly decode?: PixelDecoder
}

/**
 * One pixel: stored values to vector.
 * @param stored one value a band
 * @param vector `dimensions` values to fill
 * @returns false for a pixel without data
 */
export type PixelDecoder = (stored: Float32Array, vector: Float32Array) => boolean

export function rasterField(source: Raster, options: RasterFieldOptions = {}): PixelField {
  const raster = northUp(source)
  const bands = options.bands ?? Array.from({ length: raster.bandCount }, (_, band) => band)
  const dimensions = options.dimensions ?? bands.length
  const decode = options.decode ?? copyPixel
  return {
    ...placeOf(raster),
    dimensions,
    async readWindow(window, signal) {
      const planar = await raster.readWindow(window, { bands, ...(signal === undefined ? {} : { signal }) })
      return decodePlanes(planar, { bandCount: bands.length, dimensions, decode })
    },
  }
}

/** Size and place, as every field has them. */
export function placeOf({ name, width, height, crs, transform }: Omit<PixelField, 'dimensions' | 'readWindow'>) {
  return {
    name,
    width,
    height,
    ...(crs === undefined ? {} : { crs }),
    ...(transform === undefined ? {} : { transform, bounds: boundsOf(transform, width, height) }),
  }
}

function copyPixel(stored: Float32Array, vector: Float32Array): boolean {
  vector.set(stored)
  return !stored.every(Number.isNaN)
}

function decodePlanes(
  planar: Float32Array,
  options: { readonly bandCount: number; readonly dimensions: number; readonly decode: PixelDecoder },
): Float32Array<ArrayBuffer> {
  const { bandCount, dimensions, decode } = options
  const count = planar.length / bandCount
  const vectors = new Float32Array(count * dimensions)
  const stored = new Float32Array(bandCount)
  for (let pixel = 0; pixel < count; pixel++) {
    for (let band = 0, at = pixel; band < bandCount; band++, at += count) stored[band] = planar[at]!
    const vector = vectors.subarray(pixel * dimensions, (pixel + 1) * dimensions)
    if (!decode(stored, vector)) vector.fill(Number.NaN)
  }
  return vectors
}
