import { fitLogistic, fitRidge } from '../../probe/fit-linear.ts'
import { type LinearProbe, scalingOf, toProbabilities } from '../../probe/probe-columns.ts'
import { columnsOf, type ProbeTask } from '../../probe/probe-task.ts'
import type { FoldCalls } from '../threads/fold-worker.ts'
import { partsOf, shardedSamples } from '../threads/sharded-samples.ts'
import type { ThreadPool } from '../threads/thread-pool.ts'

export type ProbeChoice =
  | { readonly kind: 'logistic'; readonly c: number }
  | { readonly kind: 'ridge'; readonly alpha: number }
  | { readonly kind: 'nearest'; readonly neighbours: number }

/** Samples of one evaluation: `vectors` shared between threads, one row a sample of the task. */
export interface ProbeProblem {
  readonly vectors: Float32Array
  readonly dimensions: number
  readonly task: ProbeTask
  readonly choice: ProbeChoice
  /** weigh classes by the inverse of their share, told from the training samples */
  readonly isBalanced: boolean
}

export interface FoldFit {
  /**
   * Row-major `rows x columns`: probabilities, or the scores of least squares moved to where 0.5 decides; of numbers the numbers.
   */
  answers(rows: Int32Array): Promise<Float32Array>
  /** undefined for nearest neighbours, which learn nothing */
  readonly probe: LinearProbe | undefined
  readonly iterations: number
  readonly hasConverged: boolean
}

/** Fits a probe to the training rows. The pool holds the samples of one fit at a time. */
export async function fitFold(pool: ThreadPool<FoldCalls>, problem: ProbeProblem, train: Int32Array): Promise<FoldFit> {
  return problem.choice.kind === 'nearest'
    ? nearestFit(pool, problem, train, problem.choice.neighbours)
    : linearFit(pool, problem, train, problem.choice)
}

async function linearFit(
  pool: ThreadPool<FoldCalls>,
  { vectors, dimensions, task, isBalanced }: ProbeProblem,
  train: Int32Array,
  choice: Exclude<ProbeChoice, { kind: 'nearest' }>,
): Promise<FoldFit> {
  const isRidge = choice.kind === 'ridge'
  const columns = columnsOf(task, isRidge)
  const scaling = scalingOf(vectors, dimensions, train)
  const sampleWeights = weightsOf(task, train, isBalanced)
  const input = { vectors, dimensions, rows: train, scaling, columns, sampleWeights, isRootWeighted: isRidge }
  const samples = await shardedSamples(pool, input)
  const fit = isRidge ? await fitRidge(samples, choice) : await fitLogistic(samples, choice)
  const { link, columnCount } = columns
  const probe: LinearProbe = { link, dimensions, columnCount, weights: fit.weights, scaling }
  return {
    ...{ probe, iterations: fit.iterations, hasConverged: fit.hasConverged },
    async answers(rows) {
      const parts = partsOf(rows, pool.size)
      const found = await pool.all('answers', (thread) => ({ probe, vectors, rows: parts[thread]! }))
      const answers = joined(found)
      toProbabilities(answers, columnCount, link)
      return isRidge && task.kind !== 'numbers' ? answers.map((answer) => (answer + 1) / 2) : answers
    },
  }
}

/** 1 a sample; balanced, `n / (classes x samples of the class)`, as scikit-learn weighs. */
function weightsOf(task: ProbeTask, train: Int32Array, isBalanced: boolean): Float64Array {
  if (task.kind !== 'classes') {
    const count = task.kind === 'numbers' ? task.values.length : task.has.length / task.names.length
    return new Float64Array(count).fill(1)
  }
  const { classOfSample, names } = task
  if (!isBalanced) return new Float64Array(classOfSample.length).fill(1)
  const counts = new Int32Array(names.length)
  for (const sample of train) counts[classOfSample[sample]!]!++
  const present = counts.filter((count) => count > 0).length
  return Float64Array.from(classOfSample, (kind) => train.length / (present * Math.max(1, counts[kind]!)))
}

/** The mean of what the nearest training samples are. */
async function nearestFit(
  pool: ThreadPool<FoldCalls>,
  { vectors, dimensions, task }: ProbeProblem,
  train: Int32Array,
  neighbours: number,
): Promise<FoldFit> {
  const { columnCount, values } = columnsOf(task, false)
  const k = Math.min(neighbours, train.length)
  return {
    ...{ probe: undefined, iterations: 0, hasConverged: true },
    async answers(rows) {
      const parts = partsOf(rows, pool.size)
      const found = await pool.all('nearest', (thread) => ({
        ...{ vectors, dimensions, candidates: train, queries: parts[thread]!, k },
      }))
      return joined(found.map((part) => meansOf(part.rows, k, values, columnCount)))
    },
  }
}

function meansOf(rows: Int32Array, k: number, values: Float32Array, columnCount: number): Float32Array {
  const means = new Float32Array((rows.length / k) * columnCount)
  rows.forEach((row, at) => {
    const to = Math.floor(at / k) * columnCount
    for (let column = 0; column < columnCount; column++) means[to + column]! += values[row * columnCount + column]! / k
  })
  return means
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
