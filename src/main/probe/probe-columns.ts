/**
 * How answers of a linear probe are read: `softmax`, one class of all columns; `logistic`, each column a yes or no of its own;
 * `identity`, each column a number.
 */
export type ProbeLink = 'softmax' | 'logistic' | 'identity'

/** What a linear probe learns to answer: one or more columns of numbers. */
export interface ProbeColumns {
  readonly link: ProbeLink
  readonly columnCount: number
  /** row-major `samples x columnCount`: 1 for the class that applies and 0 for others, or the numbers themselves */
  readonly values: Float32Array
}

/** A linear probe for vectors as they are: `answer[k] = weights[k] . vector + bias[k]`. */
export interface LinearProbe {
  readonly link: ProbeLink
  readonly dimensions: number
  readonly columnCount: number
  /** row-major `columnCount x (dimensions + 1)`, the bias last, for standardised vectors */
  readonly weights: Float64Array
  readonly scaling: Scaling
}

/** A vector is standardised as `(x - mean) * inverseStd`. */
export interface Scaling {
  readonly mean: Float64Array
  readonly inverseStd: Float64Array
}

/** Mean and population deviation of chosen rows; a value that never changes keeps its size. */
export function scalingOf(vectors: Float32Array, dimensions: number, rows: Int32Array): Scaling {
  const mean = new Float64Array(dimensions)
  const squares = new Float64Array(dimensions)
  for (const row of rows) for (let i = 0; i < dimensions; i++) mean[i]! += vectors[row * dimensions + i]!
  for (let i = 0; i < dimensions; i++) mean[i]! /= rows.length
  for (const row of rows) {
    for (let i = 0; i < dimensions; i++) squares[i]! += (vectors[row * dimensions + i]! - mean[i]!) ** 2
  }
  // as scikit-learn: a deviation that is nothing but rounding counts as none
  const inverseStd = squares.map((sum, i) => {
    const std = Math.sqrt(sum / rows.length)
    return std > 10 * Number.EPSILON * Math.abs(mean[i]!) && std > 0 ? 1 / std : 1
  })
  return { mean, inverseStd }
}

/** In place: what answers of a linear probe mean as probabilities; numbers stay. */
export function toProbabilities(answers: Float32Array, columnCount: number, link: ProbeLink): void {
  if (link === 'identity') return
  if (link === 'logistic') {
    for (let i = 0; i < answers.length; i++) answers[i] = 1 / (1 + Math.exp(-answers[i]!))
    return
  }
  for (let start = 0; start < answers.length; start += columnCount) {
    let highest = Number.NEGATIVE_INFINITY
    for (let k = 0; k < columnCount; k++) highest = Math.max(highest, answers[start + k]!)
    let sum = 0
    for (let k = 0; k < columnCount; k++) sum += answers[start + k] = Math.exp(answers[start + k]! - highest)
    for (let k = 0; k < columnCount; k++) answers[start + k]! /= sum
  }
}
