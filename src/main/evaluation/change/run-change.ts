// Which fragments changed between their dates.

import { basename } from 'node:path'
import type { ChangeReport, ParsedInput } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { CallContext } from '../../threads/thread-calls.ts'
import { quantile } from '../metrics/bootstrap.ts'
import { rocAuc } from '../metrics/roc-auc.ts'
import { joinTable, readTable } from '../probes/labelled-samples.ts'
import { type EvaluatedSet, readEvaluatedSet } from '../sets/evaluated-set.ts'
import { changeScores, changeThreshold } from './change-score.ts'
import { type DateSeries, type DateStep, dateSeries } from './date-series.ts'

export type ParsedChangeRequest = ParsedInput<'change'>

/** @throws EngineError when no fragment has two dates, or the truth tells nothing about the steps */
export async function runChange(request: ParsedChangeRequest, context: CallContext): Promise<ChangeReport> {
  const startedMs = performance.now()
  const { set } = await readEvaluatedSet(request.set, context, async () => undefined)
  const series = dateSeries(set)
  const { steps } = series
  context.onProgress({ stage: 'comparing dates', done: 0, total: steps.length })
  const scores = changeScores(steps)
  const threshold = changeThreshold(scores, request.falseAlarms)
  const known = request.truth === undefined ? undefined : await knownChanges(request.truth, set, steps, context.signal)
  const order = Array.from(steps, (_, index) => index).sort((a, b) => scores[b]! - scores[a]!)
  const sorted = Float64Array.from(steps, ({ cosine }) => cosine).sort()
  return {
    set: request.set,
    rows: set.count,
    footprints: series.footprints,
    stepCount: steps.length,
    threshold,
    changed: scores.filter((score) => score > threshold).length,
    cosine: { median: quantile(sorted, 0.5), p5: quantile(sorted, 0.05), p1: quantile(sorted, 0.01) },
    ...(known === undefined ? {} : { truth: heldAgainst(known, steps, scores, threshold) }),
    steps: order.slice(0, request.limit).map((index) => ({
      ...describedStep(set, steps[index]!),
      score: scores[index]!,
      isChange: scores[index]! > threshold,
      ...(known?.[index] === undefined ? {} : { isKnownChange: known[index] }),
    })),
    seconds: (performance.now() - startedMs) / 1000,
    warnings: warningsOf(set, series),
  }
}

/** Whether what the label names is there on one of the two dates only; undefined where a date has no label. */
async function knownChanges(
  truth: NonNullable<ParsedChangeRequest['truth']>,
  set: EvaluatedSet,
  steps: readonly DateStep[],
  signal: AbortSignal,
): Promise<(boolean | undefined)[]> {
  const { labelOf } = joinTable(set, await readTable(truth, truth.table, signal), truth)
  const has = (row: number) => {
    const { isKnown, label } = labelOf(row)
    return isKnown ? (label ?? '').split(/\s+/).includes(truth.changeLabel) : undefined
  }
  const known = steps.map(({ fromRow, toRow }) => {
    const [before, after] = [has(fromRow), has(toRow)]
    return before === undefined || after === undefined ? undefined : before !== after
  })
  const told = known.filter((each) => each !== undefined)
  if (told.some(Boolean) && told.some((each) => !each)) return known
  throw new EngineError(
    'invalid-input',
    `${basename(truth.table)}: expected steps with and without a change of "${truth.changeLabel}", got ${told.filter(Boolean).length} with and ${told.filter((each) => !each).length} without of ${steps.length} steps`,
  )
}

function heldAgainst(
  known: readonly (boolean | undefined)[],
  steps: readonly DateStep[],
  scores: Float64Array,
  threshold: number,
): NonNullable<ChangeReport['truth']> {
  const told = known.flatMap((each, index) => (each === undefined ? [] : [index]))
  const isChange = told.map((index) => known[index] === true)
  const called = told.map((index) => scores[index]! > threshold)
  const count = (passes: (at: number) => boolean) => told.filter((_, at) => passes(at)).length
  const hits = count((at) => isChange[at]! && called[at]!)
  const ratio = (part: number, whole: number) => (whole === 0 ? null : part / whole)
  return {
    steps: told.length,
    changes: count((at) => isChange[at]!),
    rocAuc: rocAuc(
      told.map((index) => scores[index]!),
      isChange,
    ),
    rocAucOfCosine: rocAuc(
      told.map((index) => -steps[index]!.cosine),
      isChange,
    ),
    precision: ratio(
      hits,
      count((at) => called[at]!),
    ),
    recall: ratio(
      hits,
      count((at) => isChange[at]!),
    ),
  }
}

function describedStep({ columns, fragments }: EvaluatedSet, { fromRow, toRow, cosine }: DateStep) {
  const [lat, lon] = [columns.lat[toRow]!, columns.lon[toRow]!]
  return {
    gridCell: columns.gridCell?.[toRow] ?? '',
    fragmentRow: fragments?.rows[toRow] ?? 0,
    fragmentCol: fragments?.cols[toRow] ?? 0,
    ...(Number.isNaN(lat + lon) ? {} : { lat, lon }),
    ...{ fromRow, toRow, cosine },
    from: columns.timestamp?.[fromRow] ?? '',
    to: columns.timestamp?.[toRow] ?? '',
  }
}

function warningsOf({ name }: EvaluatedSet, { undated, unusable, repeated }: DateSeries): string[] {
  return [
    ...(undated > 0 ? [`${name}: ${undated} rows have no date and are left out`] : []),
    ...(unusable > 0 ? [`${name}: ${unusable} rows have NaN, infinite or zero vectors and are left out`] : []),
    ...(repeated > 0 ? [`${name}: ${repeated} rows repeat a fragment and its date; the first of each counts`] : []),
  ]
}
