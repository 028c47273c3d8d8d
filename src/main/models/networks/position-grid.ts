// A learned table of positions, resized to another grid of patches as PyTorch's bicubic interpolation does
// (interpolate with a size, align_corners false, no antialiasing).

/** Keys' cubic convolution as PyTorch has it; Pillow's is -0.5. */
const a = -0.75

/**
 * @param table row-major `(fromSize, fromSize, width)`
 * @returns row-major `(toSize, toSize, width)`; `table` itself when the sizes are equal
 */
export function resizePositionGrid(table: Float32Array, fromSize: number, toSize: number): Float32Array {
  if (fromSize === toSize) return table
  const width = table.length / fromSize ** 2
  const result = new Float32Array(toSize ** 2 * width)
  const sums = new Float64Array(width)
  const taps = Array.from({ length: toSize }, (_, i) => tapsAt((i + 0.5) * (fromSize / toSize) - 0.5, fromSize))
  for (const [row, rowTaps] of taps.entries()) {
    for (const [col, colTaps] of taps.entries()) {
      sums.fill(0)
      for (const y of rowTaps) {
        for (const x of colTaps) {
          const at = (y.index * fromSize + x.index) * width
          const factor = y.weight * x.weight
          for (let i = 0; i < width; i++) sums[i]! += table[at + i]! * factor
        }
      }
      result.set(sums, (row * toSize + col) * width)
    }
  }
  return result
}

interface Tap {
  /** beyond the edge the outermost value repeats */
  readonly index: number
  readonly weight: number
}

function tapsAt(position: number, size: number): Tap[] {
  const first = Math.floor(position)
  return [-1, 0, 1, 2].map((step) => ({
    index: Math.min(size - 1, Math.max(0, first + step)),
    weight: cubic(Math.abs(position - first - step)),
  }))
}

function cubic(x: number): number {
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
}
