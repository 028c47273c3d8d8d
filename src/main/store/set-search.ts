import type { SearchAnswer, SearchHit, SearchQuery } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { exactTopK } from '../search/exact-top-k.ts'
import { distanceKm, isInBbox } from '../search/great-circle.ts'
import { queryFromRows, queryFromVector } from '../search/query-vector.ts'
import { type RowMask, rowMask } from '../search/row-mask.ts'
import type { Centre } from '../search/vector-table.ts'
import { breathe } from '../threads/thread-calls.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { rowPlace } from './set-rows.ts'
import { timeEndMs, timeMs } from './time-of-row.ts'

/**
 * Answers a query over the whole set.
 * @param centreOfSet measured when `cosine-centred` first needs it
 * @throws EngineError `invalid-input` when the query has no usable example or vector, `cancelled` through `signal`
 */
export async function searchSet(
  set: EmbeddingSet,
  query: SearchQuery,
  centreOfSet: () => Centre,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const startMs = performance.now()
  const centre = query.metric === 'cosine-centred' ? centreOfSet() : undefined
  const vector = queryVector(set, query, centre?.mean)
  const mask = filterMask(set, query)
  const { rows, scores, compared } = await exactTopK(set.table, vector, {
    topK: query.topK,
    metric: query.metric,
    signal,
    pause: breathe,
    ...(centre === undefined ? {} : { centre }),
    ...(mask === undefined ? {} : { mask }),
    ...(query.onePerCell ? { groupOfRow: set.cells.cellOfRow } : {}),
  })
  const from = firstPlace(set, query)
  return {
    hits: [...rows].map((row, rank) => {
      const place = rowPlace(set, row)
      const km =
        from && place.lat !== undefined && place.lon !== undefined
          ? distanceKm(from.lat, from.lon, place.lat, place.lon)
          : undefined
      return { ...place, ...likeness(query.metric, scores[rank]!), ...(km === undefined ? {} : { distanceKm: km }) }
    }),
    exact: true,
    recall: 1,
    compared,
    tookMs: performance.now() - startMs,
    metric: query.metric,
  }
}

/** A score of the search, where higher is better, under the name and sign that the measure has in the field. */
function likeness(metric: SearchQuery['metric'], score: number): Pick<SearchHit, 'similarity' | 'distance'> {
  return metric === 'l2' ? { distance: Math.abs(score) } : { similarity: score }
}

function queryVector(set: EmbeddingSet, query: SearchQuery, mean: Float64Array | undefined): Float64Array {
  if (query.vector !== undefined) return queryFromVector(set.table, query.vector, query.metric, mean)
  if (query.rows.length === 0) {
    throw new EngineError('invalid-input', 'search: expected at least one example row or a query vector, got neither')
  }
  return queryFromRows(set.table, query.rows, query.metric, mean)
}

function filterMask(set: EmbeddingSet, query: SearchQuery): RowMask | undefined {
  const { lat, lon, timeMs: times } = set.columns
  const { bbox } = query
  const fromMs = query.from === undefined ? undefined : requireTime(query.from, timeMs)
  const toMs = query.to === undefined ? undefined : requireTime(query.to, timeEndMs)
  const left = new Set(query.excludeExamples ? query.rows.map(({ row }) => row) : [])
  if (bbox === undefined && fromMs === undefined && toMs === undefined && left.size === 0) return undefined
  return rowMask(set.table.count, (row) => {
    if (left.has(row)) return false
    if (bbox !== undefined && !isInBbox(lat[row]!, lon[row]!, bbox)) return false
    return (fromMs === undefined || times[row]! >= fromMs) && (toMs === undefined || times[row]! < toMs)
  })
}

function requireTime(text: string, parse: (text: string) => number): number {
  const ms = parse(text)
  if (Number.isNaN(ms)) {
    throw new EngineError('invalid-input', `search: expected a date like 2020-02-19 or 20200219T112100, got "${text}"`)
  }
  return ms
}

function firstPlace(set: EmbeddingSet, query: SearchQuery): { lat: number; lon: number } | undefined {
  const row = query.rows[0]?.row
  if (row === undefined) return undefined
  const lat = set.columns.lat[row]!
  const lon = set.columns.lon[row]!
  return Number.isNaN(lat) || Number.isNaN(lon) ? undefined : { lat, lon }
}
