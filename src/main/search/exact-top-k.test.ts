import { describe, expect, it } from 'vitest'
import { readSearchFixture, spoiledVectors } from '../bytes/fixture-vectors.ts'
import { exactTopK } from './exact-top-k.ts'
import { distanceKm } from './great-circle.ts'
import { type Metric, queryFromRows, queryFromVector, type WeightedRow } from './query-vector.ts'
import { countInMask, rowMask } from './row-mask.ts'
import { centreOf, createVectorTable, meanPairwiseCosine } from './vector-table.ts'

interface SearchFixture {
  seed: number
  count: number
  dimensions: number
  nanCount: number
  zeroCount: number
  mean: number[]
  meanPairwiseCosine: number
  groups: number[]
  cases: {
    metric: Metric
    examples: WeightedRow[]
    topK: number
    everyThird?: boolean
    groups?: boolean
    rows: number[]
    scores: number[]
    compared: number
  }[]
  distancesKm: { places: [number, number, number, number]; km: number }[]
}

const truth = readSearchFixture<SearchFixture>('search')
const table = createVectorTable(
  spoiledVectors(truth.seed, truth.count, truth.dimensions),
  truth.count,
  truth.dimensions,
)
const centre = centreOf(table)
/** Rows of ones but for 3 and 19, which are alike; more than one block of the scan. */
const wide = createVectorTable(
  new Float32Array(20 * 500_000)
    .fill(1)
    .fill(2, 3 * 500_000, 3 * 500_000 + 9)
    .fill(2, 19 * 500_000, 19 * 500_000 + 9),
  20,
  500_000,
)
const meanFor = (metric: Metric) => (metric === 'cosine-centred' ? centre.mean : undefined)

describe('exactTopK', () => {
  for (const [index, one] of truth.cases.entries()) {
    const kind = one.everyThird ? 'masked' : one.groups ? 'one a group' : `top ${one.topK}`
    it(`agrees with scikit-learn: ${one.metric}, ${one.examples.length} examples, ${kind} (case ${index})`, async () => {
      const query = queryFromRows(table, one.examples, one.metric, meanFor(one.metric))
      const answer = await exactTopK(table, query, {
        topK: one.topK,
        metric: one.metric,
        centre,
        ...(one.everyThird ? { mask: rowMask(table.count, (row) => row % 3 === 0) } : {}),
        ...(one.groups ? { groupOfRow: Int32Array.from(truth.groups) } : {}),
      })
      expect(answer.compared).toBe(one.compared)
      expect([...answer.rows]).toEqual(one.rows)
      for (const [rank, score] of one.scores.entries()) expect(answer.scores[rank]).toBeCloseTo(score, 9)
    })
  }

  it('gives the same answer in many blocks as in one, and pauses between them', async () => {
    const query = queryFromRows(wide, [{ row: 3, weight: 1 }], 'cosine', undefined)
    let pauses = 0
    const answer = await exactTopK(wide, query, { topK: 3, metric: 'cosine', pause: async () => void pauses++ })
    expect(pauses).toBe(4)
    expect([...answer.rows]).toEqual([3, 19, 0])
  })

  it('stops at the next block when its signal is aborted', async () => {
    const controller = new AbortController()
    const query = queryFromRows(wide, [{ row: 3, weight: 1 }], 'cosine', undefined)
    const pause = async () => controller.abort()
    await expect(
      exactTopK(wide, query, { topK: 3, metric: 'cosine', pause, signal: controller.signal }),
    ).rejects.toThrow(/abort/)
  })

  it('returns nothing when the mask is empty', async () => {
    const query = queryFromRows(table, [{ row: 3, weight: 1 }], 'cosine', undefined)
    const answer = await exactTopK(table, query, { topK: 5, metric: 'cosine', mask: rowMask(table.count, () => false) })
    expect(answer).toMatchObject({ compared: 0, rows: new Uint32Array(0) })
  })
})

describe('createVectorTable', () => {
  it('counts NaN, infinite and zero rows and leaves them out of the mean', () => {
    expect(table).toMatchObject({ nanCount: truth.nanCount, zeroCount: truth.zeroCount })
    for (const [index, value] of truth.mean.entries()) expect(centre.mean[index]).toBeCloseTo(value, 12)
  })

  it('refuses vectors that do not fill the table', () => {
    expect(() => createVectorTable(new Float32Array(7), 2, 4)).toThrow('expected 2 x 4 values, got 7')
  })

  it('knows the mean cosine over all pairs', () => {
    expect(meanPairwiseCosine(table)).toBeCloseTo(truth.meanPairwiseCosine, 12)
    expect(meanPairwiseCosine(createVectorTable(new Float32Array([1, 2]), 1, 2))).toBeUndefined()
  })
})

describe('query vectors', () => {
  it('say which row cannot be an example', () => {
    expect(() => queryFromRows(table, [{ row: 13, weight: 1 }], 'cosine', undefined)).toThrow(/row 13 has a vector/)
    expect(() => queryFromRows(table, [{ row: 300, weight: 1 }], 'cosine', undefined)).toThrow(/below 300, got 300/)
  })

  it('say that examples cancel out', () => {
    const examples = [
      { row: 3, weight: 1 },
      { row: 7, weight: -1 },
    ]
    expect(() => queryFromRows(table, examples, 'cosine', undefined)).toThrow(/no direction/)
    expect(() => queryFromRows(table, [{ row: 3, weight: -1 }], 'l2', undefined)).toThrow(/positive weight/)
  })

  it('of the wrong length or with NaN are refused', () => {
    expect(() => queryFromVector(table, [1, 2], 'cosine', undefined)).toThrow(/19 values as in the set, got 2/)
    const nan = new Array<number>(19).fill(Number.NaN)
    expect(() => queryFromVector(table, nan, 'cosine', undefined)).toThrow(/finite values/)
  })
})

describe('distanceKm', () => {
  for (const { places, km } of truth.distancesKm) {
    it(`is ${km.toFixed(3)} km for ${places.join(', ')}`, () => expect(distanceKm(...places)).toBeCloseTo(km, 6))
  }
})

describe('rowMask', () => {
  it('counts its rows also where the last word is not full', () => {
    expect(countInMask(rowMask(70, (row) => row % 2 === 1))).toBe(35)
    expect(countInMask(rowMask(33, () => true))).toBe(33)
  })
})
