// Which hypotheses are tried, and in which order. Not every combination: recipes with flips and fragment orders first, then
// one change at a time, then the best two changes together, then one change at a time around the best. A number of runs
// that grows with the sum of the choices, not with their product.

import { meanDigits } from './cosine-distribution.ts'
import {
  type Axes,
  axisNames,
  type Hypothesis,
  inputKeyOf,
  keyOf,
  plainHypothesis,
  simplerHypotheses,
} from './hypothesis.ts'
import { commonFlips } from './turns.ts'

export interface Scored {
  readonly hypothesis: Hypothesis
  /** to the published vectors, one a fragment */
  readonly cosines: readonly number[]
  /** mean digits of agreement: more fit better */
  readonly digits: number
}

export interface SearchOptions {
  readonly axes: Axes
  /** @returns cosines for each; hypotheses of one input (`inputKeyOf`) come together */
  readonly compare: (stage: string, hypotheses: readonly Hypothesis[]) => Promise<readonly (readonly number[])[]>
  /** whether cosines are those of vectors made so, and not only of similar ones */
  readonly isFit: (cosines: readonly number[]) => boolean
}

/** how often the neighbourhood of a new best is looked at */
const mostRounds = 3

/** @returns every hypothesis that was tried, best first; of equal ones the earlier */
export async function searchHypotheses({ axes, compare, isFit }: SearchOptions): Promise<Scored[]> {
  const tried = new Map<string, Scored>()
  const tryAll = async (stage: string, hypotheses: readonly Hypothesis[]) => {
    const fresh = new Map(hypotheses.map((one) => [keyOf(one), one]))
    for (const key of tried.keys()) fresh.delete(key)
    // a network is opened once, an image prepared once for all its flips
    const list = [...fresh.values()].sort(
      (a, b) => compareText(a.network, b.network) || compareText(inputKeyOf(a), inputKeyOf(b)),
    )
    const cosines = await compare(stage, list)
    for (const [i, hypothesis] of list.entries()) {
      tried.set(keyOf(hypothesis), { hypothesis, cosines: cosines[i]!, digits: meanDigits(cosines[i]!) })
    }
  }
  const ranked = () => [...tried.values()].sort((a, b) => b.digits - a.digits)

  await tryAll('recipes, flips and fragment orders', coarse(axes))
  const first = ranked()[0]!
  const starts = isFit(first.cosines)
    ? [first.hypothesis]
    : [first.hypothesis, ...axes.recipe.map((recipe) => plainHypothesis(axes, recipe))]
  await tryAll(
    'one change at a time',
    starts.flatMap((start) => neighbours(start, axes)),
  )
  await tryAll(
    'two changes together',
    starts.flatMap((start) => bestTwo(start, axes, tried)),
  )
  let lookedAt = keyOf(first.hypothesis)
  for (let round = 0; round < mostRounds; round++) {
    const best = ranked()[0]!.hypothesis
    if (keyOf(best) === lookedAt) break
    lookedAt = keyOf(best)
    await tryAll('one change around the best', neighbours(best, axes))
  }
  await tryAll('changes taken back', simplerHypotheses(ranked()[0]!.hypothesis, axes))
  return ranked()
}

/** Every recipe with the common flips and every fragment order. */
function coarse(axes: Axes): Hypothesis[] {
  return axes.recipe.flatMap((recipe) =>
    commonFlips.flatMap((flip) => axes.order.map((order) => ({ ...plainHypothesis(axes, recipe), flip, order }))),
  )
}

/** Those that differ on one axis. */
function neighbours(from: Hypothesis, axes: Axes): Hypothesis[] {
  return axisNames.flatMap((axis) =>
    axes[axis].filter((choice) => choice !== from[axis]).map((choice) => ({ ...from, [axis]: choice })),
  )
}

/** The two changes of different axes that fit best each, made together. */
function bestTwo(from: Hypothesis, axes: Axes, tried: ReadonlyMap<string, Scored>): Hypothesis[] {
  const best = axisNames
    .flatMap((axis) => {
      const own = neighbours(from, axes).filter((one) => one[axis] !== from[axis])
      const scored = own.flatMap((one) => tried.get(keyOf(one)) ?? []).sort((a, b) => b.digits - a.digits)
      return scored[0] === undefined ? [] : [{ axis, ...scored[0] }]
    })
    .sort((a, b) => b.digits - a.digits)
  const [one, two] = best
  if (one === undefined || two === undefined) return []
  return [{ ...one.hypothesis, [two.axis]: two.hypothesis[two.axis] }]
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
