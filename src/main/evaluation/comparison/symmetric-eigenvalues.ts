// Eigenvalues of a symmetric matrix without its vectors: reduction to tridiagonal form by reflections (Householder), then the
// implicit QL method (Golub and Van Loan, Matrix Computations, sections 8.3). A third of the work of a full decomposition.

const MAX_SWEEPS = 60

/**
 * Largest first.
 * @param matrix row-major `size x size`, spoilt
 */
export function symmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  const { diagonal, beside } = tridiagonal(matrix, size)
  implicitQl(diagonal, beside)
  return diagonal.sort().reverse()
}

function tridiagonal(a: Float64Array, size: number): { diagonal: Float64Array; beside: Float64Array } {
  const beside = new Float64Array(size)
  const p = new Float64Array(size)
  for (let k = 0; k < size - 2; k++) {
    const row = k * size
    let squares = 0
    for (let j = k + 1; j < size; j++) squares += a[row + j]! ** 2
    const first = a[row + k + 1]!
    const length = first > 0 ? -Math.sqrt(squares) : Math.sqrt(squares)
    beside[k] = length
    // the reflection is 1 - v v^T / h with v in the row beside the diagonal
    const h = squares - first * length
    if (h === 0) continue
    a[row + k + 1] = first - length
    let along = 0
    for (let i = k + 1; i < size; i++) {
      let sum = 0
      const other = i * size
      for (let j = k + 1; j < size; j++) sum += a[other + j]! * a[row + j]!
      p[i] = sum / h
      along += p[i]! * a[row + i]!
    }
    const share = along / (2 * h)
    for (let i = k + 1; i < size; i++) p[i]! -= share * a[row + i]!
    for (let i = k + 1; i < size; i++) {
      const [vi, pi, other] = [a[row + i]!, p[i]!, i * size]
      for (let j = k + 1; j < size; j++) a[other + j]! -= vi * p[j]! + pi * a[row + j]!
    }
  }
  if (size > 1) beside[size - 2] = a[(size - 2) * size + size - 1]!
  return { diagonal: Float64Array.from({ length: size }, (_, i) => a[i * size + i]!), beside }
}

/** In place; `beside[i]` stands between i and i + 1. */
function implicitQl(d: Float64Array, e: Float64Array): void {
  const size = d.length
  for (let low = 0; low < size; low++) {
    for (let sweep = 0; ; sweep++) {
      let high = low
      while (high < size - 1 && Math.abs(e[high]!) > Number.EPSILON * (Math.abs(d[high]!) + Math.abs(d[high + 1]!)))
        high++
      if (high === low) break
      if (sweep === MAX_SWEEPS) throw new Error(`eigenvalues: expected to settle in ${MAX_SWEEPS} sweeps, got more`)
      let g = (d[low + 1]! - d[low]!) / (2 * e[low]!)
      let r = Math.hypot(g, 1)
      g = d[high]! - d[low]! + e[low]! / (g + (g >= 0 ? r : -r))
      let [s, c, p] = [1, 1, 0]
      let i = high - 1
      for (; i >= low; i--) {
        const f = s * e[i]!
        const b = c * e[i]!
        r = Math.hypot(f, g)
        e[i + 1] = r
        if (r === 0) {
          d[i + 1]! -= p
          e[high] = 0
          break
        }
        s = f / r
        c = g / r
        g = d[i + 1]! - p
        r = (d[i]! - g) * s + 2 * c * b
        p = s * r
        d[i + 1] = g + p
        g = c * r - b
      }
      if (r === 0 && i >= low) continue
      d[low]! -= p
      e[low] = g
      e[high] = 0
    }
  }
}
