import type { SearchQuery } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { parseCellName } from '../grid/grid.ts'
import { isInBbox } from '../search/great-circle.ts'
import { insidePolygons } from '../search/polygon.ts'
import { type RowMask, rowMask } from '../search/row-mask.ts'
import type { SearchedSet } from './searched-set.ts'
import { timeEndMs, timeMs } from './time-of-row.ts'

export type SearchFilter = Pick<SearchQuery, 'bbox' | 'polygon' | 'from' | 'to' | 'cells' | 'onlyRows'>

/** The filters of a query as text: equal filters have equal texts. */
export function filterKey({ bbox, polygon, from, to, cells, onlyRows }: SearchFilter): string {
  return JSON.stringify([bbox, polygon, from, to, cells, onlyRows])
}

/**
 * Rows that pass all filters of a query; undefined when it has none.
 * @throws EngineError `invalid-input` for a date that is none, a cell that the grid has not, or a row outside the set
 */
export function filterMask(set: SearchedSet, filter: SearchFilter): RowMask | undefined {
  const { lat, lon, timeMs: times, parts } = set
  const { bbox, polygon, cells, onlyRows } = filter
  const fromMs = filter.from === undefined ? undefined : requireTime(filter.from, timeMs)
  const toMs = filter.to === undefined ? undefined : requireTime(filter.to, timeEndMs)
  const isInside = polygon && insidePolygons(polygon.polygons)
  const chosen = [
    ...(cells === undefined
      ? []
      : [
          maskOf(
            parts.count,
            cells.flatMap((name) => [...rowsOfCell(set, name)]),
          ),
        ]),
    ...(onlyRows === undefined ? [] : [maskOf(parts.count, onlyRows)]),
  ]
  const tests: ((row: number) => boolean)[] = [
    ...(bbox === undefined ? [] : [(row: number) => isInBbox(lat[row]!, lon[row]!, bbox)]),
    ...(isInside === undefined ? [] : [(row: number) => isInside(lat[row]!, lon[row]!)]),
    ...(fromMs === undefined ? [] : [(row: number) => times[row]! >= fromMs]),
    ...(toMs === undefined ? [] : [(row: number) => times[row]! < toMs]),
  ]
  if (tests.length > 0) chosen.push(rowMask(parts.count, (row) => tests.every((test) => test(row))))
  if (chosen.length === 0) return undefined
  return chosen.reduce((a, b) => a.map((word, index) => word & b[index]!))
}

function rowsOfCell(set: SearchedSet, name: string): Iterable<number> {
  if (parseCellName(name) === undefined) {
    throw new EngineError('invalid-input', `search: expected grid cells like 922D_249L, got "${name}"`)
  }
  return set.rowsOfCell(name) ?? []
}

function maskOf(count: number, rows: readonly number[]): RowMask {
  const mask = new Uint32Array(Math.ceil(count / 32))
  for (const row of rows) {
    if (!(row >= 0 && row < count)) {
      throw new EngineError('invalid-input', `search: expected rows below ${count} as a filter, got ${row}`)
    }
    mask[row >>> 5]! |= 1 << (row & 31)
  }
  return mask
}

function requireTime(text: string, parse: (text: string) => number): number {
  const ms = parse(text)
  if (Number.isNaN(ms)) {
    throw new EngineError('invalid-input', `search: expected a date like 2020-02-19 or 20200219T112100, got "${text}"`)
  }
  return ms
}
