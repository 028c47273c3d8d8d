// The steps that treat every pixel alone, on planar float32 (bands, rows, cols), in place.
// Each arithmetic operation rounds to float32, because torch and numpy do and golden values are exact.

import type { PointwiseStep } from '../recipe-step.ts'

/** Pixels beyond a clip (or below a dB floor), counted per band. */
export interface ClipCounts {
  readonly low: Float64Array
  readonly high: Float64Array
}

export interface PointwiseOptions {
  readonly bandCount: number
  /** 1 = do not count this pixel; length `pixels.length / bandCount` */
  readonly ignore?: Uint8Array | undefined
  readonly counts?: ClipCounts | undefined
}

interface Counting extends PointwiseOptions {
  /** 1 = counted by an earlier step; as `pixels` */
  readonly counted?: Uint8Array | undefined
}

/**
 * Applies `steps` in order to `pixels`, in place.
 * @param pixels planar, `bandCount` bands of equal length
 */
export function applyPointwise(pixels: Float32Array, steps: readonly PointwiseStep[], options: PointwiseOptions): void {
  const perBand = pixels.length / options.bandCount
  const isCountedTwice = options.counts !== undefined && steps.filter(({ step }) => countingSteps.has(step)).length > 1
  const marks = isCountedTwice ? new Uint8Array(pixels.length) : undefined
  for (const step of steps) {
    for (let band = 0; band < options.bandCount; band++) {
      const [from, to] = [band * perBand, (band + 1) * perBand]
      applyToPlane(pixels.subarray(from, to), step, band, { ...options, counted: marks?.subarray(from, to) })
    }
  }
}

/** Steps that count; a pixel beyond a dB floor is beyond the clip that follows too, and counts once. */
const countingSteps: ReadonlySet<PointwiseStep['step']> = new Set(['clip', 'db', 'to-uint8'])

function applyToPlane(plane: Float32Array, step: PointwiseStep, band: number, options: Counting): void {
  switch (step.step) {
    case 'scale':
      scalePlane(plane, step.multiply, step.divide)
      break
    case 'offset':
      addToPlane(plane, valueFor(step.add, band))
      break
    case 'clip':
      countBeyond(plane, step.low, step.high, band, options)
      clampPlane(plane, step.low, step.high)
      break
    case 'db':
      countBeyond(plane, step.floor, Number.POSITIVE_INFINITY, band, options)
      toDecibel(plane, step.floor)
      break
    case 'from-db':
      mapPlane(plane, (x) => 10 ** (x / 10))
      break
    case 'power':
      mapPlane(plane, (x) => Math.max(x, 0) ** step.exponent)
      break
    case 'to-uint8':
      countBeyond(plane, 0, 255, band, options)
      toUint8(plane, step.rounding)
      break
    case 'normalise':
      normalisePlane(plane, valueFor(step.mean, band), valueFor(step.std, band))
      break
    case 'min-max': {
      const low = valueFor(step.low, band)
      normalisePlane(plane, low, Math.fround(valueFor(step.high, band)) - Math.fround(low))
      break
    }
  }
}

function valueFor(perBand: number | readonly number[], band: number): number {
  return typeof perBand === 'number' ? perBand : (perBand[band] ?? Number.NaN)
}

function mapPlane(plane: Float32Array, change: (x: number) => number): void {
  for (let i = 0; i < plane.length; i++) plane[i] = change(plane[i]!)
}

function scalePlane(plane: Float32Array, multiply: number, divide: number): void {
  const m = Math.fround(multiply)
  const d = Math.fround(divide)
  for (let i = 0; i < plane.length; i++) plane[i] = Math.fround(plane[i]! / d) * m
}

function addToPlane(plane: Float32Array, add: number): void {
  const a = Math.fround(add)
  for (let i = 0; i < plane.length; i++) plane[i] = plane[i]! + a
}

function clampPlane(plane: Float32Array, low: number, high: number): void {
  for (let i = 0; i < plane.length; i++) {
    plane[i] = Math.min(high, Math.max(low, plane[i]!))
  }
}

function toDecibel(plane: Float32Array, floor: number): void {
  const lowest = Math.fround(floor)
  for (let i = 0; i < plane.length; i++) plane[i] = 10 * Math.fround(Math.log10(Math.max(plane[i]!, lowest)))
}

function toUint8(plane: Float32Array, rounding: 'truncate' | 'nearest'): void {
  for (let i = 0; i < plane.length; i++) {
    const x = Math.min(255, Math.max(0, plane[i]!))
    plane[i] = Math.floor(rounding === 'nearest' ? x + 0.5 : x)
  }
}

function normalisePlane(plane: Float32Array, mean: number, std: number): void {
  const m = Math.fround(mean)
  const s = Math.fround(std)
  for (let i = 0; i < plane.length; i++) plane[i] = Math.fround(plane[i]! - m) / s
}

function countBeyond(plane: Float32Array, low: number, high: number, band: number, options: Counting): void {
  const { counts, ignore, counted } = options
  if (counts === undefined) return
  let below = 0
  let above = 0
  for (let i = 0; i < plane.length; i++) {
    if (ignore !== undefined && ignore[i] === 1) continue
    const x = plane[i]!
    if ((x >= low && x <= high) || counted?.[i] === 1) continue
    if (x < low) below++
    else if (x > high) above++
    if (counted !== undefined) counted[i] = 1
  }
  counts.low[band] = (counts.low[band] ?? 0) + below
  counts.high[band] = (counts.high[band] ?? 0) + above
}
