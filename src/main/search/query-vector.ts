import { EngineError } from '../../shared/errors.ts'
import type { VectorTable } from './vector-table.ts'

export type Metric = 'cosine' | 'cosine-centred' | 'l2'

export interface WeightedRow {
  readonly row: number
  /** negative pushes away */
  readonly weight: number
}

/**
 * One query vector from examples.
 * Cosine: the weighted sum of the examples' unit vectors (after subtracting `mean` for `cosine-centred`).
 * L2: the weighted sum divided by the sum of the positive weights, so that one example is its own query.
 * @throws EngineError `invalid-input` for rows outside the table, rows without a usable vector, or examples that cancel out
 */
export function queryFromRows(
  table: VectorTable,
  examples: readonly WeightedRow[],
  metric: Metric,
  mean: Float64Array | undefined,
): Float64Array {
  const query = new Float64Array(table.dimensions)
  const positive = examples.reduce((sum, { weight }) => sum + Math.max(0, weight), 0)
  if (metric === 'l2' && positive <= 0) {
    throw new EngineError('invalid-input', 'search: metric l2 expects at least one example with a positive weight')
  }
  for (const { row, weight } of examples) {
    const example = exampleVector(table, row, mean)
    const scale = metric === 'l2' ? weight / positive : weight / length(example)
    for (let i = 0; i < query.length; i++) query[i]! += example[i]! * scale
  }
  requireDirection(query, metric)
  return query
}

/**
 * A query vector given by the caller, centred when `mean` is given.
 * @throws EngineError `invalid-input` when its length or its values do not fit
 */
export function queryFromVector(
  table: VectorTable,
  vector: ArrayLike<number>,
  metric: Metric,
  mean: Float64Array | undefined,
): Float64Array {
  if (vector.length !== table.dimensions) {
    throw new EngineError(
      'invalid-input',
      `search: expected a query vector of ${table.dimensions} values as in the set, got ${vector.length}`,
    )
  }
  const query = Float64Array.from(vector, (value, i) => value - (mean?.[i] ?? 0))
  requireDirection(query, metric)
  return query
}

function exampleVector(table: VectorTable, row: number, mean: Float64Array | undefined): Float64Array {
  if (!(row >= 0 && row < table.count)) {
    throw new EngineError('invalid-input', `search: expected an example row below ${table.count}, got ${row}`)
  }
  if (table.inverseNorms[row] === 0) {
    throw new EngineError(
      'invalid-input',
      `search: row ${row} has a vector of zeros or with NaN and cannot be an example; choose another row`,
    )
  }
  const start = row * table.dimensions
  return Float64Array.from({ length: table.dimensions }, (_, i) => table.vectors[start + i]! - (mean?.[i] ?? 0))
}

function requireDirection(query: Float64Array, metric: Metric): void {
  const size = length(query)
  if (!Number.isFinite(size)) {
    throw new EngineError('invalid-input', 'search: expected a query vector of finite values, got NaN or infinity')
  }
  if (metric !== 'l2' && size < 1e-12) {
    throw new EngineError(
      'invalid-input',
      'search: the query vector has no direction (the examples cancel out); change an example or its weight',
    )
  }
}

function length(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
}
