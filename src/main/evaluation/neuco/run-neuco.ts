// NeuCo-Bench: a submission scored on every task of a folder. The order of things is that of the benchmark's code.

import { readFile } from 'node:fs/promises'
import { parse } from 'node:path'
import type { NeucoReport, ParsedInput } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { CallContext } from '../../threads/thread-calls.ts'
import { LegacyRandom } from '../random/legacy-random.ts'
import { shuffleSplits } from '../splits/shuffle-splits.ts'
import type { FoldCalls } from '../threads/fold-worker.ts'
import { ThreadPool } from '../threads/thread-pool.ts'
import { writeNeucoResults } from './result-files.ts'
import type { SplitScores, SplitTask } from './run-split.ts'
import { summarise } from './scores.ts'
import { readSubmission, type Submission } from './submission.ts'
import { readTaskLabels, type TaskLabels } from './task-labels.ts'

export type ParsedNeucoRequest = ParsedInput<'evaluateNeuco'>
type NeucoTask = NeucoReport['tasks'][number]

const TEST_FRACTION = 0.1

/** A task with the rows of the submission that its labels stand for. */
interface JoinedTask extends TaskLabels {
  readonly rows: Int32Array
  /** scaled, one a row */
  readonly targets: Float64Array
  readonly withoutVector: number
}

/** @throws EngineError when the files are not what they should be, or no task can be scored */
export async function runNeuco(request: ParsedNeucoRequest, context: CallContext): Promise<NeucoReport> {
  const startedMs = performance.now()
  const all = await readTaskLabels(request.labels, context.signal)
  const submission = await readWithProgress(request, all, context)
  const tasks = chosenTasks(all, request).map((task) => joinTask(task, submission, request.scaleLabels))
  const scored = await scoreTasks(tasks, submission, request, context)
  requireScores(scored)
  const report: NeucoReport = {
    submission: request.submission,
    labels: request.labels,
    method: request.method ?? parse(request.submission).name,
    rows: {
      submitted: submission.rowCount,
      used: submission.ids.length,
      unlabelled: submission.unlabelledCount,
      excluded: submission.excludedCount,
    },
    dimensions: submission.dimensions,
    foundDimensions: submission.foundDimensions,
    standardisation: { mean: submission.mean, std: submission.std },
    tasks: scored,
    overallQ: meanOf(scored.map(({ q }) => q)),
    overallScore: meanOf(scored.map(({ mean }) => mean)),
    overallHeldOut: meanOf(scored.map(({ heldOut }) => heldOut.mean)),
    settings: settingsOf(request),
    files: [],
    seconds: (performance.now() - startedMs) / 1000,
    warnings: warningsOf(submission, tasks, scored),
  }
  if (request.out === undefined) return report
  return { ...report, files: await writeNeucoResults(report, request.out, request.phase, context.signal) }
}

function settingsOf(request: ParsedNeucoRequest): NeucoReport['settings'] {
  const { splits, epochs, batchSize, learningRate, splitSeed, seed, standardise, scaleLabels } = request
  return { splits, epochs, batchSize, learningRate, splitSeed, seed, standardise, scaleLabels }
}

async function readWithProgress(
  { submission, exclude, dimensions, standardise }: ParsedNeucoRequest,
  tasks: readonly TaskLabels[],
  { signal, onProgress }: CallContext,
): Promise<Submission> {
  onProgress({ stage: 'reading the submission', done: 0 })
  return readSubmission(submission, {
    labelledIds: new Set(tasks.flatMap(({ ids }) => ids)),
    ...(exclude === undefined ? {} : { excludedIds: await readIds(exclude) }),
    dimensions,
    standardise,
    signal,
  })
}

async function readIds(path: string): Promise<Set<string>> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new EngineError('not-found', `${path}: expected a file of ids, got ${cause.code}`, { cause })
  })
  return new Set(text.split('\n').flatMap((line) => line.trim() || []))
}

function chosenTasks(all: readonly TaskLabels[], { labels, tasks }: ParsedNeucoRequest): TaskLabels[] {
  const names = new Set(all.map(({ task }) => task))
  const unknown = tasks?.find((name) => !names.has(name))
  if (unknown !== undefined) {
    throw new EngineError('not-found', `${labels}: expected a task "${unknown}", got ${[...names].join(', ')}`)
  }
  return all.filter(({ task }) => tasks?.includes(task) ?? true)
}

function joinTask(task: TaskLabels, { ids }: Submission, isScaled: boolean): JoinedTask {
  const rowOfId = new Map(ids.map((id, row) => [id, row]))
  const known = task.ids.flatMap((id, index) => (rowOfId.has(id) ? [index] : []))
  const labels = Float64Array.from(known, (index) => task.labels[index]!)
  const low = labels.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = labels.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  return {
    ...task,
    rows: Int32Array.from(known, (index) => rowOfId.get(task.ids[index]!)!),
    targets: isScaled ? labels.map((label) => (label - low) / (high - low)) : labels,
    withoutVector: task.ids.length - known.length,
  }
}

