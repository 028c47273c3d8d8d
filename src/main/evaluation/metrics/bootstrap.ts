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
  const random = new LegacyRandom(seed)
  const draw = groupOfSample === undefined ? drawSamples(sampleCount, random) : drawGroups(groupOfSample, random)
  const scores: number[] = []
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const value = score(draw())
    if (!Number.isNaN(value)) scores.push(value)
  }
  scores.sort((a, b) => a - b)
  return { low: quantile(scores, 0.025), high: quantile(scores, 0.975) }
}

function drawSamples(sampleCount: number, random: LegacyRandom): () => Int32Array {
  return () => {
    const drawn = new Int32Array(sampleCount)
    for (let i = 0; i < sampleCount; i++) drawn[i] = random.upTo(sampleCount - 1)
    return drawn
  }
}

function drawGroups(groupOfSample: Int32Array, random: LegacyRandom): () => Int32Array {
  const groups = new Map<number, number[]>()
  groupOfSample.forEach((group, sample) => {
    const others = groups.get(group)
    if (others === undefined) groups.set(group, [sample])
    else others.push(sample)
  })
  const members = [...groups.values()]
  return () => Int32Array.from(members.flatMap(() => members[random.upTo(members.length - 1)]!))
}

/** Linear between the two values around it, as numpy's default; NaN of nothing. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const low = sorted[below]!
  return low + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - low)
}
