// Three components as red, green and blue, 8 bits each, with equal mean intensity of the three colours as in the
// Major TOM embeddings paper (section 5.3: "mean intensity scaled to be the same for all three colours").

import type { PrincipalComponents } from './principal-components.ts'

/** Of many cells, values below and above these percentiles are shown as 0 and 255. */
export const shownPercentiles = [2, 98] as const

/**
 * With fewer cells the percentiles lie between the two outermost ones, and equal means would make one cell black and
 * another one dim: each channel then spans the cells from a dark to a bright intensity, without a gain.
 */
export const fewCells = 50
/** Intensities of the outermost of few cells: seen on the dark globe and on the light one. */
const fewCellsShown = { darkest: 48, brightest: 232 } as const

export interface ChannelRange {
  readonly low: number
  readonly high: number
  /** factor on the intensity after stretching low..high to 0..255 */
  readonly gain: number
}

export interface ComponentColours {
  /** RGB, three bytes a row in the order of `rows` */
  readonly rgb: Uint8Array
  readonly ranges: readonly ChannelRange[]
  /** of the values, between which a channel goes from its darkest to its brightest */
  readonly percentiles: readonly [low: number, high: number]
}

/** Scores of chosen rows: `rows.length x count`, row-major. */
export function componentScores(
  vectors: Float32Array,
  rows: ArrayLike<number>,
  components: PrincipalComponents,
): Float64Array {
  const { axes, count, dimensions, mean } = components
  const scores = new Float64Array(rows.length * count)
  for (let index = 0; index < rows.length; index++) {
    const start = rows[index]! * dimensions
    for (let axis = 0; axis < count; axis++) {
      let sum = 0
      for (let i = 0; i < dimensions; i++) sum += (vectors[start + i]! - mean[i]!) * axes[axis * dimensions + i]!
      scores[index * count + axis] = sum
    }
  }
  return scores
}

/**
 * Colours of scored rows. Components beyond the data's own (two cells have one) are rounding noise and shown as mid grey.
 * @param scores `count x components`, row-major
 * @param weights how many texels a row fills: the mean intensities are equal over the texels
 */
export function componentColours(
  scores: Float64Array,
  components: number,
  weights: ArrayLike<number>,
): ComponentColours {
  const count = weights.length
  const rgb = new Uint8Array(count * 3).fill(128)
  const values = Array.from({ length: Math.min(3, components) }, (_, channel) =>
    Float64Array.from({ length: count }, (_, index) => scores[index * components + channel]!),
  )
  const noise = NOISE_SHARE * Math.max(...values.map(largestMagnitude))
  const areFew = count < fewCells
  const rangeOf = areFew ? widenedRange : percentileRange
  const channels = values.map((channel) => stretched(channel, rangeOf(channel), noise))
  const target = sharedMean(
    channels.map(({ shown }) => shown),
    weights,
  )
  const ranges = channels.map(({ shown, low, high }, channel) => {
    const gain = areFew ? 1 : gainFor(shown, weights, target)
    for (let index = 0; index < count; index++)
      rgb[index * 3 + channel] = Math.round(Math.min(255, shown[index]! * gain))
    return { low, high, gain }
  })
  return { rgb, ranges, percentiles: areFew ? [0, 100] : shownPercentiles }
}

/** Scores below this share of the largest come from rounding, not from the data. */
const NOISE_SHARE = 1e-9

function largestMagnitude(values: Float64Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
}

type Range = readonly [low: number, high: number]

function percentileRange(values: Float64Array): Range {
  const sorted = values.slice().sort()
  return [percentile(sorted, shownPercentiles[0]), percentile(sorted, shownPercentiles[1])]
}

/** Low and high such that the least value is shown as the darkest and the largest as the brightest intensity. */
function widenedRange(values: Float64Array): Range {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const { darkest, brightest } = fewCellsShown
  const perLevel = (most - least) / (brightest - darkest)
  return [least - darkest * perLevel, most + (255 - brightest) * perLevel]
}

function stretched(
  values: Float64Array,
  [low, high]: Range,
  noise: number,
): { low: number; high: number; shown: Float64Array } {
  const scale = high - low > noise ? 255 / (high - low) : 0
  const shown = values.map((value) => (scale === 0 ? 128 : Math.min(255, Math.max(0, (value - low) * scale))))
  return { low, high, shown }
}

/** Linear interpolation between order statistics, as numpy.percentile does. */
function percentile(sorted: Float64Array, percent: number): number {
  if (sorted.length === 0) return 0
  const position = (percent / 100) * (sorted.length - 1)
  const below = Math.floor(position)
  const above = Math.min(sorted.length - 1, below + 1)
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (position - below)
}

/** A gain may push at most this share of the texels beyond 255 (2 % are there by the percentiles). */
const MOST_CLIPPED = 0.06
const TARGET_STEPS = 32

/**
 * The mean intensity that all channels are brought to: that of the middle one, or lower, down to the darkest channel's,
 * where the darkest would otherwise lose its bright end.
 */
function sharedMean(channels: readonly Float64Array[], weights: ArrayLike<number>): number {
  const means = channels.map((shown) => weightedMean(shown, weights, 1)).sort((a, b) => a - b)
  const lowest = means[0] ?? 0
  const middle = means[Math.floor(means.length / 2)] ?? 0
  for (let step = 0; step < TARGET_STEPS; step++) {
    const target = middle + ((lowest - middle) * step) / TARGET_STEPS
    const isClear = channels.every(
      (shown) => clippedShare(shown, weights, gainFor(shown, weights, target)) <= MOST_CLIPPED,
    )
    if (isClear) return target
  }
  return lowest
}

function clippedShare(shown: Float64Array, weights: ArrayLike<number>, gain: number): number {
  let clipped = 0
  let total = 0
  for (let index = 0; index < shown.length; index++) {
    if (shown[index]! * gain > 255) clipped += weights[index]!
    total += weights[index]!
  }
  return total === 0 ? 0 : clipped / total
}

/** Gain that brings the mean of the clipped, rounded intensities to `target`; found by bisection, the mean grows with it. */
function gainFor(shown: Float64Array, weights: ArrayLike<number>, target: number): number {
  let low = 0
  let high = 16
  for (let round = 0; round < 40; round++) {
    const gain = (low + high) / 2
    if (weightedMean(shown, weights, gain) < target) low = gain
    else high = gain
  }
  return (low + high) / 2
}

function weightedMean(shown: Float64Array, weights: ArrayLike<number>, gain: number): number {
  let sum = 0
  let total = 0
  for (let index = 0; index < shown.length; index++) {
    sum += Math.min(255, shown[index]! * gain) * weights[index]!
    total += weights[index]!
  }
  return total === 0 ? 0 : sum / total
}
