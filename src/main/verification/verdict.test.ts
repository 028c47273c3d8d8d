import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../bytes/fixture-vectors.ts'
import { cosine } from './cosine-distribution.ts'
import { type Axes, type Hypothesis, plainHypothesis } from './hypothesis.ts'
import { flips, fragmentOrders } from './turns.ts'
import { type Finalist, verdictOf } from './verdict.ts'

const axes: Axes = {
  recipe: ['intended', 'released'],
  network: ['network as the card has it', 'tanh GELU'],
  bands: ['bands in the order of the card'],
  values: ['values as they are', 'values / 255'],
  flip: [...flips.keys()],
  order: [...fragmentOrders.keys()],
}
const count = 24
const dimensions = 16
const published = vectorsOf(1, 1)

/** Vectors drawn from a seed, mixed with the published ones. */
function vectorsOf(seed: number, share: number, base: readonly Float32Array[] = []): Float32Array[] {
  const draw = mulberry32(seed)
  return Array.from({ length: count }, (_, i) =>
    Float32Array.from({ length: dimensions }, (_, k) => (1 - share) * (base[i]?.[k] ?? 0) + share * (draw() - 0.5)),
  )
}

function finalist(change: Partial<Hypothesis>, vectors: readonly Float32Array[]): Finalist {
  const cosines = vectors.map((vector, i) => cosine(vector, published[i]!))
  return { hypothesis: { ...plainHypothesis(axes), ...change }, vectors, cosines }
}

function judge(...finalists: Finalist[]) {
  return verdictOf(finalists, {
    ...{ axes, unrelated: 0, place: 'part.parquet', hypothesisCount: 40 },
    cellOfFragment: published.map((_, i) => Math.floor(i / 6)),
  })
}

describe('the verdict', () => {
  it('names the hypothesis that made the vectors, and its margin to the next', () => {
    const right = finalist({ flip: 'transposed' }, published)
    const verdict = judge(finalist({}, vectorsOf(2, 0.3, published)), right)
    expect(verdict).toMatchObject({ best: 'recipe intended, transposed', isFit: true, second: 'recipe intended' })
    expect(verdict.margin).toBeGreaterThan(0.01)
    expect(verdict).toMatchObject({ lean: 1, noise: 0 })
    expect(verdict.sentence).toMatch(
      /^part\.parquet fits recipe intended, transposed: mean cosine 1\.0+ over 24 fragments of 4 cells; 0\.\d+ above recipe intended \(lean 1\.00, noise 0\.00\)$/,
    )
  })

  it('of hypotheses with the same vectors names the one that assumes least, and the others beside it', () => {
    const verdict = judge(
      finalist({ flip: 'flipped vertically' }, published),
      finalist({}, published),
      finalist({ values: 'values / 255' }, vectorsOf(3, 0.5, published)),
    )
    expect(verdict.best).toBe('recipe intended')
    expect(verdict.indistinguishable).toEqual([
      { hypothesis: 'recipe intended, flipped vertically', because: 'same-vectors' },
    ])
    expect(verdict.second).toBe('recipe intended, values / 255')
    expect(verdict.sentence).toContain(
      'cannot be told apart from recipe intended, flipped vertically: they give the same vectors',
    )
  })

  it('judges by the fragments on which two hypotheses differ', () => {
    const half = published.map((vector, i) => (i < 14 ? vector : vectorsOf(8, 1)[i]!))
    const verdict = judge(finalist({ flip: 'transposed' }, published), finalist({}, half))
    expect(verdict).toMatchObject({ best: 'recipe intended, transposed', second: 'recipe intended' })
    const two = published.map((vector, i) => (i < 22 ? vector : vectorsOf(8, 1)[i]!))
    expect(judge(finalist({ flip: 'transposed' }, published), finalist({}, two)).second).toBeUndefined()
  })

  it('tells hypotheses apart that differ by less than the rounding of the published vectors', () => {
    const plus = (vectors: readonly Float32Array[], share: number, way: readonly Float32Array[]) =>
      vectors.map((vector, i) => vector.map((x, k) => x + share * way[i]![k]!))
    const rounding = vectorsOf(6, 1)
    const right = plus(published, 0.01, rounding)
    const way = vectorsOf(7, 1)
    const wrong = plus(right, 0.007, way)
    const verdict = judge(finalist({}, wrong), finalist({ network: 'tanh GELU' }, right))
    expect(verdict.best).toBe('recipe intended, tanh GELU')
    expect(verdict.lean).toBeLessThan(1)
    expect(verdict.lean).toBeGreaterThan(verdict.noise!)
    // and does not, where they lie in the middle of the two
    const middle = judge(
      finalist({}, plus(published, 0.0035, way)),
      finalist({ flip: 'transposed' }, plus(published, -0.0035, way)),
    )
    expect(middle.second).toBeUndefined()
  })

  it('says so when the difference is within the noise, and when nothing fits', () => {
    const verdict = judge(finalist({ recipe: 'released' }, vectorsOf(4, 1)), finalist({}, vectorsOf(5, 1)))
    expect(verdict).toMatchObject({ best: 'recipe intended', isFit: false })
    expect(verdict.indistinguishable).toEqual([{ hypothesis: 'recipe released', because: 'margin-below-noise' }])
    expect(verdict.second).toBeUndefined()
    expect(verdict.sentence).toMatch(/^part\.parquet fits none of 40 hypotheses: the closest is recipe intended, /)
    expect(verdict.sentence).toContain('cannot be told apart from recipe released: the difference is within the noise')
  })
})
