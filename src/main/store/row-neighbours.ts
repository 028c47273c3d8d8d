// What lies around a row: the same ground at other dates, the ground beside it, and what is most like it.

import type { RowNeighbours } from '../../shared/contract.ts'
import { searchQuery } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { distanceKm } from '../search/great-circle.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { rowPlace } from './set-rows.ts'
import type { SetSearch } from './set-search.ts'

/** of each kind */
const SHOWN = 6

/** @throws EngineError `not-found` for a row that is not there */
export async function rowNeighbours(
  set: EmbeddingSet,
  search: SetSearch,
  row: number,
  signal: AbortSignal,
): Promise<RowNeighbours> {
  if (!(row >= 0 && row < set.table.count)) {
    throw new EngineError('not-found', `row ${row}: expected a row below ${set.table.count}`)
  }
  const rows = rowsOfFootprint(set, row)
  const dates = oneADate(set, rows, row)
  const own = new Set(rows)
  const first = dates[0] ?? row
  return {
    dates: dates.map((other) => ({ ...rowPlace(set, other), ...similarityOf(set, first, other) })),
    near: nearestOnGround(set, row, own).map(({ row: other, km }) => ({
      ...rowPlace(set, other),
      ...similarityOf(set, row, other),
      distanceKm: km,
    })),
    alike: await mostAlike(set, search, { row, own, signal }),
  }
}

/** Rows of the same cell and the same fragment, by date; the row itself where it has neither. */
function rowsOfFootprint({ cells, columns }: EmbeddingSet, row: number): readonly number[] {
  const cell = cells.cellOfRow[row] ?? -1
  const { pixelBbox, timeMs } = columns
  if (cell < 0) return [row]
  const isSame = (other: number) =>
    pixelBbox === undefined
      ? columns.lat[other] === columns.lat[row] && columns.lon[other] === columns.lon[row]
      : [0, 1, 2, 3].every((at) => pixelBbox[4 * other + at] === pixelBbox[4 * row + at])
  return (cells.cells[cell]?.rows ?? [])
    .filter((other) => other === row || isSame(other))
    .toSorted((a, b) => (timeMs[a] || 0) - (timeMs[b] || 0) || a - b)
}

/** Rows that repeat a date are passed over, but for the row itself. */
function oneADate({ columns }: EmbeddingSet, rows: readonly number[], row: number): readonly number[] {
  const ofDate = new Map<number, number>()
  for (const other of rows) {
    const time = columns.timeMs[other]!
    if (other === row || !ofDate.has(time)) ofDate.set(time, other)
  }
  return [...ofDate.values()]
}

function similarityOf({ table }: EmbeddingSet, a: number, b: number): { readonly similarity?: number } {
  const { vectors, dimensions, inverseNorms } = table
  const scale = inverseNorms[a]! * inverseNorms[b]!
  if (!(scale > 0)) return {}
  let dot = 0
  for (let i = 0; i < dimensions; i++) dot += vectors[a * dimensions + i]! * vectors[b * dimensions + i]!
  return { similarity: dot * scale }
}

/** One row of each footprint; those with no place are passed over. */
function nearestOnGround({ columns }: EmbeddingSet, row: number, own: ReadonlySet<number>) {
  const { lat, lon } = columns
  const best: { row: number; km: number; place: string }[] = []
  if (Number.isNaN(lat[row]! + lon[row]!)) return best
  for (let other = 0; other < lat.length; other++) {
    if (own.has(other) || Number.isNaN(lat[other]! + lon[other]!)) continue
    const limit = best.length < SHOWN ? Number.POSITIVE_INFINITY : best.at(-1)!.km
    // a degree of latitude is 111 km: most rows need no more than a subtraction
    if (Math.abs(lat[other]! - lat[row]!) * 110 > limit) continue
    const km = distanceKm(lat[row]!, lon[row]!, lat[other]!, lon[other]!)
    const place = `${lat[other]} ${lon[other]}`
    if (km >= limit || best.some((known) => known.place === place)) continue
    best.push({ row: other, km, place })
    best.sort((a, b) => a.km - b.km)
    best.length = Math.min(best.length, SHOWN)
  }
  return best
}

async function mostAlike(
  set: EmbeddingSet,
  search: SetSearch,
  { row, own, signal }: { readonly row: number; readonly own: ReadonlySet<number>; readonly signal: AbortSignal },
): Promise<RowNeighbours['alike']> {
  if (set.table.inverseNorms[row] === 0) return []
  const topK = SHOWN + own.size
  const query = searchQuery.parse({ setId: '', rows: [{ row, weight: 1 }], topK })
  const { hits } = await search.answer(query, { signal })
  return hits
    .filter((hit) => !own.has(hit.row))
    .slice(0, SHOWN)
    .map(({ percentile: _p, merged: _m, distance: _d, ...hit }) => hit)
}
