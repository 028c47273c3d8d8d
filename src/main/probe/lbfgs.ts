// L-BFGS (Liu and Nocedal 1989) with a line search for the strong Wolfe conditions (Nocedal and Wright, Numerical Optimization,
// algorithms 3.5 and 3.6). The objective may be computed elsewhere, so every evaluation is awaited.

export interface Evaluation {
  readonly value: number
  readonly gradient: Float64Array
}

export interface LbfgsOptions {
  /** ends when no slope is steeper */
  readonly gradientTolerance: number
  /** ends when a step lowers the value by less than this share of it: what is left is rounding */
  readonly valueTolerance: number
  readonly maxIterations: number
}

export interface LbfgsResult {
  readonly point: Float64Array
  readonly iterations: number
  readonly evaluations: number
  readonly hasConverged: boolean
}

const MEMORY = 10
const SUFFICIENT_DECREASE = 1e-4
const CURVATURE = 0.9
const MAX_TRIALS = 20

interface Pair {
  readonly step: Float64Array
  readonly change: Float64Array
  readonly curvature: number
}

export async function minimise(
  evaluate: (point: Float64Array) => Promise<Evaluation>,
  start: Float64Array,
  { gradientTolerance, valueTolerance, maxIterations }: LbfgsOptions,
): Promise<LbfgsResult> {
  let evaluations = 0
  const counted = (point: Float64Array) => {
    evaluations++
    return evaluate(point)
  }
  let point = start
  let here = await counted(point)
  const pairs: Pair[] = []
  for (let iterations = 0; iterations < maxIterations; iterations++) {
    if (steepest(here.gradient) <= gradientTolerance) return { point, iterations, evaluations, hasConverged: true }
    const direction = descent(here.gradient, pairs)
    const first = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(here.gradient, here.gradient))) : 1
    const found = await searchLine(counted, { point, here, direction, first })
    // no lower point: the value cannot be told apart from its rounding
    if (found === undefined) return { point, iterations, evaluations, hasConverged: true }
    const step = found.point.map((value, i) => value - point[i]!)
    const change = found.gradient.map((value, i) => value - here.gradient[i]!)
    const curvature = dot(step, change)
    if (curvature > 0) pairs.push({ step, change, curvature })
    if (pairs.length > MEMORY) pairs.shift()
    const gain = here.value - found.value
    const size = Math.max(Math.abs(here.value), Math.abs(found.value), 1)
    point = found.point
    here = found
    if (gain <= valueTolerance * size) return { point, iterations: iterations + 1, evaluations, hasConverged: true }
  }
  return { point, iterations: maxIterations, evaluations, hasConverged: false }
}

function steepest(gradient: Float64Array): number {
  let highest = 0
  for (const slope of gradient) highest = Math.max(highest, Math.abs(slope))
  return highest
}

/** Minus the gradient times the inverse curvature that the pairs tell of: the two loops. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((slope) => -slope)
  const factors = new Float64Array(pairs.length)
  for (let index = pairs.length - 1; index >= 0; index--) {
    const { step, change, curvature } = pairs[index]!
    factors[index] = dot(step, direction) / curvature
    addTimes(direction, change, -factors[index]!)
  }
  const last = pairs.at(-1)
  if (last !== undefined) {
    const scale = last.curvature / dot(last.change, last.change)
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale
  }
  for (const [index, { step, change, curvature }] of pairs.entries()) {
    addTimes(direction, step, factors[index]! - dot(change, direction) / curvature)
  }
  return direction
}

interface Line {
  readonly point: Float64Array
  readonly here: Evaluation
  readonly direction: Float64Array
  /** length of the first trial */
  readonly first: number
}

interface Trial extends Evaluation {
  readonly length: number
  readonly slope: number
  readonly point: Float64Array
}

/** A point further along the line that is lower and flatter by the strong Wolfe conditions; undefined when none was found. */
async function searchLine(
  evaluate: (point: Float64Array) => Promise<Evaluation>,
  { point, here, direction, first }: Line,
): Promise<Trial | undefined> {
  const start: Trial = { ...here, length: 0, slope: dot(here.gradient, direction), point }
  if (start.slope >= 0) return undefined
  const tryAt = async (length: number): Promise<Trial> => {
    const there = point.map((value, i) => value + length * direction[i]!)
    const found = await evaluate(there)
    return { ...found, length, slope: dot(found.gradient, direction), point: there }
  }
  const isTooHigh = (trial: Trial) => trial.value > here.value + SUFFICIENT_DECREASE * trial.length * start.slope
  const isFlat = (trial: Trial) => Math.abs(trial.slope) <= -CURVATURE * start.slope
  let low = start
  let high: Trial | undefined
  let length = first
  for (let trials = 0; trials < MAX_TRIALS; trials++) {
    const trial = await tryAt(length)
    if (!Number.isFinite(trial.value) || isTooHigh(trial) || trial.value >= low.value) high = trial
    else if (isFlat(trial)) return trial
    else {
      if (high === undefined ? trial.slope >= 0 : trial.slope * (high.length - low.length) >= 0) high = low
      low = trial
    }
    length = high === undefined ? 2 * length : between(low, high)
  }
  return low.length > 0 ? low : undefined
}

/** The lowest point of the cubic through both ends, kept away from them; the middle where there is none. */
function between(low: Trial, high: Trial): number {
  const width = high.length - low.length
  const middle = low.length + width / 2
  if (!Number.isFinite(high.value) || !Number.isFinite(high.slope)) return middle
  const a = low.slope + high.slope - (3 * (high.value - low.value)) / width
  const b = Math.sign(width) * Math.sqrt(a * a - low.slope * high.slope)
  const share = 1 - (high.slope + b - a) / (high.slope - low.slope + 2 * b)
  if (!(share > 0.1)) return Number.isNaN(share) ? middle : low.length + 0.1 * width
  return low.length + Math.min(share, 0.9) * width
}

function addTimes(to: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * values[i]!
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
