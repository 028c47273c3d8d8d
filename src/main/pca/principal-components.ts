// Leading eigenvectors of a covariance by subspace iteration (Bathe 1971; Golub & Van Loan 8.2): a block of vectors is
// multiplied by the matrix, made orthonormal, and solved as a small eigenproblem, until the wanted axes stand still.

import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import type { Covariance } from './covariance.ts'

const MAX_ROUNDS = 500
const TOLERANCE = 1e-12
/** Vectors beyond the wanted ones: the more, the faster the wanted ones settle. */
const GUARD_VECTORS = 9
/** Up to this size the full decomposition is quicker than iterating. */
const FULL_DECOMPOSITION_DIMENSIONS = 160

export interface PrincipalComponents {
  readonly count: number
  readonly dimensions: number
  readonly mean: Float64Array
  /** `count x dimensions`, row-major, unit length, most variance first */
  readonly axes: Float64Array
  /** variance along each axis */
  readonly variances: Float64Array
  /** share of the total variance, 0..1 */
  readonly explained: Float64Array
}

/**
 * The `count` axes of most variance. Sign rule: the value of largest magnitude in each axis is positive
 * (the first of equal ones), so that the same data always give the same colours.
 */
export function principalComponents(covariance: Covariance, count: number): PrincipalComponents {
  const { dimensions, matrix, mean } = covariance
  const wanted = Math.min(count, dimensions)
  const { axes, variances } =
    dimensions <= FULL_DECOMPOSITION_DIMENSIONS
      ? fullDecomposition(matrix, dimensions, wanted)
      : subspaceIteration(matrix, dimensions, wanted)
  fixSigns(axes, dimensions, wanted)
  let total = 0
  for (let i = 0; i < dimensions; i++) total += matrix[i * dimensions + i]!
  return {
    count: wanted,
    dimensions,
    mean,
    axes,
    variances,
    explained: variances.map((variance) => (total > 0 ? variance / total : 0)),
  }
}

interface Axes {
  readonly axes: Float64Array
  readonly variances: Float64Array
}

function fullDecomposition(matrix: Float64Array, dimensions: number, wanted: number): Axes {
  const { values, vectors } = symmetricEigen(matrix, dimensions)
  const axes = new Float64Array(wanted * dimensions)
  for (let axis = 0; axis < wanted; axis++) {
    for (let i = 0; i < dimensions; i++) axes[axis * dimensions + i] = vectors.get(i, axis)
  }
  return { axes, variances: Float64Array.from(values.slice(0, wanted), (value) => Math.max(0, value)) }
}

function subspaceIteration(matrix: Float64Array, dimensions: number, wanted: number): Axes {
  const size = Math.min(dimensions, wanted + GUARD_VECTORS)
  let basis = startBasis(size, dimensions)
  let variances = new Float64Array(size)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    orthonormalise(basis, size, dimensions)
    const image = multiply(matrix, basis, size, dimensions)
    const solved = rayleighRitz(basis, image, size, dimensions)
    const change = largestChange(variances, solved.variances, wanted)
    const settled = residual(solved.axes, solved.image, solved.variances, wanted, dimensions)
    variances = solved.variances
    basis = solved.image
    if (change <= TOLERANCE && settled <= 1e-10)
      return { axes: solved.axes.slice(0, wanted * dimensions), variances: variances.slice(0, wanted) }
    if (round === MAX_ROUNDS - 1) {
      return { axes: solved.axes.slice(0, wanted * dimensions), variances: variances.slice(0, wanted) }
    }
  }
  throw new Error('subspace iteration: unreachable')
}

/** Seeded, so that a run can be repeated. */
function startBasis(size: number, dimensions: number): Float64Array {
  let state = 0x2545f491
  return Float64Array.from({ length: size * dimensions }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0xffffffff - 0.5
  })
}

/** Gram-Schmidt, twice for accuracy, in place. */
function orthonormalise(basis: Float64Array, size: number, dimensions: number): void {
  for (let a = 0; a < size; a++) {
    const vector = basis.subarray(a * dimensions, (a + 1) * dimensions)
    for (let pass = 0; pass < 2; pass++) {
      for (let b = 0; b < a; b++) {
        const other = basis.subarray(b * dimensions, (b + 1) * dimensions)
        const along = dot(vector, other)
        for (let i = 0; i < dimensions; i++) vector[i]! -= along * other[i]!
      }
    }
    const size = Math.sqrt(dot(vector, vector))
    if (size < 1e-300) vector.fill(0)
    else for (let i = 0; i < dimensions; i++) vector[i]! /= size
  }
}

