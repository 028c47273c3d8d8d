// Nearest rows by cosine, exactly: similarities of blocks of rows as a product of matrices, the best of each query kept.

import { createKernelMemory, Places } from '../../kernels/kernel-memory.ts'
import { kernelsOn } from '../../kernels/kernels.ts'

const QUERY_BLOCK = 64
const CANDIDATE_BLOCK = 256

export interface NearestInput {
  /** row-major, best shared between threads */
  readonly vectors: Float32Array
  readonly dimensions: number
  readonly candidates: Int32Array
  readonly queries: Int32Array
  readonly k: number
}

export interface NearestRows {
  /** `queries x k`, nearest first, ties by the order of the candidates; -1 where there are fewer candidates */
  readonly rows: Int32Array
  readonly similarities: Float32Array
}

/** The `k` candidates most similar to each query; a query that is a candidate does not find itself. */
export function nearestRows({ vectors, dimensions, candidates, queries, k }: NearestInput): NearestRows {
  const places = new Places(64)
  const queriesAt = places.take(queries.length * dimensions * 4)
  const blockAt = places.take(CANDIDATE_BLOCK * dimensions * 4)
  const outAt = places.take(QUERY_BLOCK * CANDIDATE_BLOCK * 4)
  const memory = createKernelMemory(places.end)
  const floats = new Float32Array(memory.buffer)
  const { multiplyByRows } = kernelsOn(memory)
  const writeUnit = (row: number, to: number) => writeUnitVector(vectors, row * dimensions, dimensions, floats, to)
  queries.forEach((row, index) => {
    writeUnit(row, queriesAt / 4 + index * dimensions)
  })
  const best = new BestOfQueries(queries.length, k)
  for (let start = 0; start < candidates.length; start += CANDIDATE_BLOCK) {
    const count = Math.min(CANDIDATE_BLOCK, candidates.length - start)
    for (let index = 0; index < count; index++) writeUnit(candidates[start + index]!, blockAt / 4 + index * dimensions)
    for (let from = 0; from < queries.length; from += QUERY_BLOCK) {
      const some = Math.min(QUERY_BLOCK, queries.length - from)
      const at = queriesAt + from * dimensions * 4
      multiplyByRows(at, dimensions, some, blockAt, dimensions, count, dimensions, outAt, CANDIDATE_BLOCK)
      for (let query = 0; query < some; query++) {
        const out = outAt / 4 + query * CANDIDATE_BLOCK
        for (let index = 0; index < count; index++) {
          const row = candidates[start + index]!
          if (row !== queries[from + query]) best.offer(from + query, row, floats[out + index]!)
        }
      }
    }
  }
  return best
}

class BestOfQueries implements NearestRows {
  readonly rows: Int32Array
  readonly similarities: Float32Array

  constructor(
    queryCount: number,
    readonly k: number,
  ) {
    this.rows = new Int32Array(queryCount * k).fill(-1)
    this.similarities = new Float32Array(queryCount * k).fill(Number.NEGATIVE_INFINITY)
  }

  offer(query: number, row: number, similarity: number): void {
    const { rows, similarities, k } = this
    const first = query * k
    let at = first + k - 1
    if (!(similarity > similarities[at]!)) return
    for (; at > first && similarity > similarities[at - 1]!; at--) {
      similarities[at] = similarities[at - 1]!
      rows[at] = rows[at - 1]!
    }
    similarities[at] = similarity
    rows[at] = row
  }
}

/** A zero vector stays one: its similarity to everything is 0. */
function writeUnitVector(from: Float32Array, at: number, dimensions: number, to: Float32Array, place: number): void {
  let squares = 0
  for (let i = 0; i < dimensions; i++) squares += from[at + i]! ** 2
  const inverse = squares > 0 ? 1 / Math.sqrt(squares) : 0
  for (let i = 0; i < dimensions; i++) to[place + i] = from[at + i]! * inverse
}
