// A column of a set as one value a grid cell: the mean of numbers, the latest date, the most frequent of anything else.

import type { CellValues, ColumnLayerRequest } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { kindOf } from '../conditions/condition.ts'
import { timeMs } from '../search/time-text.ts'
import type { ValuedCells } from './cell-layers.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import type { SearchedSet } from './searched-set.ts'
import { valueSpread } from './value-spread.ts'

/** the rest is one category more */
const MOST_CATEGORIES = 60
/** texts looked at to tell whether a column holds dates */
const LOOKED_AT = 1000
const DAY_MS = 86_400_000

type Plain = string | number | boolean | undefined

/**
 * Reduces a column to its cells.
 * @throws EngineError `invalid-input` for a column that is not there, has no single value a row, or is empty
 */
export async function columnLayer(
  set: Pick<EmbeddingSet, 'cells'> & Pick<SearchedSet, 'columns' | 'columnRuns'>,
  { column, asCategories }: Omit<ColumnLayerRequest, 'setId'>,
  signal?: AbortSignal,
): Promise<ValuedCells> {
  const type = set.columns.find(({ name }) => name === column)?.type
  const kind = type === undefined ? undefined : kindOf(type)
  if (kind === undefined) {
    const usable = set.columns.filter((other) => kindOf(other.type) !== undefined).map(({ name }) => name)
    const got = type === undefined ? 'none of that name' : `a ${type}`
    throw wrong(column, `expected a column with one number, text or date a row (${usable.join(', ')}), got ${got}`)
  }
  const rows = await readRows(set, column, signal)
  const isDated = kind === 'time' || (kind === 'text' && holdsDates(rows))
  if (isDated && !asCategories) return latestOfCells(set, column, rows)
  if (kind === 'number' && !asCategories) return meanOfCells(set, column, rows)
  return mostFrequentOfCells(set, column, rows)
}

function wrong(column: string, sentence: string): EngineError {
  return new EngineError('invalid-input', `layer ${column}: ${sentence}`)
}

async function readRows(
  set: Pick<EmbeddingSet, 'cells'> & Pick<SearchedSet, 'columnRuns'>,
  column: string,
  signal: AbortSignal | undefined,
): Promise<readonly Plain[]> {
  const rows = new Array<Plain>(set.cells.cellOfRow.length)
  for await (const run of set.columnRuns([column], signal)) {
    for (let at = 0; at < run.rowCount; at++) rows[run.rowStart + at] = plain(run.read(column, at))
  }
  return rows
}

function plain(value: unknown): Plain {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined
}

function holdsDates(rows: readonly Plain[]): boolean {
  const texts = rows.slice(0, LOOKED_AT).filter((value) => typeof value === 'string')
  return texts.length > 0 && texts.every((text) => !Number.isNaN(timeMs(text)))
}

type CellsOf = Pick<EmbeddingSet, 'cells'>

function meanOfCells({ cells }: CellsOf, column: string, rows: readonly Plain[]): ValuedCells {
  const [sums, counts] = [new Float64Array(cells.cells.length), new Float64Array(cells.cells.length)]
  let missingRows = 0
  rows.forEach((value, row) => {
    const cell = cells.cellOfRow[row]!
    if (typeof value !== 'number') missingRows++
    else if (cell >= 0) {
      sums[cell]! += value
      counts[cell]!++
    }
  })
  const ofCell = Float32Array.from(sums, (sum, cell) => (counts[cell] === 0 ? Number.NaN : sum / counts[cell]!))
  return { ofCell, missingRows, values: { kind: 'number', ...requireValues(column, ofCell) } }
}

function latestOfCells({ cells }: CellsOf, column: string, rows: readonly Plain[]): ValuedCells {
  const ofCell = new Float32Array(cells.cells.length).fill(Number.NaN)
  let missingRows = 0
  rows.forEach((value, row) => {
    const days = typeof value === 'string' ? timeMs(value) / DAY_MS : Number.NaN
    const cell = cells.cellOfRow[row]!
    if (Number.isNaN(days)) missingRows++
    else if (cell >= 0 && !(ofCell[cell]! >= days)) ofCell[cell] = days
  })
  return { ofCell, missingRows, values: { kind: 'date', ...requireValues(column, ofCell) } }
}

function requireValues(column: string, ofCell: Float32Array) {
  if (ofCell.every(Number.isNaN)) throw wrong(column, 'expected a value in some grid cell, got none in any')
  return valueSpread(ofCell)
}

function mostFrequentOfCells({ cells }: CellsOf, column: string, rows: readonly Plain[]): ValuedCells {
  const rowsOfName = new Map<string, number>()
  for (const value of rows) {
    if (value !== undefined) rowsOfName.set(String(value), (rowsOfName.get(String(value)) ?? 0) + 1)
  }
  if (rowsOfName.size === 0) throw wrong(column, 'expected a value in some row, got none in any')
  const byCount = [...rowsOfName].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const names = byCount.slice(0, MOST_CATEGORIES)
  const merged = byCount.slice(MOST_CATEGORIES)
  const categories = names.map(([name, count]) => ({ name, rows: count, cells: 0 }))
  if (merged.length > 0) {
    const count = merged.reduce((sum, [, n]) => sum + n, 0)
    categories.push({ name: `${merged.length.toLocaleString('en')} others`, rows: count, cells: 0 })
  }
  const codeOf = new Map([...names, ...merged].map(([name], index) => [name, Math.min(index, MOST_CATEGORIES)]))
  const ofCell = new Float32Array(cells.cells.length).fill(Number.NaN)
  const votes = new Uint32Array(categories.length)
  cells.cells.forEach((cell, index) => {
    votes.fill(0)
    for (const row of cell.rows) {
      const value = rows[row]
      if (value !== undefined) votes[codeOf.get(String(value))!]!++
    }
    // of equally frequent ones the one that is more frequent in the set
    const most = votes.reduce((best, count, code) => (count > votes[best]! ? code : best), 0)
    if (votes[most] === 0) return
    ofCell[index] = most
    categories[most]!.cells++
  })
  const missingRows = rows.filter((value) => value === undefined).length
  const values: CellValues = { kind: 'category', categories, merged: merged.length }
  return { ofCell, missingRows, values }
}
