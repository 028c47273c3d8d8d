import type { VectorPart, VectorParts } from './vector-parts.ts'

/** Vectors of a set in memory: flat, row-major, with the inverse of each row's length. */
export interface VectorTable {
  readonly vectors: Float32Array
  readonly count: number
  readonly dimensions: number
  /** 1 / length of each row; 0 marks a row that no search returns (NaN or infinite values, or all zero) */
  readonly inverseNorms: Float64Array
  readonly nanCount: number
  readonly zeroCount: number
}

/**
 * Measures every row of `vectors` once.
 * @param vectors row-major `count x dimensions`
 * @throws RangeError if `vectors.length !== count * dimensions`
 */
export function createVectorTable(vectors: Float32Array, count: number, dimensions: number): VectorTable {
  if (vectors.length !== count * dimensions) {
    throw new RangeError(`vectors: expected ${count} x ${dimensions} values, got ${vectors.length}`)
  }
  const inverseNorms = new Float64Array(count)
  let nanCount = 0
  let zeroCount = 0
  for (let row = 0; row < count; row++) {
    const squared = squaredNorm(vectors, row * dimensions, dimensions)
    if (squared === 0) zeroCount++
    else if (Number.isFinite(squared)) inverseNorms[row] = 1 / Math.sqrt(squared)
    else nanCount++
  }
  return { vectors, count, dimensions, inverseNorms, nanCount, zeroCount }
}

function squaredNorm(vectors: Float32Array, start: number, length: number): number {
  let sum = 0
  for (let i = start; i < start + length; i++) sum += vectors[i]! * vectors[i]!
  return sum
}

/** A table as the search sees it: one part in shared memory. Vectors that are not shared yet are copied. */
export function partsOfTable({ vectors, count, dimensions, inverseNorms }: VectorTable): VectorParts {
  const norms = new Float32Array(new SharedArrayBuffer(4 * count))
  for (let row = 0; row < count; row++) {
    const inverse = inverseNorms[row]!
    norms[row] = inverse > 0 ? 1 / inverse : Math.sqrt(squaredNorm(vectors, row * dimensions, dimensions))
    if (norms[row] === Number.POSITIVE_INFINITY) norms[row] = Number.NaN
  }
  const part: VectorPart = {
    rowStart: 0,
    rowCount: count,
    dtype: 'f32',
    vectors: sharedBytes(vectors),
    norms: sharedBytes(norms),
  }
  return { count, dimensions, parts: [part] }
}

function sharedBytes(values: Float32Array): VectorPart['vectors'] {
  if (values.buffer instanceof SharedArrayBuffer) {
    const { buffer, byteOffset, byteLength } = values
    return { kind: 'memory', buffer, byteOffset, byteLength }
  }
  const buffer = new SharedArrayBuffer(values.byteLength)
  new Float32Array(buffer).set(values)
  return { kind: 'memory', buffer, byteOffset: 0, byteLength: buffer.byteLength }
}

/**
 * Mean cosine over all pairs of different searchable rows, from the sum of their unit vectors.
 * Undefined for fewer than two rows.
 */
export function meanPairwiseCosine(table: VectorTable): number | undefined {
  const { vectors, dimensions, inverseNorms, count } = table
  const sum = new Float64Array(dimensions)
  let used = 0
  for (let row = 0; row < count; row++) {
    const inverse = inverseNorms[row]!
    if (inverse === 0) continue
    used++
    const start = row * dimensions
    for (let i = 0; i < dimensions; i++) sum[i]! += vectors[start + i]! * inverse
  }
  if (used < 2) return undefined
  const squared = sum.reduce((total, value) => total + value * value, 0)
  return (squared - used) / (used * (used - 1))
}
