// Exact top-k by a scan over all rows. Scores of a block are summed in float64 with four running sums, rows in ascending
// order; between blocks the caller may let messages in, which is how a newer query ends an older one.

import { BestRows } from './best-rows.ts'
import type { Metric } from './query-vector.ts'
import { isInMask, type RowMask } from './row-mask.ts'
import type { Centre, VectorTable } from './vector-table.ts'

/** Values scored between two pauses: a few milliseconds, so that a newer query starts at once. */
const BLOCK_VALUES = 2_000_000

export interface TopKOptions {
  readonly topK: number
  readonly metric: Metric
  /** of `centreOf`; needed by `cosine-centred` */
  readonly centre?: Centre
  /** rows that may be returned; all when absent */
  readonly mask?: RowMask
  /** group of each row; at most one row of a group is returned, rows of group -1 stand alone */
  readonly groupOfRow?: Int32Array
  readonly signal?: AbortSignal
  /** awaited between blocks */
  readonly pause?: () => Promise<void>
}

export interface TopKAnswer {
  readonly rows: Uint32Array
  /** cosine in -1..1; for `l2` minus the distance, so that higher is always better */
  readonly scores: Float64Array
  /** rows that passed the mask and have a usable vector */
  readonly compared: number
}

/**
 * Rows most similar to `query`, best first, ties by ascending row.
 * @param query `dimensions` values, from `queryFromRows` or `queryFromVector` with the same metric and mean
 */
export async function exactTopK(table: VectorTable, query: Float64Array, options: TopKOptions): Promise<TopKAnswer> {
  const best = new BestRows(options.topK)
  const groups = options.groupOfRow && new BestOfGroups(options.groupOfRow)
  const score = scorer(table, query, options)
  const blockRows = Math.max(1, Math.floor(BLOCK_VALUES / table.dimensions))
  let compared = 0
  for (let start = 0; start < table.count; start += blockRows) {
    if (start > 0) await options.pause?.()
    options.signal?.throwIfAborted()
    const end = Math.min(table.count, start + blockRows)
    for (let row = start; row < end; row++) {
      if (table.inverseNorms[row] === 0 || (options.mask && !isInMask(options.mask, row))) continue
      compared++
      const value = score(row)
      if (!groups?.take(row, value)) best.offer(row, value)
    }
  }
  groups?.offerTo(best)
  return { ...best.sorted(), compared }
}

function scorer(table: VectorTable, query: Float64Array, options: TopKOptions): (row: number) => number {
  const { vectors, dimensions, inverseNorms } = table
  if (options.metric === 'l2') {
    return (row) => -Math.sqrt(squaredDistance(vectors, row * dimensions, query))
  }
  const unit = unitVector(query)
  if (options.metric === 'cosine') return (row) => dot(vectors, row * dimensions, unit) * inverseNorms[row]!
  if (options.centre === undefined) throw new RangeError('cosine-centred: expected the centre of the table, got none')
  const { mean, inverseNorms: centredNorms } = options.centre
  const meanDotQuery = unit.reduce((sum, value, i) => sum + value * mean[i]!, 0)
  return (row) => (dot(vectors, row * dimensions, unit) - meanDotQuery) * centredNorms[row]!
}

function unitVector(vector: Float64Array): Float64Array {
  const size = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return size === 0 ? vector : vector.map((value) => value / size)
}

function dot(vectors: Float32Array, start: number, query: Float64Array): number {
  const length = query.length
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let i = 0
  for (; i + 3 < length; i += 4) {
    a += vectors[start + i]! * query[i]!
    b += vectors[start + i + 1]! * query[i + 1]!
    c += vectors[start + i + 2]! * query[i + 2]!
    d += vectors[start + i + 3]! * query[i + 3]!
  }
  for (; i < length; i++) a += vectors[start + i]! * query[i]!
  return a + b + (c + d)
}

function squaredDistance(vectors: Float32Array, start: number, query: Float64Array): number {
  let sum = 0
  for (let i = 0; i < query.length; i++) {
    const difference = vectors[start + i]! - query[i]!
    sum += difference * difference
  }
  return sum
}

/** Best row of every group; of equal scores the first. */
class BestOfGroups {
  readonly #groupOfRow: Int32Array
  readonly #best = new Map<number, { row: number; score: number }>()

  constructor(groupOfRow: Int32Array) {
    this.#groupOfRow = groupOfRow
  }

  /** False when the row belongs to no group. */
  take(row: number, score: number): boolean {
    const group = this.#groupOfRow[row]!
    if (group < 0) return false
    const kept = this.#best.get(group)
    if (kept === undefined) this.#best.set(group, { row, score })
    else if (score > kept.score) {
      kept.row = row
      kept.score = score
    }
    return true
  }

  offerTo(best: BestRows): void {
    for (const { row, score } of this.#best.values()) best.offer(row, score)
  }
}
