import { createKernelMemory, Places } from '../../kernels/kernel-memory.ts'
import { kernelsOn } from '../../kernels/kernels.ts'

/** Rows whose products are added in float32 before they go into float64. */
const BLOCK_ROWS = 128
/** Columns of a step, so that their sums stay in the cache. */
const BLOCK_COLUMNS = 48

/** Vectors minus their mean, all of unit importance. */
export interface CentredRows {
  /** row-major, best shared between threads */
  readonly vectors: Float32Array
  readonly dimensions: number
  readonly rows: Int32Array
  readonly mean: Float64Array
}

/** Sums over the rows of the products of both sides' values: row-major `left.dimensions x right.dimensions`. */
export function crossProducts(left: CentredRows, right: CentredRows): Float64Array {
  const places = new Places(64)
  const [leftAt, rightAt] = [left, right].map(({ dimensions }) => places.take(BLOCK_ROWS * dimensions * 4)) as [
    number,
    number,
  ]
  const [height, width] = [left.dimensions, right.dimensions]
  const sumsAt = places.take(height * width * 4)
  const memory = createKernelMemory(places.end)
  const floats = new Float32Array(memory.buffer)
  const { addProducts } = kernelsOn(memory)
  const sums = new Float64Array(height * width)
  for (let start = 0; start < left.rows.length; start += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, left.rows.length - start)
    writeCentred(left, start, count, floats, leftAt / 4)
    writeCentred(right, start, count, floats, rightAt / 4)
    floats.fill(0, sumsAt / 4, sumsAt / 4 + sums.length)
    for (let column = 0; column < height; column += BLOCK_COLUMNS) {
      const some = Math.min(BLOCK_COLUMNS, height - column)
      addProducts(leftAt + column * 4, height, some, rightAt, width, width, count, sumsAt + column * width * 4, width)
    }
    for (let i = 0; i < sums.length; i++) sums[i]! += floats[sumsAt / 4 + i]!
  }
  return sums
}

function writeCentred(
  { vectors, dimensions, rows, mean }: CentredRows,
  start: number,
  count: number,
  to: Float32Array,
  place: number,
): void {
  for (let index = 0; index < count; index++) {
    const [from, at] = [rows[start + index]! * dimensions, place + index * dimensions]
    for (let i = 0; i < dimensions; i++) to[at + i] = vectors[from + i]! - mean[i]!
  }
}

export function meanOfRows(vectors: Float32Array, dimensions: number, rows: Int32Array): Float64Array {
  const mean = new Float64Array(dimensions)
  for (const row of rows) for (let i = 0; i < dimensions; i++) mean[i]! += vectors[row * dimensions + i]!
  for (let i = 0; i < dimensions; i++) mean[i]! /= rows.length
  return mean
}

export function squaredNorm(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0)
}
