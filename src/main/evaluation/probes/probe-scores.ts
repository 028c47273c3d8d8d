// All that is told of the answers of a probe on samples that it did not learn from.

import type { ProbeReport } from '../../../shared/contract.ts'
import { type ProbeTask, truthOf } from '../../probe/probe-task.ts'
import { bootstrapInterval } from '../metrics/bootstrap.ts'
import { brierScore, calibrationOf } from '../metrics/calibration.ts'
import { accuracyOf, bestColumns, classScores, confusionMatrix } from '../metrics/class-scores.ts'
import { numberScores } from '../metrics/number-scores.ts'
import { rocAuc } from '../metrics/roc-auc.ts'

export type ProbeScores = ProbeReport['scores']

export interface ScoreOptions {
  /** samples that were tested, those of `answers` */
  readonly samples: Int32Array
  readonly isProbability: boolean
  readonly seed: number
  /** neighbours on the ground that an interval takes together */
  readonly groupOfSample: Int32Array | undefined
}

/** The score that folds, intervals and learning curves are told in: accuracy, macro F1, or R2. */
export const headlineOf = { classes: 'accuracy', labels: 'macroF1', numbers: 'r2' } as const

/**
 * The headline score of chosen samples, in any order and possibly repeated.
 * @param answers row-major `task samples x columns`
 */
export function headlineScorer(task: ProbeTask, answers: Float32Array): (samples: Int32Array) => number {
  if (task.kind === 'labels') return (samples) => mean(labelF1(task, answers, samples))
  if (task.kind === 'numbers') {
    return (samples) => numberScores(pick(task.values, samples, 1), pick(answers, samples, 1)).r2
  }
  const isRight = Uint8Array.from(chosenClasses(task.names.length, answers), (kind, sample) =>
    Number(kind === task.classOfSample[sample]),
  )
  return (samples) => samples.reduce((sum, sample) => sum + isRight[sample]!, 0) / samples.length
}

export function probeScores(task: ProbeTask, answers: Float32Array, options: ScoreOptions): ProbeScores {
  if (task.kind === 'numbers') return scoresOfNumbers(task, answers, options)
  return task.kind === 'classes' ? scoresOfClasses(task, answers, options) : scoresOfLabels(task, answers, options)
}

type ClassesTask = Extract<ProbeTask, { kind: 'classes' }>
type LabelsTask = Extract<ProbeTask, { kind: 'labels' }>

function scoresOfClasses(task: ClassesTask, answers: Float32Array, options: ScoreOptions): ProbeScores {
  const { samples, isProbability } = options
  const { names, classOfSample } = task
  const { values, columnCount } = truthOf(task)
  const truth = Int32Array.from(samples, (sample) => classOfSample[sample]!)
  const chosenOfAll = chosenClasses(names.length, answers)
  const chosen = samples.map((sample) => chosenOfAll[sample]!)
  const matrix = confusionMatrix(truth, chosen, names.length)
  const perClass = classScores(matrix, names.length)
  const tested = pick(answers, samples, columnCount)
  const columnOfClass = (kind: number) => (columnCount === 1 ? 0 : kind)
  const area = (kind: number) =>
    rocAuc(
      Float64Array.from(samples, (sample) => answers[sample * columnCount + columnOfClass(kind)]!),
      Array.from(truth, (one) => one === kind),
    )
  const areas = columnCount === 1 ? [area(1)] : names.map((_, kind) => area(kind))
  const confidence = Array.from(chosen, (kind, at) => confidenceOf(tested, at, kind, columnCount))
  const isRight = Array.from(truth, (kind, at) => Number(kind === chosen[at]))
  return {
    kind: 'classes',
    accuracy: accuracyOf(matrix, names.length),
    accuracyInterval: intervalOf(task, answers, options),
    macroF1: mean(perClass.map(({ f1 }) => f1)),
    balancedAccuracy: mean(perClass.filter(({ support }) => support > 0).map(({ recall }) => recall)),
    rocAuc: numberOrNull(mean(areas)),
    perClass: perClass.map((scores, kind) => ({ name: names[kind]!, ...scores })),
    confusion: names.map((_, kind) => [...matrix.subarray(kind * names.length, (kind + 1) * names.length)]),
    calibration: isProbability
      ? {
          ...calibrationOf(confidence, isRight),
          brier: brierScore(tested, pick(values, samples, columnCount), columnCount),
        }
      : null,
  }
}

