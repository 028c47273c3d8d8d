// The part of the samples that one thread holds: standardised rows with a 1 behind them (the bias), in the memory of the kernels.
// Every step over the samples of a probe is a product over the shards, summed in float64.

import { createKernelMemory, type KernelMemory, Places } from '../kernels/kernel-memory.ts'
import { type Kernels, kernelsOn } from '../kernels/kernels.ts'
import type { ProbeColumns, ProbeLink, Scaling } from './probe-columns.ts'

/** Rows whose answers are computed before they are used: they stay in the cache of the core. */
const BLOCK_ROWS = 64
/** Rows after which float32 sums are emptied into float64. */
const FLUSH_ROWS = 1024
/** Rows and columns of a step of the Gram matrix. */
const GRAM_ROWS = 128
const GRAM_COLUMNS = 48

export interface ShardInput {
  /** row-major, best shared between threads */
  readonly vectors: Float32Array
  readonly dimensions: number
  /** of `vectors` and of the columns */
  readonly rows: Int32Array
  readonly scaling: Scaling
  readonly columns: ProbeColumns
  /** one a sample of the columns */
  readonly sampleWeights: Float64Array
  /** multiply rows and columns by the root of their weight, for least squares; otherwise the weight stands in the loss */
  readonly isRootWeighted: boolean
}

export interface LossAndGradient {
  /** sums over the samples, weighted */
  readonly loss: number
  readonly gradient: Float64Array
}

export interface NormalEquations {
  /** `(dimensions + 1)^2`, symmetric, the upper half filled */
  readonly gram: Float64Array
  /** `columnCount x (dimensions + 1)` */
  readonly cross: Float64Array
}

let lastMemory: KernelMemory | undefined

/** Memory that is used again: each new one takes 4 GB of addresses until it is collected. */
function memoryOf(byteLength: number): KernelMemory {
  if (lastMemory === undefined || lastMemory.buffer.byteLength < byteLength) lastMemory = createKernelMemory(byteLength)
  return lastMemory
}

export class SampleShard {
  readonly #count: number
  readonly #width: number
  readonly #columnCount: number
  readonly #link: ProbeLink
  readonly #targets: Float32Array
  readonly #weights: Float64Array
  readonly #floats: Float32Array
  readonly #kernels: Kernels
  readonly #places: { rows: number; weights: number; answers: number; sums: number }

