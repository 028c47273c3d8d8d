import { expect, it } from 'vitest'
import { binCount, cosineHistogram, cosineText } from './cosines.ts'

it('cosines are counted in two bins a power of ten of 1 - cosine, the best on the right', () => {
  const counts = cosineHistogram([1, -1, 0.95, 0.9999, 0.99995])
  expect(counts).toHaveLength(binCount)
  expect(counts.at(-1)).toBe(1)
  // 1 - cosine of 2, 0.05, 1e-4 (and what float64 makes of it) and 5e-5: bins count half decades down from 10
  expect([counts[1], counts[4]]).toEqual([1, 1])
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5)
})

it('a cosine is written with the digits that tell it from 1', () => {
  expect([0.83, 0.99998, 1 - 3e-7, 1, -0.5].map(cosineText)).toEqual([
    ...['0.830', '0.999980', '0.99999970', '1.000000000', '-0.500'],
  ])
})
