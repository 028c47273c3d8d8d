import { describe, expect, it } from 'vitest'
import { fixtureVectors, readSearchFixture } from '../bytes/fixture-vectors.ts'
import { componentColours, componentScores, shownPercentiles } from './component-colours.ts'
import { covarianceOfRows } from './covariance.ts'
import { principalComponents } from './principal-components.ts'

interface PcaFixture {
  seed: number
  count: number
  dimensions: number
  mixing: boolean
  mean: number[]
  covariance: number[]
  axes: number[][]
  variances: number[]
  explained: number[]
  scores: number[][]
  percentiles: [number, number][]
}

for (const truth of readSearchFixture<PcaFixture[]>('pca')) {
  const { count, dimensions } = truth
  describe(`PCA of ${count} x ${dimensions} against scikit-learn`, async () => {
    const vectors = mixed(truth)
    const rows = Uint32Array.from({ length: count }, (_, row) => row)
    const covariance = await covarianceOfRows(vectors, dimensions, rows)
    const components = principalComponents(covariance, 3)
    const scores = componentScores(vectors, rows, components)

    it('has its mean and covariance', () => {
      expectClose(covariance.mean, truth.mean, 1e-12)
      for (let i = 0; i < 3; i++) {
        const start = i * dimensions
        expectClose(covariance.matrix.subarray(start, start + 5), truth.covariance.slice(i * 5, i * 5 + 5), 1e-12)
      }
    })

    it('has its axes, signs, variances and shares', () => {
      for (let axis = 0; axis < 3; axis++) {
        expectClose(components.axes.subarray(axis * dimensions, (axis + 1) * dimensions), truth.axes[axis]!, 1e-7)
      }
      expectClose(components.variances, truth.variances, 1e-12)
      expectClose(components.explained, truth.explained, 1e-12)
    })

    it('has its scores', () => {
      for (const [row, expected] of truth.scores.entries()) {
        expectClose(scores.subarray(row * 3, row * 3 + 3), expected, 1e-7)
      }
    })

    it('stretches between the percentiles that numpy gives', () => {
      const { ranges } = componentColours(scores, 3, new Uint8Array(count).fill(1))
      for (const [channel, [low, high]] of truth.percentiles.entries()) {
        expectClose([ranges[channel]!.low, ranges[channel]!.high], [low, high], 1e-7)
      }
    })
  })
}

function mixed({ seed, count, dimensions, mixing }: PcaFixture): Float32Array {
  const x = fixtureVectors(seed, count, dimensions)
  if (!mixing) return x
  const at = (row: number, col: number) => x[row * dimensions + ((col + dimensions) % dimensions)]!
  return Float32Array.from(x, (value, index) => {
    const row = Math.floor(index / dimensions)
    const col = index % dimensions
    return value + at(row, col - 1) * 0.7 + at(row, col - 5) * 0.3
  })
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  for (const [index, value] of expected.entries()) {
    expect(Math.abs(actual[index]! - value), `value ${index}`).toBeLessThanOrEqual(tolerance)
  }
}

describe('covarianceOfRows', () => {
  it('loses nothing when the values lie far from zero', async () => {
    const vectors = Float32Array.from({ length: 2000 }, (_, index) => 100_000 + (index % 7))
    const rows = Uint32Array.from({ length: 1000 }, (_, row) => row)
    const near = await covarianceOfRows(
      vectors.map((value) => value - 100_000),
      2,
      rows,
    )
    const far = await covarianceOfRows(vectors, 2, rows)
    expectClose(far.matrix, [...near.matrix], 1e-9)
  })

  it('takes only the chosen rows, pauses between blocks and needs two rows', async () => {
    let pauses = 0
    const chosen = await covarianceOfRows(new Float32Array([1, 9, 3, 9, 5]), 1, [0, 2, 4])
    expect([...chosen.mean, ...chosen.matrix]).toEqual([3, 4])
    await covarianceOfRows(new Float32Array(1000), 1, new Uint32Array(1000), { pause: async () => void pauses++ })
    expect(pauses).toBe(3)
    await expect(covarianceOfRows(new Float32Array(4), 2, [1])).rejects.toThrow('expected at least 2 rows, got 1')
  })
})

describe('componentColours', () => {
  const count = 5000
  const skewed = fixtureVectors(9, count, 3).map((value, index) => (index % 3 === 1 ? value ** 3 : value))
  const weights = Uint16Array.from({ length: count }, (_, index) => 1 + (index % 4))
  const { rgb, ranges } = componentColours(Float64Array.from(skewed), 3, weights)

  it('gives the three colours the same mean intensity over the texels, within one level', () => {
    const means = [0, 1, 2].map((channel) => {
      let sum = 0
      let total = 0
      for (let index = 0; index < count; index++) {
        sum += rgb[index * 3 + channel]! * weights[index]!
        total += weights[index]!
      }
      return sum / total
    })
    expect(Math.max(...means) - Math.min(...means)).toBeLessThan(1)
  })

  it('dims all colours rather than clipping much of a dark one', () => {
    const dark = Float64Array.from(fixtureVectors(3, count, 3), (value, index) =>
      index % 3 === 2 ? value ** 6 : value,
    )
    const shown = componentColours(dark, 3, new Uint8Array(count).fill(1))
    const clipped = shown.rgb.filter((value, index) => index % 3 === 2 && value === 255).length / count
    expect(clipped).toBeLessThanOrEqual(0.065)
    expect(Math.min(...shown.ranges.map(({ gain }) => gain))).toBeLessThan(1)
  })

  it('can be undone from the ranges and gains it states', () => {
    for (let index = 0; index < 50; index++) {
      for (let channel = 0; channel < 3; channel++) {
        const { low, high, gain } = ranges[channel]!
        const stretched = Math.min(255, Math.max(0, ((skewed[index * 3 + channel]! - low) / (high - low)) * 255))
        expect(rgb[index * 3 + channel]).toBe(Math.round(Math.min(255, stretched * gain)))
      }
    }
    expect(shownPercentiles).toEqual([2, 98])
  })

  it('spans few cells from dark to bright in every channel: none black, none clipped, and as the ranges say', () => {
    const scores = Float64Array.from([0, 9, -2, 1, 5, -2.5, 2, 7, -1, 3, 6, -3])
    const { rgb, ranges, percentiles } = componentColours(scores, 3, [1, 1, 1, 1])
    // 48 + share of the span * (232 - 48)
    expect([...rgb]).toEqual([48, 232, 140, 109, 48, 94, 171, 140, 232, 232, 94, 48])
    expect(percentiles).toEqual([0, 100])
    for (const [channel, { low, high, gain }] of ranges.entries()) {
      const shown = [0, 1, 2, 3].map((cell) => ((scores[cell * 3 + channel]! - low) / (high - low)) * 255 * gain)
      expect(shown.map(Math.round)).toEqual([0, 1, 2, 3].map((cell) => rgb[cell * 3 + channel]))
    }
  })

  it('shows missing components and constant ones as grey', () => {
    const one = componentColours(Float64Array.from([0, 1, 2, 3]), 1, [1, 1, 1, 1])
    expect([...one.rgb].filter((_, index) => index % 3 > 0)).toEqual(new Array(8).fill(128))
    const noise = Float64Array.from([-1, 1e-13, 1, -1e-13])
    for (const index of [1, 4]) expect([127, 128]).toContain(componentColours(noise, 2, [1, 1]).rgb[index])
    expect([...componentColours(Float64Array.from([5, 5]), 1, [1, 1]).rgb]).toEqual(new Array(6).fill(128))
  })
})
