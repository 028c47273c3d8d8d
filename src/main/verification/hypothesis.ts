// One hypothesis about how published vectors were made: a choice on every axis, the first choice of an axis being what
// `embed` does. Choices are names, so that hypotheses can be compared, counted and shown as they are.

export const axisNames = ['recipe', 'network', 'bands', 'values', 'flip', 'order'] as const
export type AxisName = (typeof axisNames)[number]

export type Hypothesis = Readonly<Record<AxisName, string>>

/** The choices of every axis; the first is the plain one. */
export type Axes = Readonly<Record<AxisName, readonly string[]>>

/** What `embed` does, with `recipe` or the card's usual one. */
export function plainHypothesis(axes: Axes, recipe = axes.recipe[0]!): Hypothesis {
  const plain = Object.fromEntries(axisNames.map((axis) => [axis, axes[axis][0]!])) as Record<AxisName, string>
  return { ...plain, recipe }
}

/** Axes on which a hypothesis is not the plain one. */
export function changedAxes(hypothesis: Hypothesis, axes: Axes): AxisName[] {
  return axisNames.filter((axis) => hypothesis[axis] !== axes[axis][0])
}

/** The hypothesis with some or all of its changes taken back: what might explain the vectors with less. */
export function simplerHypotheses(hypothesis: Hypothesis, axes: Axes): Hypothesis[] {
  let simpler = [hypothesis]
  for (const axis of changedAxes(hypothesis, axes)) {
    simpler = simpler.flatMap((one) => [one, { ...one, [axis]: axes[axis][0]! }])
  }
  return simpler.slice(1)
}

/** `recipe released, flipped vertically` */
export function nameOf(hypothesis: Hypothesis, axes: Axes): string {
  const changes = changedAxes(hypothesis, axes).filter((axis) => axis !== 'recipe')
  return [`recipe ${hypothesis.recipe}`, ...changes.map((axis) => hypothesis[axis])].join(', ')
}

export function keyOf(hypothesis: Hypothesis): string {
  return axisNames.map((axis) => hypothesis[axis]).join('\n')
}

/** Hypotheses with one key give the network the same input; they differ at most in which row a vector belongs to. */
export function inputKeyOf(hypothesis: Hypothesis): string {
  return keyOf({ ...hypothesis, order: '' })
}
