// Results in the order that the user asked for.

import type { SearchHit } from '../../shared/contract.ts'
import { closeness } from './likeness.ts'
import type { SearchState } from './search.ts'

export type SortColumn =
  | 'rank'
  | 'likeness'
  | 'gridCell'
  | 'fragment'
  | 'timestamp'
  | 'distanceKm'
  | 'place'
  | 'productId'

/** Compared part by part; undefined where the hit does not say. */
type SortKey = readonly (number | string | undefined)[]

const keys: Readonly<Record<Exclude<SortColumn, 'rank'>, (hit: SearchHit) => SortKey>> = {
  likeness: (hit) => [hit.distance ?? closeness(hit)],
  gridCell: ({ gridCell }) => gridPosition(gridCell),
  fragment: ({ fragmentRow, fragmentCol }) => [fragmentRow, fragmentCol],
  timestamp: ({ timestamp }) => [timestamp],
  distanceKm: ({ distanceKm }) => [distanceKm],
  place: ({ lat, lon }) => [lat, lon],
  productId: ({ productId }) => [productId],
}

/** Hits in the order of the table; `rank` is the order of the answer. Missing values come last in either direction. */
export function sortedHits(search: Pick<SearchState, 'answer' | 'sort'>): readonly SearchHit[] {
  const hits = search.answer?.hits ?? []
  const { column, direction } = search.sort
  if (column === 'rank') return direction === 'ascending' ? hits : hits.toReversed()
  const sign = direction === 'ascending' ? 1 : -1
  const keyed = hits.map((hit) => ({ hit, key: keys[column](hit) }))
  return keyed.toSorted((a, b) => compareKeys(a.key, b.key, sign)).map(({ hit }) => hit)
}

/** Row from the south and column from the west, both from 0 degrees: `10D_5L` is -10, -5. */
function gridPosition(gridCell: string | undefined): SortKey {
  const parts = /^(\d+)([UD])_(\d+)([LR])$/.exec(gridCell ?? '')
  if (parts === null) return [undefined, undefined]
  return [signed(parts[1], parts[2] === 'D'), signed(parts[3], parts[4] === 'L')]
}

const signed = (digits: string | undefined, isNegative: boolean) => (isNegative ? -Number(digits) : Number(digits))

function compareKeys(a: SortKey, b: SortKey, sign: 1 | -1): number {
  for (const [index, part] of a.entries()) {
    const order = compare(part, b[index], sign)
    if (order !== 0) return order
  }
  return 0
}

function compare(a: SortKey[number], b: SortKey[number], sign: 1 | -1): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b)
  return sign * String(a).localeCompare(String(b), 'en', { numeric: true })
}
