import { EngineError } from '../../shared/errors.ts'
import { backFrom, dot, lengthOf, type MetricSpace, placeIn } from './metric-space.ts'

export interface WeightedRow {
  readonly row: number
  /** negative pushes away */
  readonly weight: number
}

export interface Example {
  readonly vector: ArrayLike<number>
  readonly weight: number
}

/** What rows are compared with: `(row . vector - offset) / length of the row in the space`; for `l2` minus the distance to `vector`. */
export interface Query {
  readonly space: MetricSpace
  /** `dimensions` values */
  readonly vector: Float64Array
  readonly offset: number
  /** the query itself in the space, of unit length unless `l2` */
  readonly place: Float64Array
}

/**
 * One query from examples.
 * Cosines: the weighted sum of the examples' unit vectors in the space of the metric.
 * L2: the weighted sum divided by the sum of the positive weights, so that one example is its own query.
 * @throws EngineError `invalid-input` for values that are not finite, and for examples that cancel out
 */
export function queryFromExamples(space: MetricSpace, examples: readonly Example[]): Query {
  const positive = examples.reduce((sum, { weight }) => sum + Math.max(0, weight), 0)
  if (space.metric === 'l2' && positive <= 0) {
    throw new EngineError('invalid-input', 'search: metric l2 expects at least one example with a positive weight')
  }
  const places = examples.map(({ vector }) => placeIn(space, vector))
  const sum = new Float64Array(places[0]?.length ?? space.dimensions)
  places.forEach((place, index) => {
    const { weight } = examples[index]!
    const scale = space.metric === 'l2' ? weight / positive : weight / lengthOf(place)
    for (let i = 0; i < sum.length; i++) sum[i]! += place[i]! * scale
  })
  return queryAt(space, sum)
}

/**
 * A query vector given by the caller.
 * @throws EngineError `invalid-input` when its length or its values do not fit
 */
export function queryFromVector(space: MetricSpace, vector: ArrayLike<number>): Query {
  if (vector.length !== space.dimensions) {
    throw new EngineError(
      'invalid-input',
      `search: expected a query vector of ${space.dimensions} values as in the set, got ${vector.length}`,
    )
  }
  return queryAt(space, placeIn(space, vector))
}

function queryAt(space: MetricSpace, place: Float64Array): Query {
  const size = lengthOf(place)
  if (!Number.isFinite(size)) {
    throw new EngineError('invalid-input', 'search: expected a query vector of finite values, got NaN or infinity')
  }
  if (space.metric === 'l2') return { space, vector: place, offset: 0, place }
  if (size < 1e-12) {
    throw new EngineError(
      'invalid-input',
      'search: the query vector has no direction (the examples cancel out); change an example or its weight',
    )
  }
  const unit = place.map((value) => value / size)
  const vector = backFrom(space, unit)
  return { space, vector, offset: space.mean === undefined ? 0 : dot(vector, space.mean), place: unit }
}

/** Score of a row in float64: a cosine, or for `l2` minus the distance, so that higher is always better. */
export function scoreOf({ space, vector, offset }: Query, row: ArrayLike<number>): number {
  if (space.metric === 'l2') {
    let squared = 0
    for (let i = 0; i < vector.length; i++) squared += (row[i]! - vector[i]!) ** 2
    return -Math.sqrt(squared)
  }
  const length = lengthOf(placeIn(space, row))
  // a row that is the mean has no direction and is like nothing
  return length > 0 ? (dot(row, vector) - offset) / length : 0
}

/**
 * The code of a query, as rows have it.
 * @param mean of the codes
 * @param rowLength mean length of the rows: a direction is taken at their distance
 */
export function codeOf({ space, vector }: Query, mean: Float32Array, rowLength: number): Uint8Array {
  const code = new Uint8Array(Math.ceil(vector.length / 64) * 8)
  for (let i = 0; i < vector.length; i++) {
    const beyond =
      space.metric === 'cosine'
        ? vector[i]! * rowLength - mean[i]!
        : space.metric === 'l2'
          ? vector[i]! - mean[i]!
          : vector[i]!
    if (beyond > 0) code[i >> 3]! |= 1 << (i & 7)
  }
  return code
}
