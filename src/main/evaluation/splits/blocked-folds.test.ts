import { describe, expect, it } from 'vitest'
import { distanceKm } from '../../search/great-circle.ts'
import { readEvaluationFixture } from '../fixture.ts'
import { blockedFolds } from './blocked-folds.ts'

interface PlacesFixture {
  readonly lat: readonly number[]
  readonly lon: readonly number[]
  /** the others within 50 km, by scikit-learn's haversine distances */
  readonly within50km: readonly (readonly number[])[]
}

const fixture = readEvaluationFixture<PlacesFixture>('places')
const places = { lat: Float64Array.from(fixture.lat), lon: Float64Array.from(fixture.lon) }
const count = fixture.lat.length

describe('blocked folds', () => {
  const options = { foldCount: 4, blockKm: 120, bufferKm: 0, seed: 1 }

  it('test every sample once and keep a block together', () => {
    const { splits, blockOfSample, blockCount } = blockedFolds(places, options)
    const tested = splits.flatMap(({ test }) => [...test])
    expect(tested.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, sample) => sample))
    expect(blockCount).toBeGreaterThan(20)
    for (const { test, train } of splits) {
      const blocks = new Set([...test].map((sample) => blockOfSample[sample]))
      expect([...train].some((sample) => blocks.has(blockOfSample[sample]))).toBe(false)
      expect(train.length + test.length).toBe(count)
    }
  })

  it('hold folds of about equal size, the same for the same seed', () => {
    const { splits } = blockedFolds(places, options)
    for (const { test } of splits) expect(Math.abs(test.length - count / 4)).toBeLessThan(count / 12)
    expect(blockedFolds(places, options).splits).toEqual(splits)
    expect(blockedFolds(places, { ...options, seed: 2 }).splits).not.toEqual(splits)
  })

  it('make blocks that are no longer than their diagonal', () => {
    const { blockOfSample } = blockedFolds(places, options)
    const { lat, lon } = places
    for (let a = 0; a < count; a++) {
      for (let b = a + 1; b < count; b++) {
        if (blockOfSample[a] !== blockOfSample[b] || Math.abs(lat[a]!) > 85) continue
        expect(distanceKm(lat[a]!, lon[a]!, lat[b]!, lon[b]!)).toBeLessThan(120 * 1.6)
      }
    }
  })

  it('leave out exactly the training samples within the buffer, across the antimeridian and at the poles too', () => {
    const without = blockedFolds(places, options).splits
    const { splits } = blockedFolds(places, { ...options, bufferKm: 50 })
    let leftOut = 0
    for (const [fold, { train, test }] of splits.entries()) {
      const tested = new Set(test)
      const isNear = (sample: number) => fixture.within50km[sample]!.some((other) => tested.has(other))
      expect([...train]).toEqual([...without[fold]!.train].filter((sample) => !isNear(sample)))
      leftOut += count - train.length - test.length
    }
    expect(leftOut).toBeGreaterThan(50)
  })

  it('refuse fewer blocks than folds', () => {
    const two = { lat: Float64Array.of(10, 10.001, 40), lon: Float64Array.of(5, 5.001, 5) }
    expect(() => blockedFolds(two, { ...options, foldCount: 3 })).toThrow(
      'folds: expected at least one block a fold, got 2 blocks of 120 km for 3 folds; choose smaller blocks',
    )
  })
})
