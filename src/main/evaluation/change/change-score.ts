// How unusual a step is. Seasons, light and clouds lower every cosine between two dates alike, so a step is held against the
// other steps between the same two dates: robust deviations from their median, of the logarithm of the distance.

import { quantile } from '../metrics/bootstrap.ts'
import type { DateStep } from './date-series.ts'

/** Fewer steps between two dates tell no spread: all steps of the set stand in for them. */
const FEWEST_NEIGHBOURS = 20
/** Below this distance two vectors are the same but for rounding. */
const SMALLEST_DISTANCE = 1e-6
/** Makes the median deviation that of a normal distribution. */
const NORMAL_MAD = 1.4826

/** One score a step; higher is more changed. */
export function changeScores(steps: readonly DateStep[]): Float64Array {
  const distances = Float64Array.from(steps, ({ cosine }) => Math.log(Math.max(SMALLEST_DISTANCE, 1 - cosine)))
  const groups = new Map<string, number[]>()
  steps.forEach(({ datePair }, index) => {
    const others = groups.get(datePair)
    if (others === undefined) groups.set(datePair, [index])
    else others.push(index)
  })
  const usual = spreadOf(distances)
  const scores = new Float64Array(steps.length)
  for (const members of groups.values()) {
    const around = members.length < FEWEST_NEIGHBOURS ? usual : spreadOf(members.map((index) => distances[index]!))
    for (const index of members) scores[index] = (distances[index]! - around.median) / around.deviation
  }
  return scores
}

function spreadOf(values: ArrayLike<number>): { median: number; deviation: number } {
  const median = quantile(Float64Array.from(values).sort(), 0.5)
  const deviation = quantile(Float64Array.from(values, (value) => Math.abs(value - median)).sort(), 0.5) * NORMAL_MAD
  // half of the steps exactly alike tell no spread: one unit of the logarithm stands for it
  return { median, deviation: deviation > 0 ? deviation : 1 }
}

/**
 * Score above which a step is called a change, so that about `falseAlarms` of the stable steps lie above it. Changes crowd the upper
 * end, so the spread of stable steps is told from the lower half and mirrored at the median.
 */
export function changeThreshold(scores: Float64Array, falseAlarms: number): number {
  const sorted = scores.toSorted()
  const median = quantile(sorted, 0.5)
  return 2 * median - quantile(sorted, falseAlarms)
}
