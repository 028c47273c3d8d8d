// What labels ask of a probe: one class of several, any of several labels, or a number.

import { EngineError } from '../../shared/errors.ts'
import type { ProbeColumns } from './probe-columns.ts'

export type ProbeTask =
  | { readonly kind: 'classes'; readonly names: readonly string[]; readonly classOfSample: Int32Array }
  | { readonly kind: 'labels'; readonly names: readonly string[]; readonly has: Uint8Array }
  | { readonly kind: 'numbers'; readonly values: Float64Array }

export type TaskKind = ProbeTask['kind']

/** More whole numbers than these are no classes. */
const MOST_NUMBERED_CLASSES = 20

/**
 * @param labels one a sample, as text; undefined only where several labels may apply and none does
 * @param kind `auto`: numbers when all are, unless they are few whole ones; otherwise classes
 * @param source names the labels in a sentence
 * @throws EngineError for NaN, words where numbers are wanted, or a single class
 */
export function taskOf(
  labels: readonly (string | undefined)[],
  kind: TaskKind | 'auto',
  { source, separator }: { readonly source: string; readonly separator: string },
): ProbeTask {
  refuseNaN(labels, source)
  const chosen = kind === 'auto' ? kindOf(labels) : kind
  if (chosen === 'numbers') return numbersTask(labels, source)
  return chosen === 'labels' ? labelsTask(labels, separator, source) : classesTask(labels, source)
}

function refuseNaN(labels: readonly (string | undefined)[], source: string): void {
  const count = labels.filter((label) => label !== undefined && /^nan$/i.test(label)).length
  if (count === 0) return
  throw new EngineError(
    'invalid-input',
    `${source}: expected labels, got NaN for ${count} samples; leave them empty to use the samples without`,
  )
}

function kindOf(labels: readonly (string | undefined)[]): 'classes' | 'numbers' {
  const numbers = labels.map(Number)
  if (!numbers.every(Number.isFinite)) return 'classes'
  const isWhole = numbers.every(Number.isInteger)
  return isWhole && new Set(numbers).size <= MOST_NUMBERED_CLASSES ? 'classes' : 'numbers'
}

function numbersTask(labels: readonly (string | undefined)[], source: string): ProbeTask {
  const wrong = labels.find((label) => !Number.isFinite(Number(label)))
  if (wrong !== undefined) {
    throw new EngineError('invalid-input', `${source}: expected finite numbers as labels, got "${wrong}"`)
  }
  const values = Float64Array.from(labels, Number)
  if (new Set(values).size > 1) return { kind: 'numbers', values }
  throw new EngineError(
    'invalid-input',
    `${source}: expected numbers that differ, got ${values[0]} for all ${values.length} samples`,
  )
}

function classesTask(labels: readonly (string | undefined)[], source: string): ProbeTask {
  const names = [...new Set(labels)].map(String).sort(byNumberOrText)
  if (names.length < 2) {
    throw new EngineError(
      'invalid-input',
      `${source}: expected two classes or more, got "${names[0]}" for all ${labels.length} samples`,
    )
  }
  const numberOf = new Map(names.map((name, index) => [name, index]))
  return { kind: 'classes', names, classOfSample: Int32Array.from(labels, (label) => numberOf.get(String(label))!) }
}

function labelsTask(labels: readonly (string | undefined)[], separator: string, source: string): ProbeTask {
  const sets = labels.map((text) => new Set((text ?? '').split(separator).flatMap((word) => word.trim() || [])))
  const counts = new Map<string, number>()
  for (const name of sets.flatMap((set) => [...set])) counts.set(name, (counts.get(name) ?? 0) + 1)
  const names = [...counts.keys()].filter((name) => counts.get(name)! < labels.length).sort(byNumberOrText)
  if (names.length === 0) {
    throw new EngineError(
      'invalid-input',
      `${source}: expected labels that apply to some samples and not to others, got ${counts.size === 0 ? 'none' : 'only ones that apply to all'}`,
    )
  }
  const has = new Uint8Array(labels.length * names.length)
  sets.forEach((set, sample) => {
    for (const [k, name] of names.entries()) if (set.has(name)) has[sample * names.length + k] = 1
  })
  return { kind: 'labels', names, has }
}

function byNumberOrText(a: string, b: string): number {
  const difference = Number(a) - Number(b)
  if (!Number.isNaN(difference)) return difference
  return a < b ? -1 : 1
}

/**
 * Columns that a probe learns. Least squares answers yes or no as 1 and -1, as scikit-learn's RidgeClassifier; two classes are one column.
 * @param isLeastSquares for ridge; otherwise 1 and 0
 */
export function columnsOf(task: ProbeTask, isLeastSquares: boolean): ProbeColumns {
  if (task.kind === 'numbers') return { link: 'identity', columnCount: 1, values: Float32Array.from(task.values) }
  const truth = truthOf(task)
  const values = isLeastSquares ? truth.values.map((value) => 2 * value - 1) : truth.values
  const isSoftmax = task.kind === 'classes' && truth.columnCount > 1
  return {
    link: isLeastSquares ? 'identity' : isSoftmax ? 'softmax' : 'logistic',
    columnCount: truth.columnCount,
    values,
  }
}

/** 1 where a column applies to a sample; the one column of two classes is the second class. */
export function truthOf(task: Exclude<ProbeTask, { kind: 'numbers' }>): { values: Float32Array; columnCount: number } {
  if (task.kind === 'labels') return { values: Float32Array.from(task.has), columnCount: task.names.length }
  const { classOfSample, names } = task
  if (names.length === 2) return { values: Float32Array.from(classOfSample), columnCount: 1 }
  const values = new Float32Array(classOfSample.length * names.length)
  classOfSample.forEach((kind, sample) => {
    values[sample * names.length + kind] = 1
  })
  return { values, columnCount: names.length }
}
