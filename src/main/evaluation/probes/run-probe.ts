// A probe judged by cross-validation on the labelled rows of a set.

import type { ProbeReport } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import { type ProbeTask, taskOf } from '../../probe/probe-task.ts'
import type { CallContext } from '../../threads/thread-calls.ts'
import { LegacyRandom } from '../random/legacy-random.ts'
import { type BlockedFolds, blockedFolds } from '../splits/blocked-folds.ts'
import { kFolds, stratifiedFolds } from '../splits/folds.ts'
import type { Split } from '../splits/split.ts'
import type { FoldCalls } from '../threads/fold-worker.ts'
import { ThreadPool } from '../threads/thread-pool.ts'
import { fitFold, type ProbeChoice, type ProbeProblem } from './fit-fold.ts'
import { type LabelledSamples, labelledSamples, type ParsedProbeRequest } from './labelled-samples.ts'
import { headlineOf, headlineScorer, probeScores } from './probe-scores.ts'

const CURVE_FRACTIONS = [0.05, 0.1, 0.2, 0.5]

interface Folds {
  readonly split: ProbeReport['split']
  readonly splits: readonly Split[]
  readonly blocks: BlockedFolds | undefined
}

/** @throws EngineError when the labels cannot be joined or are no task, or there are too few samples for the folds */
export async function runProbe(request: ParsedProbeRequest, context: CallContext): Promise<ProbeReport> {
  const startedMs = performance.now()
  const samples = await labelledSamples(request, context)
  const { set, rows, labels, source } = samples
  const task = taskOf(labels, request.task, { source, separator: request.separator })
  const choice = choiceOf(request, task)
  const folds = foldsOf(request, task, samples)
  const problem: ProbeProblem = {
    ...{ vectors: vectorsOf(samples), dimensions: set.dimensions, task, choice },
    isBalanced: request.classWeights === 'balanced',
  }
  const { answers, fitted, curve } = await crossValidate(problem, folds, request, context)
  const scores = probeScores(task, answers, {
    samples: Int32Array.from(rows, (_, sample) => sample),
    isProbability: choice.kind !== 'ridge',
    seed: request.seed,
    groupOfSample: folds.blocks?.blockOfSample,
  })
  return {
    set: request.set,
    probe: choice.kind,
    metric: headlineOf[task.kind],
    dimensions: set.dimensions,
    samples: rows.length,
    leftOut: samples.leftOut,
    split: folds.split,
    folds: fitted,
    ...meanAndStd(fitted.map(({ score }) => score)),
    scores,
    ...(curve === undefined ? {} : { learningCurve: curve }),
    settings: { ...request, task: task.kind, probe: choice.kind, split: folds.split },
    seconds: (performance.now() - startedMs) / 1000,
    warnings: warningsOf(samples, task, fitted, request),
  }
}

function choiceOf({ probe, c, alpha, neighbours, classWeights }: ParsedProbeRequest, task: ProbeTask): ProbeChoice {
  const kind = probe === 'auto' ? (task.kind === 'numbers' ? 'ridge' : 'logistic') : probe
  if (kind === 'logistic' && task.kind === 'numbers') {
    throw new EngineError(
      'invalid-input',
      'probe logistic: expected classes or labels, got numbers; use ridge or nearest',
    )
  }
  if (classWeights === 'balanced' && (task.kind !== 'classes' || kind === 'nearest')) {
    throw new EngineError(
      'invalid-input',
      `class weights: expected classes and a linear probe, got ${task.kind} and ${kind}; leave them out`,
    )
  }
  if (kind === 'logistic') return { kind, c }
  return kind === 'ridge' ? { kind, alpha } : { kind, neighbours }
}

function foldsOf(request: ParsedProbeRequest, task: ProbeTask, { set, rows }: LabelledSamples): Folds {
  const { folds: foldCount, blockKm, bufferKm, seed } = request
  const split = request.split === 'auto' ? (task.kind === 'classes' ? 'stratified' : 'random') : request.split
  try {
    if (split === 'blocked') {
      const blocks = blockedFolds(placesOf(set, rows), { foldCount, blockKm, bufferKm, seed })
      return { split, splits: blocks.splits, blocks }
    }
    if (split === 'random') return { split, splits: kFolds(rows.length, { foldCount, seed }), blocks: undefined }
    if (task.kind === 'classes') {
      return { split, splits: stratifiedFolds(task.classOfSample, { foldCount, seed }), blocks: undefined }
    }
  } catch (error) {
    // too few samples or blocks: the sentence is the user's
    if (error instanceof RangeError) throw new EngineError('invalid-input', error.message, { cause: error })
    throw error
  }
  throw new EngineError('invalid-input', `split stratified: expected classes, got ${task.kind}; use random or blocked`)
}

function placesOf({ name, columns }: LabelledSamples['set'], rows: Int32Array) {
  const lat = Float64Array.from(rows, (row) => columns.lat[row]!)
  const lon = Float64Array.from(rows, (row) => columns.lon[row]!)
  const missing = lat.reduce((count, value, at) => count + Number(Number.isNaN(value + lon[at]!)), 0)
  if (missing === 0) return { lat, lon }
  throw new EngineError(
    'invalid-input',
    `${name}: expected a place for every sample to split by blocks, got ${missing} without; use the split random`,
  )
}

/** Vectors of the samples alone, shared between threads. */
function vectorsOf({ set, rows }: LabelledSamples): Float32Array {
  const { vectors, dimensions, count } = set
  if (rows.length === count) return vectors
  const chosen = new Float32Array(new SharedArrayBuffer(rows.length * dimensions * 4))
  rows.forEach((row, sample) => {
    chosen.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), sample * dimensions)
  })
  return chosen
}

