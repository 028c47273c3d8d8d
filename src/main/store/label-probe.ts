// The probe of the labels given in the window: trained at once, and applied to every row of the set.

import type { ColumnLabels, LabelProbe, LabelProbeRequest } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { unionAreaKm2 } from '../grid/union-area.ts'
import { classProbabilities, trainInPlace } from '../probe/train-in-place.ts'
import type { CellLayers, ValuedCells, WorkerLayer } from './cell-layers.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import type { SearchedSet } from './searched-set.ts'
import { rowFootprint, rowPlace } from './set-rows.ts'
import { valueSpread } from './value-spread.ts'
import { wilson } from './wilson.ts'

const PARTS = 5
/** offered to be labelled next */
const OFFERED = 24
/** of a column that is taken as labels */
const MOST_CLASSES = 30
const MOST_LABELS = 200_000
/** as many as undo is likely to go back to; a byte a row */
const KEPT = 8

/** What the set worker knows; the engine adds the address of the layer. */
export type WorkerProbe = Omit<LabelProbe, 'layer'> & { readonly layer: WorkerLayer }

export class LabelProbes {
  readonly #set: EmbeddingSet
  readonly #layers: CellLayers
  /** most probable class of each row by layer, 255 for rows without a usable vector */
  readonly #classOfRow = new Map<string, Uint8Array>()

  constructor(set: EmbeddingSet, layers: CellLayers) {
    this.#set = set
    this.#layers = layers
  }

  /** @throws EngineError `invalid-input` for labels that are of one class, or name a row or a class that is not there */
  async train(request: Omit<LabelProbeRequest, 'setId'>, signal?: AbortSignal): Promise<WorkerProbe> {
    const startMs = performance.now()
    const { classes } = request
    const { table } = this.#set
    requireLabels(request, table.count)
    const labels = request.labels.filter(({ row }) => table.inverseNorms[row] !== 0)
    const vectors = this.#vectorsOf(labels.map(({ row }) => row))
    const classOfSample = Int32Array.from(labels, (label) => label.class)
    const task = { kind: 'classes', names: classes, classOfSample } as const
    if (new Set(classOfSample).size < 2) throw oneClass()
    const probe = await trainInPlace(vectors, task, Int32Array.from(labels.keys()), request)
    signal?.throwIfAborted()
    const rows = Int32Array.from(table.inverseNorms.keys()).filter((row) => table.inverseNorms[row] !== 0)
    const probabilities = classProbabilities(probe, classes.length, table.vectors, rows)
    signal?.throwIfAborted()
    const classOfRow = mostProbable(probabilities, classes.length, rows, table.count)
    const layer = this.#layers.add(this.#valuedCells(request, probabilities, rows, classOfRow))
    this.#keep(layer.layerId, classOfRow)
    const heldOut = await heldOutAccuracy(vectors, task, request)
    return {
      layer,
      rows: classes.map((_, kind) => classOfRow.reduce((count, other) => (other === kind ? count + 1 : count), 0)),
      ...(heldOut === undefined ? {} : { heldOut }),
      next: this.#uncertain(probabilities, classes.length, rows, new Set(request.labels.map(({ row }) => row))),
      unusable: request.labels.length - labels.length,
      tookMs: performance.now() - startMs,
    }
  }

