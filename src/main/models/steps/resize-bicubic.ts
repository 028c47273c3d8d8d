// Pillow's bicubic resampling (src/libImaging/Resample.c): a = -0.5, the kernel widened when shrinking,
// horizontal pass first. `uint8` uses Pillow's 22-bit fixed-point weights and rounds after each pass; `float` is mode F.

const supportPx = 2
const fixedPoint = 1 << 22

interface Taps {
  readonly first: Int32Array
  readonly count: Int32Array
  /** `width` weights an output pixel */
  readonly weights: Float64Array
  readonly width: number
}

export type PixelValues = 'uint8' | 'float'

/**
 * Resizes square planar images.
 * @param pixels planar `(bands, fromSize, fromSize)`; for `uint8` whole numbers 0..255
 * @returns a new planar `(bands, toSize, toSize)`, or `pixels` itself when the sizes are equal
 */
export function resizeBicubic(
  pixels: Float32Array,
  bandCount: number,
  fromSize: number,
  toSize: number,
  values: PixelValues,
): Float32Array {
  if (fromSize === toSize) return pixels
  const taps = tapsFor(fromSize, toSize, values)
  const between = new Float32Array(bandCount * fromSize * toSize)
  resampleCols(pixels, between, { rows: bandCount * fromSize, fromSize, toSize }, taps, values)
  const result = new Float32Array(bandCount * toSize * toSize)
  for (let band = 0; band < bandCount; band++) {
    const from = between.subarray(band * fromSize * toSize, (band + 1) * fromSize * toSize)
    const to = result.subarray(band * toSize * toSize, (band + 1) * toSize * toSize)
    resampleRows(from, to, toSize, taps, values)
  }
  return result
}

/** `(rows, fromSize)` to `(rows, toSize)`. */
function resampleCols(
  from: Float32Array,
  to: Float32Array,
  { rows, fromSize, toSize }: { rows: number; fromSize: number; toSize: number },
  { first, count, weights, width }: Taps,
  values: PixelValues,
): void {
  const start = values === 'uint8' ? fixedPoint / 2 : 0
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < toSize; col++) {
      const at = row * fromSize + first[col]!
      let sum = start
      for (let k = 0; k < count[col]!; k++) sum += from[at + k]! * weights[col * width + k]!
      to[row * toSize + col] = values === 'uint8' ? toByte(sum) : sum
    }
  }
}

/** `(fromSize, cols)` to `(toSize, cols)`, a row at a time: down the columns would miss the cache. */
function resampleRows(
  from: Float32Array,
  to: Float32Array,
  cols: number,
  { first, count, weights, width }: Taps,
  values: PixelValues,
): void {
  const sums = new Float64Array(cols)
  for (let row = 0; row < first.length; row++) {
    sums.fill(values === 'uint8' ? fixedPoint / 2 : 0)
    for (let k = 0; k < count[row]!; k++) {
      const weight = weights[row * width + k]!
      const at = (first[row]! + k) * cols
      for (let col = 0; col < cols; col++) sums[col] = sums[col]! + from[at + col]! * weight
    }
    for (let col = 0; col < cols; col++) to[row * cols + col] = values === 'uint8' ? toByte(sums[col]!) : sums[col]!
  }
}

function toByte(sum: number): number {
  return Math.min(255, Math.max(0, Math.floor(sum / fixedPoint)))
}

function tapsFor(fromSize: number, toSize: number, values: PixelValues): Taps {
  const scale = fromSize / toSize
  const widening = Math.max(scale, 1)
  const support = supportPx * widening
  const width = Math.ceil(support) * 2 + 1
  const first = new Int32Array(toSize)
  const count = new Int32Array(toSize)
  const weights = new Float64Array(toSize * width)
  for (let i = 0; i < toSize; i++) {
    const centre = (i + 0.5) * scale
    const start = Math.max(0, Math.trunc(centre - support + 0.5))
    const end = Math.min(fromSize, Math.trunc(centre + support + 0.5))
    first[i] = start
    count[i] = end - start
    const own = weights.subarray(i * width, i * width + end - start)
    let total = 0
    for (let k = 0; k < own.length; k++) total += own[k] = bicubic((k + start - centre + 0.5) / widening)
    for (let k = 0; k < own.length; k++) own[k] = values === 'uint8' ? toFixed(own[k]! / total) : own[k]! / total
  }
  return { first, count, weights, width }
}

function toFixed(weight: number): number {
  return Math.trunc(weight * fixedPoint + (weight < 0 ? -0.5 : 0.5))
}

/** Keys' cubic convolution kernel with a = -0.5. */
function bicubic(distance: number): number {
  const x = Math.abs(distance)
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * -0.5
  return 0
}
