import { binCount } from '../../shared/cosines.ts'

const blocks = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** One character a bin. @param counts as `cosineHistogram` gives them */
export function histogramText(counts: readonly number[]): string {
  const most = Math.max(...counts, 1)
  return `[${counts.map((count) => blocks[Math.ceil((count / most) * (blocks.length - 1))]).join('')}]`
}

/** Head of the column of `histogramText`: what 1 - cosine is at both ends. */
export const histogramEdges = '10 1-cosine to 1e-8 '.padEnd(binCount + 2)