interface Validated {
  /** of every sample, by the fold that did not learn from it */
  readonly answers: Float32Array
  readonly fitted: ProbeReport['folds']
  readonly curve: ProbeReport['learningCurve']
}

async function crossValidate(
  problem: ProbeProblem,
  { splits }: Folds,
  { learningCurve, seed }: ParsedProbeRequest,
  { signal, onProgress }: CallContext,
): Promise<Validated> {
  const pool = new ThreadPool<FoldCalls>('fold-worker')
  const end = () => void pool.dispose()
  signal.addEventListener('abort', end, { once: true })
  const fractions = learningCurve ? CURVE_FRACTIONS : []
  const total = splits.length * (1 + fractions.length)
  let done = 0
  const step = () => onProgress({ stage: 'training', done: done++, total })
  const sampleCount = problem.vectors.length / problem.dimensions
  try {
    const all = new AllAnswers(sampleCount)
    const fitted: ProbeReport['folds'] = []
    const onCurve = fractions.map((fraction) => ({ fraction, train: 0, scores: [] as (number | null)[] }))
    for (const split of splits) {
      step()
      requireBothParts(split)
      const fit = await fitFold(pool, problem, split.train)
      const answers = await fit.answers(split.test)
      all.put(split.test, answers)
      fitted.push({
        train: split.train.length,
        test: split.test.length,
        inBuffer: sampleCount - split.train.length - split.test.length,
        score: scoreOf(problem.task, split.test, answers),
        iterations: fit.iterations,
        hasConverged: fit.hasConverged,
      })
      const order = split.train.slice()
      new LegacyRandom(seed).shuffle(order)
      for (const point of onCurve) {
        step()
        const part = order.slice(0, Math.ceil(point.fraction * order.length)).sort()
        point.train += part.length / splits.length
        point.scores.push(await scoreOfPart(pool, problem, part, split.test))
      }
    }
    onProgress({ stage: 'training', done: total, total })
    const whole = {
      fraction: 1,
      train: meanOf(fitted.map(({ train }) => train))!,
      scores: fitted.map(({ score }) => score),
    }
    const curve = [...onCurve, whole].map(({ scores, ...point }) => ({ ...point, ...meanAndStd(scores) }))
    return { answers: all.values, fitted, curve: learningCurve ? curve : undefined }
  } finally {
    signal.removeEventListener('abort', end)
    await pool.dispose()
  }
}

/** null where so few samples are of one class only. */
async function scoreOfPart(
  pool: ThreadPool<FoldCalls>,
  problem: ProbeProblem,
  train: Int32Array,
  test: Int32Array,
): Promise<number | null> {
  const { task } = problem
  if (task.kind === 'classes' && new Set(train.map((sample) => task.classOfSample[sample]!)).size < 2) return null
  const { answers } = await fitFold(pool, problem, train)
  return scoreOf(task, test, await answers(test))
}

function scoreOf(task: ProbeTask, test: Int32Array, answers: Float32Array): number | null {
  const columns = answers.length / test.length
  const count =
    task.kind === 'numbers'
      ? task.values.length
      : task.kind === 'classes'
        ? task.classOfSample.length
        : task.has.length / columns
  const all = new AllAnswers(count)
  all.put(test, answers)
  const score = headlineScorer(task, all.values)(test)
  return Number.isFinite(score) ? score : null
}

/** Answers at the places of their samples. */
class AllAnswers {
  values = new Float32Array()

  constructor(readonly sampleCount: number) {}

  put(samples: Int32Array, answers: Float32Array): void {
    const columns = answers.length / samples.length
    if (this.values.length === 0) this.values = new Float32Array(this.sampleCount * columns)
    samples.forEach((sample, at) => {
      this.values.set(answers.subarray(at * columns, (at + 1) * columns), sample * columns)
    })
  }
}

function requireBothParts({ train, test }: Split): void {
  if (train.length > 0 && test.length > 0) return
  throw new EngineError(
    'invalid-input',
    `folds: expected samples to learn from and samples to test, got ${train.length} and ${test.length}; choose a smaller buffer or fewer folds`,
  )
}

function meanAndStd(scores: readonly (number | null)[]): { mean: number | null; std: number | null } {
  const known = scores.filter((score) => score !== null)
  const mean = meanOf(known)
  if (mean === null || known.length < 2) return { mean, std: null }
  return { mean, std: Math.sqrt(known.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (known.length - 1)) }
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}

function warningsOf(
  { leftOut, rows, set }: LabelledSamples,
  task: ProbeTask,
  fitted: ProbeReport['folds'],
  request: ParsedProbeRequest,
): string[] {
  const slow = fitted.filter(({ hasConverged }) => !hasConverged).length
  return [
    ...(leftOut.unknownIds > 0 ? [`${leftOut.unknownIds} labels are for ids that ${set.name} does not have`] : []),
    ...(leftOut.repeatedIds > 0
      ? [`${leftOut.repeatedIds} rows repeat the id of an earlier row and are left out`]
      : []),
    ...(leftOut.unusableVectors > 0
      ? [`${leftOut.unusableVectors} rows have NaN, infinite or zero vectors and are left out`]
      : []),
    ...rareClasses(task, request.folds),
    ...(slow > 0 ? [`${slow} of ${fitted.length} folds ended before they converged`] : []),
    ...(rows.length < 50 ? [`${rows.length} samples are few; read the interval, not the score`] : []),
  ]
}

function rareClasses(task: ProbeTask, foldCount: number): string[] {
  if (task.kind !== 'classes') return []
  return task.names.flatMap((name, kind) => {
    const count = task.classOfSample.reduce((sum, one) => sum + Number(one === kind), 0)
    return count < foldCount ? [`class "${name}" has ${count} samples, fewer than the ${foldCount} folds`] : []
  })
}
