/** Counts of a histogram. */
const BINS = 64

export interface ValueSpread {
  readonly low: number
  readonly high: number
  /** 2nd and 98th percentile */
  readonly middle: readonly [number, number]
  /** counts in equal steps from `low` to `high`; the last step has its end too */
  readonly histogram: number[]
}

/** How values lie; NaN is passed over, and without any value all is 0. */
export function valueSpread(values: Float32Array): ValueSpread {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort()
  const histogram = new Array<number>(BINS).fill(0)
  const [low, high] = [sorted[0] ?? 0, sorted.at(-1) ?? 0]
  const step = (high - low) / BINS
  for (const value of sorted) histogram[step > 0 ? Math.min(BINS - 1, Math.floor((value - low) / step)) : 0]!++
  return { low, high, middle: [percentile(sorted, 0.02), percentile(sorted, 0.98)], histogram }
}

/** Linear between the two nearest, as numpy.percentile does. */
function percentile(sorted: Float32Array, fraction: number): number {
  if (sorted.length === 0) return 0
  const at = fraction * (sorted.length - 1)
  const below = sorted[Math.floor(at)]!
  return below + (sorted[Math.ceil(at)]! - below) * (at - Math.floor(at))
}