function confidenceOf(tested: Float32Array, at: number, kind: number, columnCount: number): number {
  if (columnCount > 1) return tested[at * columnCount + kind]!
  return kind === 1 ? tested[at]! : 1 - tested[at]!
}

function scoresOfLabels(task: LabelsTask, answers: Float32Array, options: ScoreOptions): ProbeScores {
  const { samples, isProbability } = options
  const { names, has } = task
  const f1 = labelF1(task, answers, samples)
  const perLabel = names.map((name, k) => {
    const scores = Float64Array.from(samples, (sample) => answers[sample * names.length + k]!)
    const truth = Array.from(samples, (sample) => has[sample * names.length + k]!)
    const support = truth.reduce((sum, one) => sum + one, 0)
    return { name, f1: f1[k]!, rocAuc: numberOrNull(rocAuc(scores, truth)), support }
  })
  const known = perLabel.flatMap(({ rocAuc: area }) => area ?? [])
  const exact = samples.filter((sample) =>
    names.every((_, k) => answers[sample * names.length + k]! > 0.5 === (has[sample * names.length + k] === 1)),
  )
  const [tested, truth] = [pick(answers, samples, names.length), pick(has, samples, names.length)]
  return {
    kind: 'labels',
    macroF1: mean(f1),
    macroF1Interval: intervalOf(task, answers, options),
    rocAuc: numberOrNull(mean(known)),
    /** all labels of a sample right */
    subsetAccuracy: exact.length / samples.length,
    perLabel,
    calibration: isProbability
      ? { ...calibrationOf(tested, truth), brier: brierScore(tested, truth, names.length) }
      : null,
  }
}

function scoresOfNumbers(
  task: Extract<ProbeTask, { kind: 'numbers' }>,
  answers: Float32Array,
  options: ScoreOptions,
): ProbeScores {
  const [truth, given] = [pick(task.values, options.samples, 1), pick(answers, options.samples, 1)]
  const { r2, mae, rmse } = numberScores(truth, given)
  return { kind: 'numbers', r2: numberOrNull(r2), r2Interval: intervalOf(task, answers, options), mae, rmse }
}

function labelF1({ names, has }: LabelsTask, answers: Float32Array, samples: Int32Array): number[] {
  return names.map((_, k) => {
    let [hits, wrong] = [0, 0]
    for (const sample of samples) {
      const isAnswered = answers[sample * names.length + k]! > 0.5
      const isTrue = has[sample * names.length + k] === 1
      if (isAnswered && isTrue) hits++
      else if (isAnswered !== isTrue) wrong++
    }
    return hits + wrong === 0 ? 0 : (2 * hits) / (2 * hits + wrong)
  })
}

/** Of every sample of the task. */
function chosenClasses(classCount: number, answers: Float32Array): Int32Array {
  return classCount === 2
    ? Int32Array.from(answers, (answer) => Number(answer > 0.5))
    : bestColumns(answers, classCount)
}

function intervalOf(task: ProbeTask, answers: Float32Array, { samples, seed, groupOfSample }: ScoreOptions) {
  const groups = groupOfSample === undefined ? undefined : samples.map((sample) => groupOfSample[sample]!)
  const score = headlineScorer(task, answers)
  const scoreDrawn = (drawn: Int32Array) => score(drawn.map((at) => samples[at]!))
  return bootstrapInterval(samples.length, scoreDrawn, { seed, groupOfSample: groups })
}

/** Rows of a row-major matrix. */
function pick(values: ArrayLike<number>, samples: Int32Array, columnCount: number): Float32Array {
  const rows = new Float32Array(samples.length * columnCount)
  samples.forEach((sample, at) => {
    for (let k = 0; k < columnCount; k++) rows[at * columnCount + k] = values[sample * columnCount + k]!
  })
  return rows
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
