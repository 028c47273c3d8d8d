/**
 * Cholesky factor of a symmetric positive definite matrix, in place: the upper half becomes U with `matrix = U^T U`.
 * @param matrix row-major `size x size`; only the upper half is read
 * @returns whether it is positive definite beyond rounding; the matrix is spoilt when not
 */
export function factorise(matrix: Float64Array, size: number): boolean {
  let largest = 0
  for (let i = 0; i < size; i++) largest = Math.max(largest, matrix[i * size + i]!)
  for (let i = 0; i < size; i++) {
    const row = i * size
    const pivot = matrix[row + i]!
    if (!(pivot > largest * size * Number.EPSILON)) return false
    const root = Math.sqrt(pivot)
    for (let j = i; j < size; j++) matrix[row + j]! /= root
    for (let other = i + 1; other < size; other++) {
      const factor = matrix[row + other]!
      if (factor === 0) continue
      const to = other * size
      for (let j = other; j < size; j++) matrix[to + j]! -= factor * matrix[row + j]!
    }
  }
  return true
}

/** Solves `U^T U x = b` in place of b, with the factor of `factorise`. */
export function solve(factor: Float64Array, size: number, b: Float64Array): void {
  for (let i = 0; i < size; i++) {
    const value = b[i]! / factor[i * size + i]!
    b[i] = value
    for (let j = i + 1; j < size; j++) b[j]! -= value * factor[i * size + j]!
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i]!
    for (let j = i + 1; j < size; j++) sum -= factor[i * size + j]! * b[j]!
    b[i] = sum / factor[i * size + i]!
  }
}
