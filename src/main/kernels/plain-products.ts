// The products of matrices in plain TypeScript; sums in float64, rounded once.

/** Matrices are float32 at addresses (a multiple of 4), row-major; strides are in values. */
export interface Products {
  /** `out[a][b] = sum over i < length of left[a][i] * right[b][i]` */
  multiplyByRows(
    left: number,
    leftStride: number,
    leftCount: number,
    right: number,
    rightStride: number,
    rightCount: number,
    length: number,
    out: number,
    outStride: number,
  ): void
  /** `sums[a][b] += sum over rows of left[row][a] * right[row][b]` */
  addProducts(
    left: number,
    leftStride: number,
    leftCount: number,
    right: number,
    rightStride: number,
    rightCount: number,
    rows: number,
    sums: number,
    sumsStride: number,
  ): void
}

export function plainProducts(floats: Float32Array): Products {
  return {
    multiplyByRows(left, leftStride, leftCount, right, rightStride, rightCount, length, out, outStride) {
      for (let a = 0; a < leftCount; a++) {
        const from = left / 4 + a * leftStride
        for (let b = 0; b < rightCount; b++) {
          const other = right / 4 + b * rightStride
          let sum = 0
          for (let i = 0; i < length; i++) sum += floats[from + i]! * floats[other + i]!
          floats[out / 4 + a * outStride + b] = sum
        }
      }
    },
    addProducts(left, leftStride, leftCount, right, rightStride, rightCount, rows, sums, sumsStride) {
      const row = new Float64Array(rightCount)
      for (let a = 0; a < leftCount; a++) {
        row.fill(0)
        for (let at = 0; at < rows; at++) {
          const value = floats[left / 4 + at * leftStride + a]!
          const other = right / 4 + at * rightStride
          for (let b = 0; b < rightCount; b++) row[b]! += value * floats[other + b]!
        }
        const to = sums / 4 + a * sumsStride
        for (let b = 0; b < rightCount; b++) floats[to + b]! += row[b]!
      }
    },
  }
}
