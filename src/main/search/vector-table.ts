/** Vectors as a search sees them: flat, row-major, with the inverse of each row's length. */
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

/** Mean over the searchable rows; zeros when there are none. */
export function meanVector(table: VectorTable): Float64Array {
  const { vectors, dimensions, inverseNorms, count } = table
  const mean = new Float64Array(dimensions)
  let used = 0
  for (let row = 0; row < count; row++) {
    if (inverseNorms[row] === 0) continue
    used++
    const start = row * dimensions
    for (let i = 0; i < dimensions; i++) mean[i]! += vectors[start + i]!
  }
  if (used > 0) for (let i = 0; i < dimensions; i++) mean[i]! /= used
  return mean
}

/** The middle of a table: vectors minus `mean` are compared by the centred cosine. */
export interface Centre {
  readonly mean: Float64Array
  /** 1 / length of each row minus the mean; 0 for rows that are the mean */
  readonly inverseNorms: Float64Array
}

/** Mean of the searchable rows and the lengths around it, measured once. */
export function centreOf(table: VectorTable): Centre {
  const mean = meanVector(table)
  const inverseNorms = new Float64Array(table.count)
  for (let row = 0; row < table.count; row++) {
    const start = row * table.dimensions
    let squared = 0
    for (let i = 0; i < table.dimensions; i++) {
      const difference = table.vectors[start + i]! - mean[i]!
      squared += difference * difference
    }
    inverseNorms[row] = squared > 0 ? 1 / Math.sqrt(squared) : 0
  }
  return { mean, inverseNorms }
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
