// Cosines near 1 differ in their distance from 1: histograms count in powers of ten of 1 - cosine, the best on the right.

/** 1 - cosine from 10 to 1e-8, two bins a power of ten */
const binsPerDecade = 2
const decades = { worst: 1, best: -8 }
export const binCount = (decades.worst - decades.best) * binsPerDecade

/** Number of cosines in each bin; those beyond the range are in the first or last. */
export function cosineHistogram(cosines: readonly number[]): number[] {
  const counts = new Array<number>(binCount).fill(0)
  for (const cosine of cosines) counts[binOf(cosine)]! += 1
  return counts
}

function binOf(cosine: number): number {
  const exponent = Math.log10(Math.max(1 - cosine, 10 ** (decades.best - 1)))
  const bin = Math.floor((decades.worst - exponent) * binsPerDecade)
  return Math.min(binCount - 1, Math.max(0, bin))
}

/** Exponents of 1 - cosine at the left edges of the bins, for axes: 1, 0.5, 0, ... */
export function binEdge(bin: number): number {
  return decades.worst - bin / binsPerDecade
}

/** As many digits as the distance from 1 needs: `0.830`, `0.999980`. */
export function cosineText(value: number): string {
  const digits = Math.ceil(-Math.log10(Math.max(1e-9, 1 - value))) + 1
  return value.toFixed(Math.min(9, Math.max(3, digits)))
}
