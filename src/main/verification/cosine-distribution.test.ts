import { describe, expect, it } from 'vitest'
import { cosine, digitsOf, distributionOf, standardError } from './cosine-distribution.ts'

// expected values: numpy's dot and linalg.norm, percentile, std(ddof=1), and the cluster-robust error written out in numpy
describe('cosines', () => {
  it('are those of numpy', () => {
    expect(cosine(Float32Array.of(1, 2, 3, 4), Float32Array.of(2, 1, -1, 5))).toBeCloseTo(0.6886171275731506, 14)
  })

  it('of a vector without direction are 0', () => {
    expect(cosine(new Float32Array(2), Float32Array.of(1, 2))).toBe(0)
    expect(cosine(Float32Array.of(Number.NaN, 1), Float32Array.of(1, 2))).toBe(0)
  })

  it('agree to digits, at most 12', () => {
    expect(digitsOf(0.99)).toBeCloseTo(2, 12)
    expect(digitsOf(1)).toBe(12)
    expect(digitsOf(-1)).toBeCloseTo(-Math.log10(2), 12)
  })

  it('have the percentiles of numpy', () => {
    const { mean, median, p5, p25, p75, p95, count } = distributionOf([0.9, 0.99, 0.5, 0.999, 0.7])
    const got = [p5, p25, median, p75, p95, mean, count]
    for (const [i, expected] of [0.54, 0.7, 0.9, 0.99, 0.9972, 0.8178, 5].entries())
      expect(got[i]).toBeCloseTo(expected, 12)
  })
})

describe('the standard error of differences', () => {
  it('is that between cells where fragments of a cell are alike', () => {
    expect(standardError([0.1, 0.3, 0.2, 0.8, 0.6, 0.9], [0, 0, 1, 1, 2, 2])).toBeCloseTo(0.15898986690282427, 12)
  })

  it('is that of independent fragments where they differ within their cells', () => {
    expect(standardError([0.1, 0.8, 0.2, 0.9], [0, 0, 1, 1])).toBeCloseTo(0.20412414523193154, 12)
  })

  it('of one difference is not known', () => {
    expect(standardError([0.1], [0])).toBe(Number.POSITIVE_INFINITY)
  })
})
