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

const blocks = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** One character a bin. */
export function histogramText(counts: readonly number[]): string {
  const most = Math.max(...counts, 1)
  return `[${counts.map((count) => blocks[Math.ceil((count / most) * (blocks.length - 1))]).join('')}]`
}

/** Head of the column of `histogramText`: what 1 - cosine is at both ends. */
export const histogramEdges = '10 1-cosine to 1e-8 '.padEnd(binCount + 2)
