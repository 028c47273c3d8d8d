import { LegacyRandom } from '../random/legacy-random.ts'
import type { Split } from './split.ts'

export interface ShuffleSplitsOptions {
  readonly count: number
  /** of the samples, rounded up to whole ones */
  readonly testFraction: number
  readonly seed: number
}

/**
 * Repeated random splits, equal to scikit-learn's `ShuffleSplit(n_splits, test_size, random_state)`: one permutation a split from
 * one stream, its beginning the test part.
 * @throws RangeError when a part would be empty
 */
export function shuffleSplits(sampleCount: number, { count, testFraction, seed }: ShuffleSplitsOptions): Split[] {
  const testCount = Math.ceil(testFraction * sampleCount)
  if (testCount < 1 || testCount >= sampleCount) {
    throw new RangeError(`splits: expected samples for both parts, got ${sampleCount} of which ${testCount} are tested`)
  }
  const random = new LegacyRandom(seed)
  return Array.from({ length: count }, () => {
    const order = random.permutation(sampleCount)
    return { train: order.subarray(testCount), test: order.subarray(0, testCount) }
  })
}
