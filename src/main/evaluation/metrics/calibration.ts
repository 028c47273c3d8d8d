// Whether probabilities mean what they say.

export interface ReliabilityBin {
  /** mean probability and share that came true, of the samples in the bin */
  readonly probability: number
  readonly frequency: number
  readonly count: number
}

export interface Calibration {
  /** bins of equal width over [0, 1], empty ones left out */
  readonly bins: readonly ReliabilityBin[]
  /** expected calibration error: mean distance of probability and share, weighted by the samples of the bins */
  readonly error: number
}

const BINS = 10

/** @param cameTrue 1 or 0 a probability */
export function calibrationOf(probabilities: ArrayLike<number>, cameTrue: ArrayLike<number>): Calibration {
  const sums = Array.from({ length: BINS }, () => ({ probability: 0, hits: 0, count: 0 }))
  for (let i = 0; i < probabilities.length; i++) {
    const bin = sums[Math.min(BINS - 1, Math.floor(probabilities[i]! * BINS))]!
    bin.probability += probabilities[i]!
    bin.hits += cameTrue[i]!
    bin.count++
  }
  const bins = sums
    .filter(({ count }) => count > 0)
    .map(({ probability, hits, count }) => ({ probability: probability / count, frequency: hits / count, count }))
  const error = bins.reduce(
    (sum, { probability, frequency, count }) =>
      sum + (count / probabilities.length) * Math.abs(probability - frequency),
    0,
  )
  return { bins, error }
}

/** Mean over the samples of the squared distance of their probabilities to the truth, summed over the columns. */
export function brierScore(probabilities: ArrayLike<number>, truth: ArrayLike<number>, columnCount: number): number {
  let sum = 0
  for (let i = 0; i < probabilities.length; i++) sum += (probabilities[i]! - truth[i]!) ** 2
  return (sum * columnCount) / probabilities.length
}