/** Why the original would crash on a task or give no number. */
function problemOf({ task, type, rows, targets, withoutVector }: JoinedTask): string | undefined {
  if (rows.length === 0) {
    return `task ${task}: expected labels for ids of the submission, got ${withoutVector} labels for other ids`
  }
  const fewest = type === 'regression' ? 11 : 3
  if (rows.length < fewest) {
    return `task ${task}: expected at least ${fewest} samples with label and vector, got ${rows.length}`
  }
  const values = new Set(targets)
  if (values.size === 1)
    return `task ${task}: expected labels of two values or more, got one value on all ${rows.length} samples`
  if (type === 'classification' && !targets.every((target) => target === 0 || target === 1)) {
    return `task ${task}: expected two classes, got ${values.size} label values; the benchmark knows binary classification only`
  }
  return undefined
}

async function scoreTasks(
  tasks: readonly JoinedTask[],
  submission: Submission,
  request: ParsedNeucoRequest,
  { signal, onProgress }: CallContext,
): Promise<NeucoTask[]> {
  const seeds = new LegacyRandom(request.seed)
  const work = tasks.map((task) => (problemOf(task) === undefined ? splitTasks(task, submission, request, seeds) : []))
  const total = work.flat().length
  let done = 0
  const pool = new ThreadPool<FoldCalls>('fold-worker')
  const end = () => void pool.dispose()
  signal.addEventListener('abort', end, { once: true })
  try {
    const scored: NeucoTask[] = []
    for (const [index, task] of tasks.entries()) {
      const stage = `training ${task.task}`
      onProgress({ stage, done, total })
      const onDone = () => onProgress({ stage, done: ++done, total })
      const scores = await pool.map('neucoSplit', work[index]!, { signal, onDone })
      scored.push(scoredTask(task, scores))
    }
    return scored
  } finally {
    signal.removeEventListener('abort', end)
    await pool.dispose()
  }
}

function splitTasks(
  { rows, targets, type }: JoinedTask,
  { vectors, dimensions }: Submission,
  { splits, splitSeed, epochs, batchSize, learningRate }: ParsedNeucoRequest,
  seeds: LegacyRandom,
): SplitTask[] {
  const samples = { vectors, dimensions, rows, labels: targets, type }
  const training = { epochs, batchSize, learningRate }
  return shuffleSplits(rows.length, { count: splits, testFraction: TEST_FRACTION, seed: splitSeed }).map(
    ({ train, test }) => ({
      samples,
      // of their own: a view would carry the whole permutation to the thread
      split: { train: train.slice(), test: test.slice() },
      training,
      seed: seeds.uint32(),
    }),
  )
}

function scoredTask(task: JoinedTask, scores: readonly SplitScores[]): NeucoTask {
  const problem = problemOf(task)
  const none = { mean: null, std: null, q: null }
  const best = scores.map((score) => score.best)
  return {
    task: task.task,
    type: task.type,
    metric: task.type === 'regression' ? 'r2' : 'f1',
    samples: task.rows.length,
    withoutVector: task.withoutVector,
    ...(problem === undefined ? summarise(best) : none),
    scores: best,
    heldOut: problem === undefined ? summarise(scores.map(({ heldOut }) => heldOut)) : none,
    ...(problem === undefined ? {} : { problem }),
  }
}

function requireScores(tasks: readonly NeucoTask[]): void {
  if (tasks.some(({ problem }) => problem === undefined)) return
  throw new EngineError('invalid-input', tasks[0]?.problem ?? 'tasks: expected at least one to score, got none')
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length < values.length ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

function warningsOf(submission: Submission, tasks: readonly JoinedTask[], scored: readonly NeucoTask[]): string[] {
  const { dimensions, foundDimensions, nonNumericCount } = submission
  const file = (task: TaskLabels) => `task ${task.task}`
  return [
    ...(nonNumericCount > 0
      ? [`${nonNumericCount} values of the submission are empty or no numbers and count as 0`]
      : []),
    ...(foundDimensions < dimensions ? [`${foundDimensions} dimensions are padded with zeros to ${dimensions}`] : []),
    ...tasks.flatMap((task) => (task.blankCount > 0 ? [`${file(task)}: ${task.blankCount} rows without a label`] : [])),
    ...tasks.flatMap((task) =>
      task.repeatedCount > 0 ? [`${file(task)}: ${task.repeatedCount} labels for an id that has one already`] : [],
    ),
    ...tasks.flatMap((task) =>
      task.withoutVector > 0
        ? [`${file(task)}: ${task.withoutVector} of ${task.ids.length} labels are for ids that the submission lacks`]
        : [],
    ),
    ...scored.flatMap(({ problem }) => (problem === undefined ? [] : [`${problem}; it has no score`])),
  ]
}
