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
  const result = new Float32Array(bandCount * toSize * toSize)
  for (let row = 0; row < bandCount * fromSize; row++) {
    resampleLine(pixels, row * fromSize, 1, between, row * toSize, 1, taps, values)
  }
  for (let band = 0; band < bandCount; band++) {
    for (let col = 0; col < toSize; col++) {
      const from = band * fromSize * toSize + col
      resampleLine(between, from, toSize, result, band * toSize * toSize + col, toSize, taps, values)
    }
  }
  return result
}

function resampleLine(
  from: Float32Array,
  fromStart: number,
  fromStep: number,
  to: Float32Array,
  toStart: number,
  toStep: number,
  taps: Taps,
  values: PixelValues,
): void {
  for (let i = 0; i < taps.first.length; i++) {
    const first = fromStart + taps.first[i]! * fromStep
    const count = taps.count[i]!
    let sum = values === 'uint8' ? fixedPoint / 2 : 0
    for (let k = 0; k < count; k++) sum += from[first + k * fromStep]! * taps.weights[i * taps.width + k]!
    to[toStart + i * toStep] = values === 'uint8' ? Math.min(255, Math.max(0, Math.floor(sum / fixedPoint))) : sum
  }
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
