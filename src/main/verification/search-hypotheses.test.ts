import { describe, expect, it } from 'vitest'
import {
  type Axes,
  axisNames,
  type Hypothesis,
  inputKeyOf,
  keyOf,
  plainHypothesis,
  simplerHypotheses,
} from './hypothesis.ts'
import { searchHypotheses } from './search-hypotheses.ts'
import { flips, fragmentOrders } from './turns.ts'

const axes: Axes = {
  recipe: ['intended', 'released'],
  network: ['network as the card has it', 'tanh GELU'],
  bands: Array.from({ length: 15 }, (_, i) => `bands ${i}`),
  values: Array.from({ length: 6 }, (_, i) => `values ${i}`),
  flip: [...flips.keys()],
  order: [...fragmentOrders.keys()],
}

/** Vectors that fit worse with every axis on which a hypothesis is not the truth. */
async function search(truth: Hypothesis) {
  const inputs = new Set<string>()
  const ranked = await searchHypotheses({
    axes,
    isFit: ([cosine]) => cosine === 1,
    async compare(_stage, hypotheses) {
      for (const one of hypotheses) inputs.add(inputKeyOf(one))
      return hypotheses.map((one) => [1 - 0.1 * axisNames.filter((axis) => one[axis] !== truth[axis]).length])
    },
  })
  return {
    best: ranked[0]!.hypothesis,
    tried: new Set(ranked.map(({ hypothesis }) => keyOf(hypothesis))),
    inputs: inputs.size,
  }
}

describe('the search', () => {
  it.each(axisNames)('finds a change of %s alone', async (axis) => {
    const truth = { ...plainHypothesis(axes), [axis]: axes[axis].at(-1)! }
    expect((await search(truth)).best).toEqual(truth)
  })

  it.each([
    ['recipe', 'bands'],
    ['bands', 'flip'],
    ['values', 'order'],
    ['network', 'bands'],
  ] as const)('finds changes of %s and %s together', async (one, two) => {
    const truth = { ...plainHypothesis(axes), [one]: axes[one].at(-1)!, [two]: axes[two].at(-1)! }
    expect((await search(truth)).best).toEqual(truth)
  })

  it('tries the best with its changes taken back, so that less can be found to explain as much', async () => {
    const best = { ...plainHypothesis(axes), bands: 'bands 7', values: 'values 3', order: 'fragments column-row' }
    expect(simplerHypotheses(best, axes)).toHaveLength(7)
    const { tried } = await search(best)
    expect(simplerHypotheses(best, axes).every((one) => tried.has(keyOf(one)))).toBe(true)
  })

  it('runs the network for the sum of the choices, not for their product', async () => {
    const plain = await search(plainHypothesis(axes))
    // 2 recipes with 4 flips, the other choices of each axis once, the best two together
    expect(plain.inputs).toBe(8 + (14 + 5 + 4 + 1) + 1)
    const hard = await search({ ...plainHypothesis(axes), bands: 'bands 7', values: 'values 3', flip: 'transposed' })
    expect(hard.best).toMatchObject({ bands: 'bands 7', values: 'values 3', flip: 'transposed' })
    expect(hard.inputs).toBeLessThan(200)
  })
})
