import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readEvaluationFixture } from '../fixture.ts'
import { LegacyRandom } from '../random/legacy-random.ts'
import { kFolds, stratifiedFolds } from './folds.ts'
import { shuffleSplits } from './shuffle-splits.ts'
import type { Split } from './split.ts'

interface SplitsFixture {
  readonly draws: readonly {
    readonly seed: number
    readonly uint32: readonly number[]
    readonly uniform: readonly number[]
    readonly permutation: readonly number[]
  }[]
  readonly permutations20: readonly (readonly number[])[]
  readonly shuffleSplits: readonly {
    readonly count: number
    readonly train: readonly string[]
    readonly test: readonly string[]
    readonly firstTest: readonly number[]
  }[]
  readonly labels: readonly number[]
  readonly kFolds: readonly (readonly number[])[]
  readonly stratifiedFolds: readonly (readonly number[])[]
}

const fixture = readEvaluationFixture<SplitsFixture>('splits')

/** sha256 of the indices as little-endian int32 */
function digest(indices: Int32Array): string {
  const bytes = new DataView(new ArrayBuffer(indices.length * 4))
  indices.forEach((index, at) => {
    bytes.setInt32(at * 4, index, true)
  })
  return createHash('sha256').update(bytes).digest('hex')
}

const testsOf = (splits: readonly Split[]) => splits.map(({ test }) => [...test])

describe('the legacy generator', () => {
  for (const { seed, uint32, uniform, permutation } of fixture.draws) {
    it(`draws what numpy draws from seed ${seed}`, () => {
      const random = new LegacyRandom(seed)
      expect(uint32.map(() => random.uint32())).toEqual(uint32)
      const doubles = Array.from({ length: 700 }, () => random.uniform())
      expect(doubles.slice(-3)).toEqual(uniform)
      expect([...random.permutation(20)]).toEqual(permutation)
    })
  }

  it('gives the two permutations of 20 that the reference of the protocol names', () => {
    const random = new LegacyRandom(42)
    const named = [
      [0, 17, 15, 1, 8, 5, 11, 3, 18, 16, 13, 2, 9, 19, 4, 12, 7, 10, 14, 6],
      [19, 16, 15, 5, 4, 12, 14, 7, 3, 6, 2, 9, 13, 10, 18, 8, 17, 11, 0, 1],
    ]
    expect(fixture.permutations20).toEqual(named)
    for (const permutation of named) expect([...random.permutation(20)]).toEqual(permutation)
  })
})

describe('shuffle splits', () => {
  for (const { count, train, test, firstTest } of fixture.shuffleSplits) {
    it(`of ${count} samples are the 40 of scikit-learn`, () => {
      const splits = shuffleSplits(count, { count: 40, testFraction: 0.1, seed: 42 })
      expect([...splits[0]!.test.subarray(0, 10)]).toEqual(firstTest)
      expect(splits.map((split) => digest(split.train))).toEqual(train)
      expect(splits.map((split) => digest(split.test))).toEqual(test)
    })
  }

  it('refuse samples that are too few for two parts', () => {
    expect(() => shuffleSplits(1, { count: 1, testFraction: 0.1, seed: 42 })).toThrow(
      'splits: expected samples for both parts, got 1 of which 1 are tested',
    )
  })
})

describe('folds', () => {
  const options = { foldCount: 5, seed: 7 }

  it('are those of KFold', () => {
    expect(testsOf(kFolds(fixture.labels.length, options))).toEqual(fixture.kFolds)
  })

  it('are those of StratifiedKFold', () => {
    expect(testsOf(stratifiedFolds(Int32Array.from(fixture.labels), options))).toEqual(fixture.stratifiedFolds)
  })

  it('have every sample once in a test part and never in both parts', () => {
    for (const { train, test } of kFolds(53, options)) {
      expect(new Set([...train, ...test]).size).toBe(53)
    }
    expect(
      testsOf(kFolds(53, options))
        .flat()
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 53 }, (_, i) => i))
  })

  it('refuse fewer samples than folds', () => {
    expect(() => kFolds(4, options)).toThrow('folds: expected at least one sample a fold, got 4 samples for 5 folds')
  })
})