  /** @throws EngineError `not-found` for a probe that is no longer kept */
  areas(layerId: string, classCount: number): number[] {
    const classOfRow = this.#classOfRow.get(layerId)
    if (classOfRow === undefined) {
      throw new EngineError('not-found', `probe ${layerId}: expected one of this set, got none; train it again`)
    }
    const footprints = Array.from({ length: classCount }, (): NonNullable<ReturnType<typeof rowFootprint>>[] => [])
    classOfRow.forEach((kind, row) => {
      const footprint = kind < classCount ? rowFootprint(this.#set, row) : undefined
      if (footprint !== undefined) footprints[kind]!.push(footprint)
    })
    return footprints.map(unionAreaKm2)
  }

  #keep(layerId: string, classOfRow: Uint8Array): void {
    this.#classOfRow.set(layerId, classOfRow)
    for (const oldest of this.#classOfRow.keys()) {
      if (this.#classOfRow.size <= KEPT) break
      this.#classOfRow.delete(oldest)
    }
  }

  #vectorsOf(rows: readonly number[]): Float32Array {
    const { vectors, dimensions } = this.#set.table
    const chosen = new Float32Array(rows.length * dimensions)
    rows.forEach((row, at) => {
      chosen.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions)
    })
    return chosen
  }

  /** Mean probabilities of the rows of a cell. */
  #valuedCells(
    { classes, shown }: Pick<LabelProbeRequest, 'classes' | 'shown'>,
    probabilities: Float32Array,
    rows: Int32Array,
    classOfRow: Uint8Array,
  ): ValuedCells {
    const { cells } = this.#set
    const count = classes.length
    const sums = new Float64Array(cells.cells.length * count)
    const counted = new Int32Array(cells.cells.length)
    rows.forEach((row, at) => {
      const cell = cells.cellOfRow[row]!
      if (cell < 0) return
      counted[cell]!++
      for (let kind = 0; kind < count; kind++) sums[cell * count + kind]! += probabilities[at * count + kind]!
    })
    const missingRows = classOfRow.length - rows.length
    if (shown !== undefined) {
      const ofCell = Float32Array.from(counted, (n, cell) => (n === 0 ? Number.NaN : sums[cell * count + shown]! / n))
      return { ofCell, missingRows, values: { kind: 'number', ...valueSpread(ofCell) } }
    }
    const ofCell = Float32Array.from(counted, (n, cell) =>
      n === 0 ? Number.NaN : greatestAt(sums, cell * count, count),
    )
    const categories = classes.map((name, kind) => ({
      name,
      rows: classOfRow.reduce((sum, other) => (other === kind ? sum + 1 : sum), 0),
      cells: ofCell.reduce((sum, other) => (other === kind ? sum + 1 : sum), 0),
    }))
    return { ofCell, missingRows, values: { kind: 'category', categories, merged: 0 } }
  }

  #uncertain(
    probabilities: Float32Array,
    count: number,
    rows: Int32Array,
    labelled: ReadonlySet<number>,
  ): WorkerProbe['next'] {
    const margins = Float32Array.from(rows, (_, at) => marginAt(probabilities, at * count, count))
    const order = Uint32Array.from(rows.keys()).sort((a, b) => margins[a]! - margins[b]!)
    const found: { row: number; margin: number }[] = []
    const seen = new Set<number>()
    for (const at of order) {
      if (found.length === OFFERED) break
      const row = rows[at]!
      const cell = this.#set.cells.cellOfRow[row]!
      if (labelled.has(row) || (cell >= 0 && seen.has(cell))) continue
      seen.add(cell)
      found.push({ row, margin: margins[at]! })
    }
    return found.map(({ row, margin }) => ({ ...rowPlace(this.#set, row), margin }))
  }
}

/**
 * Labels that stand in a column: rows without a value have none.
 * @throws EngineError `invalid-input` for a column that is not there, or has one class only or too many
 */
export async function labelsOfColumn(
  set: Pick<SearchedSet, 'columns' | 'columnRuns'>,
  column: string,
  signal?: AbortSignal,
): Promise<ColumnLabels> {
  if (!set.columns.some(({ name }) => name === column)) {
    throw new EngineError('invalid-input', `labels: expected a column of the set, got "${column}"`)
  }
  const numberOf = new Map<string, number>()
  const labels: { row: number; class: number }[] = []
  for await (const run of set.columnRuns([column], signal)) {
    for (let at = 0; at < run.rowCount; at++) {
      const value = run.read(column, at)
      if (value === null || value === undefined || value === '') continue
      const name = String(value)
      if (!numberOf.has(name)) numberOf.set(name, numberOf.size)
      labels.push({ row: run.rowStart + at, class: numberOf.get(name)! })
    }
    if (numberOf.size > MOST_CLASSES || labels.length > MOST_LABELS) break
  }
  if (numberOf.size < 2 || numberOf.size > MOST_CLASSES || labels.length > MOST_LABELS) {
    const many = labels.length > MOST_LABELS ? `more than ${MOST_LABELS} labels` : `more than ${MOST_CLASSES} classes`
    const got = numberOf.size < 2 ? `${numberOf.size === 0 ? 'no value' : 'one class'}` : many
    throw new EngineError(
      'invalid-input',
      `labels ${column}: expected 2 to ${MOST_CLASSES} classes and at most ${MOST_LABELS} labels, got ${got}; choose another column`,
    )
  }
  return { classes: [...numberOf.keys()], labels }
}

function requireLabels({ classes, labels }: Pick<LabelProbeRequest, 'classes' | 'labels'>, count: number): void {
  for (const label of labels) {
    if (label.row >= 0 && label.row < count && label.class >= 0 && label.class < classes.length) continue
    throw new EngineError(
      'invalid-input',
      `labels: expected rows below ${count} and classes below ${classes.length}, got row ${label.row} of class ${label.class}`,
    )
  }
  if (new Set(labels.map((label) => label.class)).size < 2) throw oneClass()
}

function oneClass(): EngineError {
  return new EngineError(
    'invalid-input',
    'labels: expected fragments of two classes or more that can be compared, got one; label another class',
  )
}

function mostProbable(probabilities: Float32Array, count: number, rows: Int32Array, total: number): Uint8Array {
  const classOfRow = new Uint8Array(total).fill(255)
  rows.forEach((row, at) => {
    classOfRow[row] = greatestAt(probabilities, at * count, count)
  })
  return classOfRow
}

function greatestAt(values: ArrayLike<number>, from: number, count: number): number {
  let best = 0
  for (let kind = 1; kind < count; kind++) if (values[from + kind]! > values[from + best]!) best = kind
  return best
}

/** Between the two most probable classes. */
function marginAt(values: Float32Array, from: number, count: number): number {
  let [first, second] = [0, 0]
  for (let kind = 0; kind < count; kind++) {
    const value = values[from + kind]!
    if (value > first) [first, second] = [value, first]
    else if (value > second) second = value
  }
  return first - second
}

type Task = { readonly kind: 'classes'; readonly names: readonly string[]; readonly classOfSample: Int32Array }

/** Every label answered by a probe that has not seen it; the labels of a class go to the parts in turn. */
async function heldOutAccuracy(
  vectors: Float32Array,
  task: Task,
  choice: Pick<LabelProbeRequest, 'probe' | 'penalty'>,
): Promise<LabelProbe['heldOut']> {
  const { classOfSample, names } = task
  const seen = new Int32Array(names.length)
  const partOf = classOfSample.map((kind) => seen[kind]!++ % PARTS)
  const present = seen.filter((count) => count > 0)
  if (present.some((count) => count < 2)) return undefined
  const parts = Math.min(PARTS, Math.max(...present))
  let hits = 0
  for (let part = 0; part < parts; part++) {
    const samples = Int32Array.from(classOfSample.keys())
    const train = samples.filter((sample) => partOf[sample] !== part)
    const test = samples.filter((sample) => partOf[sample] === part)
    const probe = await trainInPlace(vectors, task, train, choice)
    const answers = classProbabilities(probe, names.length, vectors, test)
    test.forEach((sample, at) => {
      if (greatestAt(answers, at * names.length, names.length) === classOfSample[sample]) hits++
    })
  }
  return { accuracy: hits / classOfSample.length, interval: wilson(hits, classOfSample.length), parts }
}
