// Arrays (rows, cols, dimensions) as fields of pixels.

import { EngineError } from '../../shared/errors.ts'
import type { NpyArray } from '../arrays/npy.ts'
import type { Affine } from '../raster/raster.ts'
import { type PixelDecoder, type PixelField, placeOf } from './pixel-field.ts'

export interface ArrayPlace {
  readonly crs?: string
  readonly transform?: Affine
}

/** @throws EngineError `unsupported-format` for an array that does not have three axes */
export function arrayField(array: NpyArray, place: ArrayPlace = {}, decode?: PixelDecoder): PixelField {
  const { name, shape } = array
  const [height, width, dimensions] = shape
  if (height === undefined || width === undefined || dimensions === undefined || shape.length !== 3) {
    throw new EngineError(
      'unsupported-format',
      `${name}: expected an array (rows, columns, dimensions), got the shape (${shape.join(', ')})`,
    )
  }
  return {
    ...placeOf({ name, width, height, ...place }),
    dimensions,
    async readWindow({ row0, col0, row1, col1 }, signal) {
      const cols = col1 - col0
      const vectors = new Float32Array((row1 - row0) * cols * dimensions)
      for (let row = row0; row < row1; row++) {
        const start = (row * width + col0) * dimensions
        vectors.set(await array.read(start, start + cols * dimensions, signal), (row - row0) * cols * dimensions)
      }
      if (decode !== undefined) decodeInPlace(vectors, dimensions, decode)
      return vectors
    },
  }
}

function decodeInPlace(vectors: Float32Array, dimensions: number, decode: PixelDecoder): void {
  const stored = new Float32Array(dimensions)
  for (let start = 0; start < vectors.length; start += dimensions) {
    const vector = vectors.subarray(start, start + dimensions)
    stored.set(vector)
    if (!decode(stored, vector)) vector.fill(Number.NaN)
  }
}
