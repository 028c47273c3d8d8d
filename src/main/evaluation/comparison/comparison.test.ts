// Against numpy, scikit-learn and scikit-dimension: fixtures/evaluation/comparison.py measured the same vectors.

import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../bytes/fixture-vectors.ts'
import { readEvaluationFixture } from '../fixture.ts'
import { nearestRows } from '../probes/nearest-rows.ts'
import { seededSamples } from '../probes/seeded-samples.ts'
import { type CentredRows, crossProducts, meanOfRows, squaredNorm } from './cross-products.ts'
import { compareNeighbourhoods } from './neighbourhoods.ts'
import { effectiveRank, participationRatio } from './spectrum.ts'
import { symmetricEigenvalues } from './symmetric-eigenvalues.ts'
import { twoNN } from './two-nn.ts'

interface Shape {
  readonly eigenvalues: readonly number[]
  readonly participationRatio: number
  readonly effectiveRank: number
  readonly twoNN: number
}

interface ComparisonFixture {
  readonly count: number
  readonly dimensions: number
  readonly otherDimensions: number
  readonly k: number
  readonly cka: number
  readonly overlap: number
  readonly overlapOfPlace: readonly number[]
  readonly mutualPairs: number
  readonly a: Shape
  readonly b: Shape
  readonly firstOther: readonly number[]
}

const fixture = readEvaluationFixture<ComparisonFixture>('comparison')
const { count, dimensions, otherDimensions, k } = fixture
const rows = Int32Array.from({ length: count }, (_, row) => row)
const a = seededSamples(count, dimensions, 4, 9).vectors
const b = otherVectors()

function otherVectors(): Float32Array {
  const draw = mulberry32(10)
  return Float32Array.from({ length: count * otherDimensions }, (_, i) => {
    const at = Math.floor(i / otherDimensions) * dimensions + (i % otherDimensions)
    return a[at]! + 0.5 * a[at + 8]! + 2 * (draw() - 0.5)
  })
}

const centred = (vectors: Float32Array, width: number): CentredRows => ({
  ...{ vectors, dimensions: width, rows },
  mean: meanOfRows(vectors, width, rows),
})

it('draws the vectors that Python draws', () => {
  expect([...b.subarray(0, otherDimensions)]).toEqual(fixture.firstOther)
})

it('has the linear CKA of numpy', () => {
  const [x, y] = [centred(a, dimensions), centred(b, otherDimensions)]
  const norms = [crossProducts(x, x), crossProducts(y, y)].map(squaredNorm) as [number, number]
  const cka = squaredNorm(crossProducts(x, y)) / Math.sqrt(norms[0] * norms[1])
  expect(cka).toBeCloseTo(fixture.cka, 5)
})

describe('the shape of a set', () => {
  const cases = [
    ['a', a, dimensions, fixture.a],
    ['b', b, otherDimensions, fixture.b],
  ] as const
  for (const [name, vectors, width, truth] of cases) {
    it(`${name} has the eigenvalues, ratio and rank of numpy`, () => {
      const side = centred(vectors, width)
      const covariance = crossProducts(side, side).map((sum) => sum / (count - 1))
      const eigenvalues = symmetricEigenvalues(covariance, width)
      for (const [i, value] of truth.eigenvalues.entries()) {
        expect(Math.abs(eigenvalues[i]! - value)).toBeLessThan(1e-5 * truth.eigenvalues[0]!)
      }
      expect(participationRatio(eigenvalues)).toBeCloseTo(truth.participationRatio, 4)
      expect(effectiveRank(eigenvalues)).toBeCloseTo(truth.effectiveRank, 4)
    })

    it(`${name} has the intrinsic dimension of scikit-dimension`, () => {
      const nearest = nearestRows({ vectors, dimensions: width, candidates: rows, queries: rows, k: 2 })
      expect(twoNN(vectors, width, rows, nearest.rows).dimension).toBeCloseTo(truth.twoNN, 3)
    })
  }

  it('counts equal vectors, which tell no ratio', () => {
    const twins = Float32Array.of(1, 0, 1, 0, 0, 1, 1, 1)
    expect(twoNN(twins, 2, Int32Array.of(0, 1, 2, 3), Int32Array.of(1, 3, 0, 3, 3, 0, 0, 1)).duplicates).toBe(2)
  })
})

it('has the neighbourhoods that numpy counts', () => {
  const [inA, inB] = [
    nearestRows({ vectors: a, dimensions, candidates: rows, queries: rows, k }),
    nearestRows({ vectors: b, dimensions: otherDimensions, candidates: rows, queries: rows, k }),
  ]
  const found = compareNeighbourhoods(inA.rows, inB.rows, k)
  expect(found.overlap).toBeCloseTo(fixture.overlap, 10)
  expect(found.mutualPairs).toBeCloseTo(fixture.mutualPairs, 10)
  for (const [place, overlap] of fixture.overlapOfPlace.entries()) {
    expect(found.overlapOfPlace[place]).toBeCloseTo(overlap, 10)
  }
})

describe('eigenvalues', () => {
  it('of matrices whose eigenvalues are known', () => {
    expect([...symmetricEigenvalues(Float64Array.of(3), 1)]).toEqual([3])
    const [high, low] = symmetricEigenvalues(Float64Array.of(2, 1, 1, 2), 2)
    expect([high, low].map((value) => Math.round(value! * 1e12) / 1e12)).toEqual([3, 1])
    expect([...symmetricEigenvalues(Float64Array.of(1, 0, 0, 0, 5, 0, 0, 0, -2), 3)]).toEqual([5, 1, -2])
  })

  it('of the second difference, 2 - 2 cos(pi k / (n + 1))', () => {
    const size = 40
    const matrix = new Float64Array(size * size)
    for (let i = 0; i < size; i++) {
      matrix[i * size + i] = 2
      if (i > 0) matrix[i * size + i - 1] = -1
      if (i < size - 1) matrix[i * size + i + 1] = -1
    }
    const found = symmetricEigenvalues(matrix, size)
    for (let i = 0; i < size; i++) {
      expect(found[i]).toBeCloseTo(2 - 2 * Math.cos((Math.PI * (size - i)) / (size + 1)), 12)
    }
  })
})
