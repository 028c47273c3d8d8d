// Mean and covariance in one pass over the rows: products of a block are added in float32-sized blocks and the blocks
// summed in float64. The covariance is symmetric, so only its upper half is computed.

const BLOCK_ROWS = 256

export interface Covariance {
  readonly count: number
  readonly dimensions: number
  readonly mean: Float64Array
  /** `dimensions x dimensions`, row-major, symmetric; divided by count - 1 */
  readonly matrix: Float64Array
}

export interface CovarianceOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (doneRows: number, totalRows: number) => void
  /** awaited between blocks */
  readonly pause?: () => Promise<void>
}

/**
 * Exact mean and covariance of chosen rows.
 * @param vectors row-major, `dimensions` values a row
 * @param rows which rows to take; every value of theirs must be finite
 * @throws RangeError for fewer than two rows
 */
export async function covarianceOfRows(
  vectors: Float32Array,
  dimensions: number,
  rows: ArrayLike<number>,
  options: CovarianceOptions = {},
): Promise<Covariance> {
  const count = rows.length
  if (count < 2) throw new RangeError(`covariance: expected at least 2 rows, got ${count}`)
  // a first guess of the mean keeps the sums of squares small, so nothing is lost when the true mean is subtracted
  const shift = meanOfFirst(vectors, dimensions, rows, Math.min(count, 1024))
  const sums = new Float64Array(dimensions)
  const products = new Float64Array(dimensions * dimensions)
  const block = new Float64Array(BLOCK_ROWS * dimensions)
  for (let start = 0; start < count; start += BLOCK_ROWS) {
    if (start > 0) await options.pause?.()
    options.signal?.throwIfAborted()
    const end = Math.min(count, start + BLOCK_ROWS)
    copyBlock(vectors, dimensions, rows, start, end, shift, block)
    addBlock(block, end - start, dimensions, sums, products)
    options.onProgress?.(end, count)
  }
  return finish(count, dimensions, shift, sums, products)
}

function meanOfFirst(vectors: Float32Array, dimensions: number, rows: ArrayLike<number>, count: number): Float64Array {
  const mean = new Float64Array(dimensions)
  for (let index = 0; index < count; index++) {
    const start = rows[index]! * dimensions
    for (let i = 0; i < dimensions; i++) mean[i]! += vectors[start + i]! / count
  }
  return mean
}

/** Column-major copy `(dimensions, BLOCK_ROWS)` minus `shift`: the products below then run along contiguous memory. */
function copyBlock(
  vectors: Float32Array,
  dimensions: number,
  rows: ArrayLike<number>,
  from: number,
  to: number,
  shift: Float64Array,
  block: Float64Array,
): void {
  for (let index = from; index < to; index++) {
    const start = rows[index]! * dimensions
    for (let i = 0; i < dimensions; i++) block[i * BLOCK_ROWS + index - from] = vectors[start + i]! - shift[i]!
  }
}

function addBlock(
  block: Float64Array,
  rowCount: number,
  dimensions: number,
  sums: Float64Array,
  products: Float64Array,
): void {
  for (let i = 0; i < dimensions; i++) {
    const a = i * BLOCK_ROWS
    for (let row = 0; row < rowCount; row++) sums[i]! += block[a + row]!
    let j = i
    for (; j + 3 < dimensions; j += 4) addFour(block, a, j, rowCount, products, i * dimensions + j)
    for (; j < dimensions; j++) products[i * dimensions + j]! += dotColumns(block, a, j * BLOCK_ROWS, rowCount)
  }
}

/** Products of one column with the four from `j`: each value of the first is loaded once, and four sums run side by side. */
function addFour(
  block: Float64Array,
  a: number,
  j: number,
  length: number,
  products: Float64Array,
  into: number,
): void {
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0]
  const b = j * BLOCK_ROWS
  for (let row = 0; row < length; row++) {
    const value = block[a + row]!
    sum0 += value * block[b + row]!
    sum1 += value * block[b + BLOCK_ROWS + row]!
    sum2 += value * block[b + 2 * BLOCK_ROWS + row]!
    sum3 += value * block[b + 3 * BLOCK_ROWS + row]!
  }
  products[into]! += sum0
  products[into + 1]! += sum1
  products[into + 2]! += sum2
  products[into + 3]! += sum3
}

function dotColumns(block: Float64Array, a: number, b: number, length: number): number {
  let sum = 0
  for (let row = 0; row < length; row++) sum += block[a + row]! * block[b + row]!
  return sum
}

function finish(
  count: number,
  dimensions: number,
  shift: Float64Array,
  sums: Float64Array,
  products: Float64Array,
): Covariance {
  const mean = Float64Array.from({ length: dimensions }, (_, i) => shift[i]! + sums[i]! / count)
  const matrix = new Float64Array(dimensions * dimensions)
  for (let i = 0; i < dimensions; i++) {
    for (let j = i; j < dimensions; j++) {
      const value = (products[i * dimensions + j]! - (sums[i]! * sums[j]!) / count) / (count - 1)
      matrix[i * dimensions + j] = value
      matrix[j * dimensions + i] = value
    }
  }
  return { count, dimensions, mean, matrix }
}
