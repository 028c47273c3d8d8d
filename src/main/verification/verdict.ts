// Which hypothesis the data speak for, and how clearly.

import type { VerifyVerdict } from '../../shared/contract.ts'
import { cosineText } from '../../shared/cosines.ts'
import { cosine, meanDigits, meanOf, standardError } from './cosine-distribution.ts'
import { type Axes, axisNames, changedAxes, type Hypothesis, nameOf } from './hypothesis.ts'

/** A hypothesis compared on every fragment of the sample. */
export interface Finalist {
  readonly hypothesis: Hypothesis
  /** one a fragment, in the same order for every finalist */
  readonly cosines: readonly number[]
  /** the vectors that were compared with the published ones */
  readonly vectors: readonly Float32Array[]
}

/** Two hypotheses whose vectors are closer than this give the same vectors, up to the rounding of float32. */
const sameVectors = 1e-11
/** fewer fragments on which two hypotheses differ do not tell them apart */
const fewestFragments = 3
/** standard errors that a mean lean must exceed: by chance alone the best of a hundred hypotheses is two or three better */
const clearErrors = 4
/** A hypothesis fits when at most this share of the distance between unrelated fragments is left unexplained. */
const fitShare = 0.01

/** @param unrelated mean cosine of published vectors of different fragments */
export function isFit(cosines: readonly number[], unrelated: number): boolean {
  return 1 - meanOf(cosines) <= fitShare * (1 - unrelated)
}

export interface VerdictOptions {
  readonly axes: Axes
  /** which cell each fragment is of */
  readonly cellOfFragment: readonly number[]
  readonly unrelated: number
  /** what to call the published file */
  readonly place: string
  readonly hypothesisCount: number
}

/** @param finalists at least one, with equally many fragments */
export function verdictOf(finalists: readonly Finalist[], options: VerdictOptions): VerifyVerdict {
  const { axes, cellOfFragment, unrelated } = options
  const ranked = finalists.toSorted((a, b) => meanDigits(b.cosines) - meanDigits(a.cosines))
  const tied = ranked.filter((one) => alikeness(ranked[0]!, one, cellOfFragment) !== undefined)
  // of hypotheses that the data cannot tell apart, the one that assumes least
  const best = tied.toSorted((a, b) => assumptions(a.hypothesis, axes) - assumptions(b.hypothesis, axes))[0]!
  const others = ranked.filter((one) => one !== best)
  const indistinguishable = others.flatMap((one) => {
    const because = alikeness(best, one, cellOfFragment)
    return because === undefined ? [] : [{ hypothesis: nameOf(one.hypothesis, axes), because }]
  })
  const second = others.find((one) => alikeness(best, one, cellOfFragment) === undefined)
  const verdict = {
    ...{ best: nameOf(best.hypothesis, axes), meanCosine: meanOf(best.cosines) },
    isFit: isFit(best.cosines, unrelated),
    indistinguishable,
    ...(second === undefined ? {} : marginOf(best, second, options)),
  }
  return { ...verdict, sentence: sentenceOf(verdict, best, options) }
}

function marginOf(best: Finalist, second: Finalist, { axes, cellOfFragment }: VerdictOptions) {
  const { lean, noise } = leanOf(best, second, cellOfFragment)
  return {
    second: nameOf(second.hypothesis, axes),
    margin: meanOf(best.cosines) - meanOf(second.cosines),
    marginDigits: meanDigits(best.cosines) - meanDigits(second.cosines),
    ...{ lean, noise },
  }
}

interface Lean {
  /** fragments for which the two give different vectors; the others say nothing */
  readonly fragments: number
  /** mean over them; 1 when the published vectors are those of `a`, -1 when they are those of `b` */
  readonly lean: number
  /** what the lean must exceed to mean something */
  readonly noise: number
}

/**
 * Where published vectors lie between those of two hypotheses. Rounding moves them to either side alike, however small it
 * makes the difference of the cosines look.
 */
function leanOf(a: Finalist, b: Finalist, cellOfFragment: readonly number[]): Lean {
  const apart = a.vectors.map((vector, i) => 1 - cosine(vector, b.vectors[i]!))
  const told = apart.flatMap((distance, i) => (distance > sameVectors ? [i] : []))
  const leans = told.map((i) => clamp((a.cosines[i]! - b.cosines[i]!) / apart[i]!))
  const cells = told.map((i) => cellOfFragment[i]!)
  const noise = told.length < fewestFragments ? Number.POSITIVE_INFINITY : clearErrors * standardError(leans, cells)
  return { fragments: told.length, lean: meanOf(leans), noise }
}

const clamp = (x: number) => Math.max(-1, Math.min(1, x))

type Alikeness = VerifyVerdict['indistinguishable'][number]['because']

/** Why `best` cannot be told from `other`; undefined when it can. */
function alikeness(best: Finalist, other: Finalist, cells: readonly number[]): Alikeness | undefined {
  const { fragments, lean, noise } = leanOf(best, other, cells)
  if (fragments === 0) return 'same-vectors'
  return lean > noise ? undefined : 'margin-below-noise'
}

/** Changes count most, then how far down the list of the card's recipes. */
function assumptions(hypothesis: Hypothesis, axes: Axes): number {
  const changes = changedAxes(hypothesis, axes).filter((axis) => axis !== 'recipe').length
  const places = axisNames.map((axis) => axes[axis].indexOf(hypothesis[axis]))
  return changes * 1000 + places.reduce((sum, place) => sum + place, 0)
}

const reasons: Readonly<Record<Alikeness, string>> = {
  'same-vectors': 'they give the same vectors',
  'margin-below-noise': 'the difference is within the noise',
}

function sentenceOf(verdict: Omit<VerifyVerdict, 'sentence'>, best: Finalist, options: VerdictOptions): string {
  const { indistinguishable, second, margin = 0, lean = 0, noise = 0 } = verdict
  const { cellOfFragment, unrelated, place, hypothesisCount } = options
  const cells = new Set(cellOfFragment).size
  const where = `over ${best.cosines.length} fragments of ${cells} cell${cells === 1 ? '' : 's'}`
  const cosines = `mean cosine ${cosineText(verdict.meanCosine)} ${where}`
  const claim = verdict.isFit
    ? `${place} fits ${verdict.best}: ${cosines}`
    : `${place} fits none of ${hypothesisCount} hypotheses: the closest is ${verdict.best}, ${cosines}, where unrelated fragments have ${cosineText(unrelated)}`
  const clear = `lean ${lean.toFixed(2)}, noise ${noise.toFixed(2)}`
  const next = second === undefined ? '' : `; ${margin.toPrecision(2)} above ${second} (${clear})`
  const alike = (Object.keys(reasons) as Alikeness[]).flatMap((because) => {
    const names = indistinguishable.filter((one) => one.because === because).map((one) => one.hypothesis)
    return names.length === 0 ? [] : [`; cannot be told apart from ${listText(names)}: ${reasons[because]}`]
  })
  return `${claim}${next}${alike.join('')}`
}

function listText(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(' or ')
  return names.length > 3 ? `${shown} or ${names.length - 3} more` : shown
}
