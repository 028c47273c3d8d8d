// One linear probe of NeuCo-Bench: a linear layer with one output, trained with AdamW (Loshchilov and Hutter 2019) as PyTorch
// computes it, in mini-batches. The draws come from outside, so that a run of the original can be repeated step by step.

import { binaryF1, r2Score } from './scores.ts'

export interface ProbeSamples {
  /** row-major, `dimensions` values a sample */
  readonly vectors: Float32Array
  readonly dimensions: number
  /** row of `vectors` of each sample */
  readonly rows: Int32Array
  /** scaled to [0, 1] */
  readonly labels: Float64Array
  readonly type: 'classification' | 'regression'
}

export interface ProbeTraining {
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
}

export interface ProbeStart {
  readonly weights: Float64Array
  readonly bias: number
  /** samples of the training part in the order of an epoch */
  orderOf(epoch: number): Int32Array
}

export interface ProbeEpoch {
  /** mean over the batches, each before its step */
  readonly trainLoss: number
  /** score (F1 or R2) of each judged part after the epoch */
  readonly scores: readonly number[]
}

export interface TrainedProbe {
  readonly weights: Float64Array
  readonly bias: number
  readonly epochs: readonly ProbeEpoch[]
}

/** @param parts samples that are judged after every epoch */
export function trainProbe(
  samples: ProbeSamples,
  start: ProbeStart,
  training: ProbeTraining,
  parts: readonly Int32Array[],
): TrainedProbe {
  const { dimensions } = samples
  const weights = new Float64Array(dimensions + 1)
  weights.set(start.weights)
  weights[dimensions] = start.bias
  const optimiser = new AdamW(weights, training.learningRate)
  const gradient = new Float64Array(dimensions + 1)
  const epochs: ProbeEpoch[] = []
  for (let epoch = 0; epoch < training.epochs; epoch++) {
    const order = start.orderOf(epoch)
    let loss = 0
    let batches = 0
    for (let from = 0; from < order.length; from += training.batchSize, batches++) {
      loss += gradientOfBatch(samples, order.subarray(from, from + training.batchSize), weights, gradient)
      optimiser.step(gradient)
    }
    epochs.push({ trainLoss: loss / batches, scores: parts.map((part) => scoreOf(samples, part, weights)) })
  }
  return { weights: weights.slice(0, dimensions), bias: weights[dimensions]!, epochs }
}

/** Mean loss of a batch; writes its gradient. */
function gradientOfBatch(
  { vectors, dimensions, rows, labels, type }: ProbeSamples,
  batch: Int32Array,
  weights: Float64Array,
  gradient: Float64Array,
): number {
  gradient.fill(0)
  let loss = 0
  for (const sample of batch) {
    const at = rows[sample]! * dimensions
    const answer = dot(vectors, at, weights, dimensions) + weights[dimensions]!
    const label = labels[sample]!
    const slope = type === 'regression' ? 2 * (answer - label) : 1 / (1 + Math.exp(-answer)) - label
    // of the logit: log(1 + exp(x)) - label x, without overflow
    loss +=
      type === 'regression'
        ? (answer - label) ** 2
        : Math.max(answer, 0) - answer * label + Math.log1p(Math.exp(-Math.abs(answer)))
    const share = slope / batch.length
    for (let i = 0; i < dimensions; i++) gradient[i]! += share * vectors[at + i]!
    gradient[dimensions]! += share
  }
  return loss / batch.length
}

function scoreOf(samples: ProbeSamples, part: Int32Array, weights: Float64Array): number {
  const { vectors, dimensions, rows, labels, type } = samples
  const answers = new Float64Array(part.length)
  for (const [index, sample] of part.entries()) {
    answers[index] = dot(vectors, rows[sample]! * dimensions, weights, dimensions) + weights[dimensions]!
  }
  const truth = Float64Array.from(part, (sample) => labels[sample]!)
  return type === 'regression' ? r2Score(answers, truth) : binaryF1(answers, truth)
}

function dot(vectors: Float32Array, at: number, weights: Float64Array, dimensions: number): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  let i = 0
  for (; i + 3 < dimensions; i += 4) {
    a += vectors[at + i]! * weights[i]!
    b += vectors[at + i + 1]! * weights[i + 1]!
    c += vectors[at + i + 2]! * weights[i + 2]!
    d += vectors[at + i + 3]! * weights[i + 3]!
  }
  for (; i < dimensions; i++) a += vectors[at + i]! * weights[i]!
  return a + b + (c + d)
}

const BETA_1 = 0.9
const BETA_2 = 0.999
const EPSILON = 1e-8
const WEIGHT_DECAY = 0.01

/** PyTorch's defaults; the decay takes the bias too. */
class AdamW {
  readonly #weights: Float64Array
  readonly #learningRate: number
  readonly #mean: Float64Array
  readonly #square: Float64Array
  #steps = 0

  constructor(weights: Float64Array, learningRate: number) {
    this.#weights = weights
    this.#learningRate = learningRate
    this.#mean = new Float64Array(weights.length)
    this.#square = new Float64Array(weights.length)
  }

  step(gradient: Float64Array): void {
    this.#steps++
    const stepSize = this.#learningRate / (1 - BETA_1 ** this.#steps)
    const rootOfCorrection = Math.sqrt(1 - BETA_2 ** this.#steps)
    const kept = 1 - this.#learningRate * WEIGHT_DECAY
    const [weights, mean, square] = [this.#weights, this.#mean, this.#square]
    for (let i = 0; i < weights.length; i++) {
      const slope = gradient[i]!
      mean[i] = BETA_1 * mean[i]! + (1 - BETA_1) * slope
      square[i] = BETA_2 * square[i]! + (1 - BETA_2) * slope * slope
      weights[i] = weights[i]! * kept - (stepSize * mean[i]!) / (Math.sqrt(square[i]!) / rootOfCorrection + EPSILON)
    }
  }
}