/** Each row of `basis` times the symmetric `matrix`. */
function multiply(matrix: Float64Array, basis: Float64Array, size: number, dimensions: number): Float64Array {
  const out = new Float64Array(size * dimensions)
  for (let i = 0; i < dimensions; i++) {
    const row = matrix.subarray(i * dimensions, (i + 1) * dimensions)
    for (let a = 0; a < size; a++) {
      out[a * dimensions + i] = dot(row, basis.subarray(a * dimensions, (a + 1) * dimensions))
    }
  }
  return out
}

function rayleighRitz(basis: Float64Array, image: Float64Array, size: number, dimensions: number) {
  const small = new Float64Array(size * size)
  for (let a = 0; a < size; a++) {
    for (let b = a; b < size; b++) {
      const value = dot(
        basis.subarray(a * dimensions, (a + 1) * dimensions),
        image.subarray(b * dimensions, (b + 1) * dimensions),
      )
      small[a * size + b] = value
      small[b * size + a] = value
    }
  }
  const { values, vectors } = symmetricEigen(small, size)
  return {
    axes: rotate(basis, vectors, size, dimensions),
    image: rotate(image, vectors, size, dimensions),
    variances: Float64Array.from(values, (value) => Math.max(0, value)),
  }
}

function rotate(basis: Float64Array, vectors: Matrix, size: number, dimensions: number): Float64Array {
  const out = new Float64Array(size * dimensions)
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      const weight = vectors.get(b, a)
      for (let i = 0; i < dimensions; i++) out[a * dimensions + i]! += weight * basis[b * dimensions + i]!
    }
  }
  return out
}

/** Eigenvalues, largest first, and their vectors as columns. */
function symmetricEigen(matrix: Float64Array, size: number): { values: number[]; vectors: Matrix } {
  const decomposition = new EigenvalueDecomposition(Matrix.from1DArray(size, size, matrix), { assumeSymmetric: true })
  const order = decomposition.realEigenvalues.map((_, index) => index)
  order.sort((a, b) => decomposition.realEigenvalues[b]! - decomposition.realEigenvalues[a]!)
  const allRows = Array.from({ length: size }, (_, index) => index)
  return {
    values: order.map((index) => decomposition.realEigenvalues[index]!),
    vectors: decomposition.eigenvectorMatrix.subMatrixColumn(order, 0, allRows.length - 1),
  }
}

function largestChange(before: Float64Array, after: Float64Array, wanted: number): number {
  let largest = 0
  for (let a = 0; a < wanted; a++) {
    largest = Math.max(largest, Math.abs(after[a]! - before[a]!) / Math.max(after[0]!, 1e-300))
  }
  return largest
}

/** Largest |A v - lambda v| / lambda_1 over the wanted axes. */
function residual(
  axes: Float64Array,
  image: Float64Array,
  variances: Float64Array,
  wanted: number,
  dimensions: number,
): number {
  let largest = 0
  for (let a = 0; a < wanted; a++) {
    let sum = 0
    for (let i = 0; i < dimensions; i++) {
      const difference = image[a * dimensions + i]! - variances[a]! * axes[a * dimensions + i]!
      sum += difference * difference
    }
    largest = Math.max(largest, Math.sqrt(sum) / Math.max(variances[0]!, 1e-300))
  }
  return largest
}

function fixSigns(axes: Float64Array, dimensions: number, count: number): void {
  for (let axis = 0; axis < count; axis++) {
    const vector = axes.subarray(axis * dimensions, (axis + 1) * dimensions)
    let largest = 0
    for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value
    if (largest < 0) for (let i = 0; i < dimensions; i++) vector[i] = -vector[i]!
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let even = 0
  let odd = 0
  let i = 0
  for (; i + 1 < a.length; i += 2) {
    even += a[i]! * b[i]!
    odd += a[i + 1]! * b[i + 1]!
  }
  if (i < a.length) even += a[i]! * b[i]!
  return even + odd
}
