import { LegacyRandom } from '../random/legacy-random.ts'

export interface Interval {
  readonly low: number
  readonly high: number
}

const RESAMPLES = 1000

/**
 * 95 % interval of a score by the bootstrap (percentiles of resamples with replacement; Efron 1979). Samples of one group are
 * drawn together: neighbours on the ground are no independent evidence.
 * @param groupOfSample absent: every sample stands alone
 * @param score of chosen samples, in any order and repeated
 */
export function bootstrapInterval(
  sampleCount: number,
  score: (samples: Int32Array) => number,
  { seed, groupOfSample }: { readonly seed: number; readonly groupOfSample?: Int32Array | undefined },
): Interval {
  const groups = groupsOf(sampleCount, groupOfSample)
  const random = new LegacyRandom(seed)
  const scores: number[] = []
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const drawn = groups.map(() => groups[random.upTo(groups.length - 1)]!)
    const value = score(Int32Array.from(drawn.flat()))
    if (!Number.isNaN(value)) scores.push(value)
  }
  scores.sort((a, b) => a - b)
  return { low: quantile(scores, 0.025), high: quantile(scores, 0.975) }
}

function groupsOf(sampleCount: number, groupOfSample: Int32Array | undefined): (readonly number[])[] {
  if (groupOfSample === undefined) return Array.from({ length: sampleCount }, (_, sample) => [sample])
  const groups = new Map<number, number[]>()
  groupOfSample.forEach((group, sample) => {
    const others = groups.get(group)
    if (others === undefined) groups.set(group, [sample])
    else others.push(sample)
  })
  return [...groups.values()]
}

/** Linear between the two values around it, as numpy's default; NaN of nothing. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const low = sorted[below]!
  return low + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - low)
}
