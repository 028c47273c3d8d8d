/** Cosine of the angle between two vectors of one length, in float64; 0 when one of them has no direction (zero, NaN). */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!
    aa += a[i]! ** 2
    bb += b[i]! ** 2
  }
  const value = ab / Math.sqrt(aa * bb)
  return Number.isFinite(value) ? value : 0
}

/** rounding of float32 alone makes 1 - cosine about this large */
const smallestDistance = 1e-12

/**
 * How many digits two vectors agree to: -log10 of 1 - cosine, at most 12. Differences of cosines mean much where they are near
 * 1 and little elsewhere, and a few unlike fragments would decide their mean; digits weigh every fragment alike.
 */
export function digitsOf(cosine: number): number {
  return -Math.log10(Math.max(1 - cosine, smallestDistance))
}

export function meanDigits(cosines: readonly number[]): number {
  return meanOf(cosines.map(digitsOf))
}

export interface Distribution {
  readonly count: number
  readonly mean: number
  readonly median: number
  readonly min: number
  readonly max: number
  /** 5th, 25th, 75th and 95th percentile, between the two nearest values */
  readonly p5: number
  readonly p25: number
  readonly p75: number
  readonly p95: number
}

/** @param values at least one */
export function distributionOf(values: readonly number[]): Distribution {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (fraction: number) => {
    const position = fraction * (sorted.length - 1)
    const below = sorted[Math.floor(position)]!
    return below + (sorted[Math.ceil(position)]! - below) * (position % 1)
  }
  return {
    ...{ count: values.length, mean: meanOf(values), median: at(0.5), min: at(0), max: at(1) },
    ...{ p5: at(0.05), p25: at(0.25), p75: at(0.75), p95: at(0.95) },
  }
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * Standard error of the mean of paired differences. Fragments of one cell are not independent: the larger of the error that
 * takes them as such and the one between cells is given.
 * @param cells which cell each difference is of
 * @returns infinity for fewer than two differences
 */
export function standardError(differences: readonly number[], cells: readonly number[]): number {
  const count = differences.length
  if (count < 2) return Number.POSITIVE_INFINITY
  const mean = meanOf(differences)
  const between = new Map<number, number>()
  let within = 0
  for (const [i, difference] of differences.entries()) {
    within += (difference - mean) ** 2
    between.set(cells[i]!, (between.get(cells[i]!) ?? 0) + difference - mean)
  }
  const ofFragments = Math.sqrt(within / (count - 1) / count)
  if (between.size < 2) return ofFragments
  const clustered = [...between.values()].reduce((sum, total) => sum + total ** 2, 0)
  return Math.max(ofFragments, Math.sqrt((clustered * between.size) / (between.size - 1)) / count)
}
