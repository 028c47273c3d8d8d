// Where a score stands among the scores of the whole set, told from a sample of its rows: in sets whose vectors share a direction
// every cosine is near 1, and only this says what is far from usual.

import { dot, lengthOf, type MetricSpace, placeIn } from '../search/metric-space.ts'
import type { Query } from '../search/query-vector.ts'
import { sampleRows } from './measure-recall.ts'
import type { SetScanner } from './set-scanner.ts'

const SAMPLED_ROWS = 4000

export class ScoreSample {
  readonly #scanner: SetScanner
  #vectors: Float32Array | undefined
  readonly #places = new Map<MetricSpace, readonly Float64Array[]>()

  constructor(scanner: SetScanner) {
    this.#scanner = scanner
  }

  /** Share of the sampled rows that score lower than each of `scores`, in percent. */
  percentiles(query: Query, scores: ArrayLike<number>): number[] {
    const isDistance = query.space.metric === 'l2'
    const places = this.#placesIn(query.space)
    const sampled = Float64Array.from(places, (place) =>
      isDistance ? -distance(place, query.place) : dot(place, query.place),
    ).sort()
    return Array.from(
      scores,
      (score) =>
        (100 * countBelow(sampled, score - ROUNDING * Math.max(1, Math.abs(score)))) / Math.max(1, sampled.length),
    )
  }

  #placesIn(space: MetricSpace): readonly Float64Array[] {
    let places = this.#places.get(space)
    if (places === undefined) {
      const { dimensions } = space
      this.#vectors ??= this.#scanner.readVectors(sampleRows(this.#scanner, SAMPLED_ROWS))
      const vectors = this.#vectors
      places = Array.from({ length: vectors.length / dimensions }, (_, index) => {
        const place = placeIn(space, vectors.subarray(index * dimensions, (index + 1) * dimensions))
        const length = space.metric === 'l2' ? 1 : lengthOf(place)
        return place.map((value) => (length > 0 ? value / length : 0))
      })
      this.#places.set(space, places)
    }
    return places
  }
}

function distance(a: Float64Array, b: Float64Array): number {
  let squared = 0
  for (let i = 0; i < a.length; i++) squared += (a[i]! - b[i]!) ** 2
  return Math.sqrt(squared)
}

/** Two roundings of one score. */
const ROUNDING = 1e-12

/** Values of an ascending list that are less than `limit`. */
function countBelow(sorted: Float64Array, limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < limit) low = middle + 1
    else high = middle
  }
  return low
}