  constructor({ vectors, dimensions, rows, scaling, columns, sampleWeights, isRootWeighted }: ShardInput) {
    this.#count = rows.length
    this.#width = dimensions + 1
    this.#columnCount = columns.columnCount
    this.#link = columns.link
    const places = new Places(64)
    const take = (values: number) => places.take(values * 4)
    this.#places = {
      rows: take(this.#count * this.#width),
      weights: take(this.#columnCount * this.#width),
      answers: take(BLOCK_ROWS * this.#columnCount),
      sums: take(Math.max(this.#columnCount, columns.link === 'identity' ? this.#width : 0) * this.#width),
    }
    const memory = memoryOf(places.end)
    this.#floats = new Float32Array(memory.buffer)
    this.#kernels = kernelsOn(memory)
    this.#weights = Float64Array.from(rows, (row) => sampleWeights[row]!)
    this.#targets = new Float32Array(this.#count * this.#columnCount)
    for (const [index, row] of rows.entries()) {
      const factor = isRootWeighted ? Math.sqrt(sampleWeights[row]!) : 1
      this.#writeRow(index, vectors, row * dimensions, scaling, factor)
      for (let k = 0; k < this.#columnCount; k++) {
        this.#targets[index * this.#columnCount + k] = columns.values[row * this.#columnCount + k]! * factor
      }
    }
  }

  #writeRow(index: number, vectors: Float32Array, at: number, { mean, inverseStd }: Scaling, factor: number): void {
    const to = this.#places.rows / 4 + index * this.#width
    for (let i = 0; i < this.#width - 1; i++) {
      this.#floats[to + i] = (vectors[at + i]! - mean[i]!) * inverseStd[i]! * factor
    }
    this.#floats[to + this.#width - 1] = factor
  }

  /** Of the cross-entropy of the link, at `weights` (`columnCount x (dimensions + 1)`). */
  lossAndGradient(weights: Float64Array): LossAndGradient {
    const { rows, weights: weightsAt, answers, sums } = this.#places
    const [width, columns] = [this.#width, this.#columnCount]
    this.#floats.set(weights, weightsAt / 4)
    const gradient = new Float64Array(columns * width)
    this.#clear(sums, columns * width)
    let loss = 0
    for (let start = 0; start < this.#count; start += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, this.#count - start)
      const block = rows + start * width * 4
      this.#kernels.multiplyByRows(block, width, count, weightsAt, width, columns, width, answers, columns)
      loss += this.#toResiduals(start, count)
      this.#kernels.addProducts(answers, columns, columns, block, width, width, count, sums, width)
      if ((start + BLOCK_ROWS) % FLUSH_ROWS === 0) this.#flush(sums, gradient)
    }
    this.#flush(sums, gradient)
    return { loss, gradient }
  }

  /** Answers of a block become their residuals; returns the loss. */
  #toResiduals(start: number, count: number): number {
    const columns = this.#columnCount
    const answers = this.#floats.subarray(this.#places.answers / 4, this.#places.answers / 4 + count * columns)
    const targets = this.#targets.subarray(start * columns, (start + count) * columns)
    const weights = this.#weights.subarray(start, start + count)
    return this.#link === 'softmax'
      ? softmaxResiduals(answers, targets, weights, columns)
      : logisticResiduals(answers, targets, weights, columns)
  }

  /** Of least squares; only for shards of link `identity`. */
  normalEquations(): NormalEquations {
    const { rows, sums } = this.#places
    const [width, columns] = [this.#width, this.#columnCount]
    const gram = new Float64Array(width * width)
    const cross = new Float64Array(columns * width)
    for (let start = 0; start < this.#count; start += GRAM_ROWS) {
      const count = Math.min(GRAM_ROWS, this.#count - start)
      const block = rows + start * width * 4
      this.#clear(sums, width * width)
      for (let from = 0; from < width; from += GRAM_COLUMNS) {
        const some = Math.min(GRAM_COLUMNS, width - from)
        const [left, to] = [block + from * 4, sums + (from * width + from) * 4]
        this.#kernels.addProducts(left, width, some, left, width, width - from, count, to, width)
      }
      this.#flush(sums, gram)
      for (let row = start; row < start + count; row++) this.#addCross(row, cross)
    }
    return { gram, cross }
  }

  #addCross(row: number, cross: Float64Array): void {
    const at = this.#places.rows / 4 + row * this.#width
    for (let k = 0; k < this.#columnCount; k++) {
      const target = this.#targets[row * this.#columnCount + k]!
      const to = k * this.#width
      for (let i = 0; i < this.#width; i++) cross[to + i]! += target * this.#floats[at + i]!
    }
  }

  #clear(place: number, length: number): void {
    this.#floats.fill(0, place / 4, place / 4 + length)
  }

  #flush(place: number, sums: Float64Array): void {
    const from = place / 4
    for (let i = 0; i < sums.length; i++) sums[i]! += this.#floats[from + i]!
    this.#clear(place, sums.length)
  }
}

function softmaxResiduals(
  answers: Float32Array,
  targets: Float32Array,
  weights: Float64Array,
  columns: number,
): number {
  let loss = 0
  for (let row = 0; row < weights.length; row++) {
    const start = row * columns
    const weight = weights[row]!
    let highest = answers[start]!
    for (let k = 1; k < columns; k++) if (answers[start + k]! > highest) highest = answers[start + k]!
    let sum = 0
    let ofClass = 0
    for (let k = 0; k < columns; k++) {
      const answer = answers[start + k]! - highest
      if (targets[start + k] === 1) ofClass = answer
      sum += answers[start + k] = Math.exp(answer)
    }
    loss += weight * (Math.log(sum) - ofClass)
    for (let k = 0; k < columns; k++) answers[start + k] = weight * (answers[start + k]! / sum - targets[start + k]!)
  }
  return loss
}

function logisticResiduals(
  answers: Float32Array,
  targets: Float32Array,
  weights: Float64Array,
  columns: number,
): number {
  let loss = 0
  for (let i = 0; i < answers.length; i++) {
    const weight = weights[columns === 1 ? i : Math.floor(i / columns)]!
    const answer = answers[i]!
    const target = targets[i]!
    const small = Math.exp(-Math.abs(answer))
    loss += weight * (Math.max(answer, 0) - answer * target + Math.log1p(small))
    answers[i] = weight * ((answer >= 0 ? 1 : small) / (1 + small) - target)
  }
  return loss
}
