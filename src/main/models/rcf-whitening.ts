// Whitening of patches (kernels) and of features, both by eigenvectors of a covariance.

import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { packFactor, sumProducts } from './sum-products.ts'

/** V f(E) V' of the covariance of the rows of `centred`. */
function spectralFunction(centred: Matrix, weightOf: (eigenvalue: number) => number): Matrix {
  const { realEigenvalues, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(covarianceOf(centred), {
    assumeSymmetric: true,
  })
  const size = vectors.rows
  const weights = realEigenvalues.map((value) => weightOf(Math.max(0, value)))
  const rows = { count: size, length: size, along: 1, across: size }
  const weighted = packFactor(vectors.clone().mulRowVector(weights).to1DArray(), rows)
  return matrixOf(sumProducts(weighted, packFactor(vectors.to1DArray(), rows)), size)
}

function covarianceOf(centred: Matrix): Matrix {
  const size = centred.columns
  const columns = packFactor(centred.to1DArray(), { count: size, length: centred.rows, along: size, across: 1 })
  return matrixOf(sumProducts(columns, columns), size).div(centred.rows - 1)
}

function matrixOf(values: Float64Array, columns: number): Matrix {
  return Matrix.from1DArray(values.length / columns, columns, values)
}

/**
 * Kernels from image patches, as torchgeo's empirical RCF: each patch is centred and brought to unit length, then ZCA-whitened.
 * @param patches `(count, taps)` row-major
 * @returns the first `kernelCount` of them, unit length, `(kernelCount, taps)`
 */
export function whitenedKernels(
  patches: Float64Array,
  { taps, kernelCount, bias }: { taps: number; kernelCount: number; bias: number },
): Float64Array {
  const all = Matrix.from1DArray(patches.length / taps, taps, patches)
  const centred = unitRows(all.subColumnVector(all.mean('row')))
  const mean = centred.mean('column')
  const whitening = spectralFunction(centred.clone().subRowVector(mean), (value) => 1 / Math.sqrt(value + bias))
  const kernels = centred
    .subMatrix(0, kernelCount - 1, 0, taps - 1)
    .subRowVector(mean)
    .mmul(whitening)
  return Float64Array.from(unitRows(kernels).to1DArray())
}

function unitRows(rows: Matrix): Matrix {
  const lengths = Array.from({ length: rows.rows }, (_, row) => Math.max(1e-8, Math.hypot(...rows.getRow(row))))
  return rows.divColumnVector(lengths)
}

/**
 * A linear map that standardises features and partly whitens them: directions that vary little count for less than fully.
 * @param features `(count, dimensions)` row-major
 * @param ridge added to the eigenvalues of the standardised covariance before their root is taken
 * @returns y = x . projection + shift
 */
export function partialWhitening(
  features: Float64Array,
  { dimensions, ridge }: { dimensions: number; ridge: number },
): { projection: Float32Array; shift: Float32Array } {
  const all = Matrix.from1DArray(features.length / dimensions, dimensions, features)
  const mean = all.mean('column')
  const std = all.standardDeviation('column', { mean }).map((value) => Math.max(value, 1e-3))
  const standardised = all.clone().subRowVector(mean).divRowVector(std)
  const whitening = spectralFunction(standardised, (value) => 1 / Math.sqrt(value + ridge))
  const projection = whitening.divColumnVector(std)
  const shift = Matrix.rowVector(mean).mmul(projection).mul(-1)
  return { projection: Float32Array.from(projection.to1DArray()), shift: Float32Array.from(shift.to1DArray()) }
}
