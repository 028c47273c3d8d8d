// The same fragment on several dates: rows of one grid cell, fragment row and column, in the order of time.

import { EngineError } from '../../../shared/errors.ts'
import { type EvaluatedSet, usableRows } from '../sets/evaluated-set.ts'

/** From one date of a fragment to the next. */
export interface DateStep {
  readonly fromRow: number
  readonly toRow: number
  /** cosine of the two vectors */
  readonly cosine: number
  /** equal for steps between the same two dates */
  readonly datePair: string
}

export interface DateSeries {
  /** fragments with two dates or more */
  readonly footprints: number
  readonly steps: readonly DateStep[]
  /** rows without a date, or with NaN, infinite or zero vectors; rows that repeat a date of their fragment */
  readonly undated: number
  readonly unusable: number
  readonly repeated: number
}

/** @throws EngineError when the set has no grid cells, or no fragment on two dates */
export function dateSeries(set: EvaluatedSet): DateSeries {
  const { columns, fragments, name, count } = set
  if (columns.gridCell === undefined) {
    throw new EngineError(
      'invalid-input',
      `${name}: expected the column grid_cell to find the same ground, got a file without`,
    )
  }
  const usable = usableRows(set)
  const rowsOf = new Map<string, number[]>()
  let [undated, unusable] = [0, 0]
  for (let row = 0; row < count; row++) {
    if (Number.isNaN(columns.timeMs[row]!)) undated++
    else if (usable[row] === 0) unusable++
    else {
      const key = `${columns.gridCell[row]} ${fragments?.rows[row] ?? 0} ${fragments?.cols[row] ?? 0}`
      const others = rowsOf.get(key)
      if (others === undefined) rowsOf.set(key, [row])
      else others.push(row)
    }
  }
  const steps: DateStep[] = []
  let [footprints, repeated] = [0, 0]
  for (const rows of rowsOf.values()) {
    rows.sort((a, b) => columns.timeMs[a]! - columns.timeMs[b]!)
    const distinct = rows.filter((row, index) => columns.timeMs[row] !== columns.timeMs[rows[index - 1] ?? -1])
    repeated += rows.length - distinct.length
    if (distinct.length > 1) footprints++
    for (let index = 1; index < distinct.length; index++)
      steps.push(stepOf(set, distinct[index - 1]!, distinct[index]!))
  }
  if (steps.length === 0) {
    throw new EngineError(
      'invalid-input',
      `${name}: expected fragments on two dates or more, got ${rowsOf.size} fragments on one date each (${undated} rows have no date)`,
    )
  }
  return { footprints, steps, undated, unusable, repeated }
}

function stepOf({ vectors, dimensions, columns }: EvaluatedSet, fromRow: number, toRow: number): DateStep {
  let [product, squaresA, squaresB] = [0, 0, 0]
  for (let i = 0; i < dimensions; i++) {
    const [a, b] = [vectors[fromRow * dimensions + i]!, vectors[toRow * dimensions + i]!]
    product += a * b
    squaresA += a * a
    squaresB += b * b
  }
  const cosine = Math.min(1, product / Math.sqrt(squaresA * squaresB))
  return { fromRow, toRow, cosine, datePair: `${columns.timeMs[fromRow]} ${columns.timeMs[toRow]}` }
}
