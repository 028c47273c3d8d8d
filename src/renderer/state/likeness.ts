// How alike a result is to the query: a cosine, or the L2 distance of the vectors, where less is more alike.

import type { SearchAnswer, SearchHit } from '../../shared/contract.ts'

export type Measure = 'similarity' | 'distance'
export type Likeness = Pick<SearchHit, Measure>

export function measureOf({ metric }: Pick<SearchAnswer, 'metric'>): Measure {
  return metric === 'l2' ? 'distance' : 'similarity'
}

/** The value as it is shown; undefined for a hit of the other measure. */
export function likenessOf(hits: readonly Likeness[], measure: Measure): number[] {
  return hits.flatMap((hit) => hit[measure] ?? [])
}

/** One number that is higher for what is more alike, whatever the measure. */
export function closeness({ similarity, distance }: Likeness): number {
  return distance === undefined ? (similarity ?? 0) : -distance
}
