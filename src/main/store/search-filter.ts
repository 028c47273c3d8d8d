import type { FaultKind, RowChoice, SearchQuery } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { parseCondition } from '../conditions/condition.ts'
import { parseCellName } from '../grid/grid.ts'
import { isInBbox } from '../search/great-circle.ts'
import { insidePolygons } from '../search/polygon.ts'
import { isInMask, type RowMask, rowMask } from '../search/row-mask.ts'
import { timeEndMs, timeMs } from '../search/time-text.ts'
import type { SearchedSet } from './searched-set.ts'

export type SearchFilter = Pick<
  SearchQuery,
  'bbox' | 'polygon' | 'areas' | 'from' | 'to' | 'cells' | 'onlyRows' | 'where'
> &
  Partial<Pick<SearchQuery, 'withoutFaults'>> &
  Pick<RowChoice, 'faults'>

/** The filters of a query as text: equal filters have equal texts. */
export function filterKey(filter: SearchFilter): string {
  const { bbox, polygon, areas, from, to, cells, onlyRows, where, withoutFaults, faults } = filter
  return JSON.stringify([bbox, polygon, areas, from, to, cells, onlyRows, where, withoutFaults, faults])
}

/**
 * Rows that pass all filters of a query; undefined when it has none.
 * @throws EngineError `invalid-input` for a date that is none, a condition that cannot be read, a cell that the grid has not, or a row outside the set
 */
export async function filterMask(
  set: SearchedSet,
  filter: SearchFilter,
  signal?: AbortSignal,
): Promise<RowMask | undefined> {
  const { cells, onlyRows, where } = filter
  const chosen: RowMask[] = []
  if (onlyRows !== undefined) chosen.push(maskOf(set.parts.count, onlyRows))
  if (cells !== undefined) {
    const rows: number[] = []
    for (const name of cells) for (const row of await rowsOfCell(set, name)) rows.push(row)
    chosen.push(maskOf(set.parts.count, rows))
  }
  if (where !== undefined) chosen.push(await conditionMask(set, where, signal))
  if (filter.faults !== undefined) chosen.push(await faultMask(set, filter.faults, signal))
  if (filter.withoutFaults === true) {
    const faults = await set.faults?.(signal)
    if (faults !== undefined) chosen.push(rowMask(set.parts.count, (row) => !isInMask(faults.any, row)))
  }
  const byColumns = await columnMask(set, filter)
  if (byColumns !== undefined) chosen.push(byColumns)
  return chosen.length === 0 ? undefined : chosen.reduce((a, b) => a.map((word, index) => word & b[index]!))
}

async function faultMask(set: SearchedSet, kinds: readonly FaultKind[], signal?: AbortSignal): Promise<RowMask> {
  const faults = await set.faults?.(signal)
  const mask = new Uint32Array(Math.ceil(set.parts.count / 32))
  for (const kind of kinds) {
    const rows = faults?.masks.get(kind)
    if (rows !== undefined) for (let word = 0; word < mask.length; word++) mask[word]! |= rows[word]!
  }
  return mask
}

/** Rows whose columns pass a condition. */
async function conditionMask(set: SearchedSet, where: string, signal?: AbortSignal): Promise<RowMask> {
  const condition = parseCondition(where, set.columns)
  const mask = new Uint32Array(Math.ceil(set.parts.count / 32))
  for await (const run of set.columnRuns(condition.columns, signal)) {
    let at = 0
    const read = (name: string) => run.read(name, at)
    for (; at < run.rowCount; at++) {
      const row = run.rowStart + at
      if (condition.passes(read)) mask[row >>> 5]! |= 1 << (row & 31)
    }
  }
  return mask
}

/** Rows whose place and date pass. */
async function columnMask(
  set: SearchedSet,
  { bbox, polygon, areas = [], from, to }: SearchFilter,
): Promise<RowMask | undefined> {
  const fromMs = from === undefined ? undefined : requireTime(from, timeMs)
  const toMs = to === undefined ? undefined : requireTime(to, timeEndMs)
  const inside = [...(polygon === undefined ? [] : [polygon]), ...areas].map((area) => insidePolygons(area.polygons))
  const byPlace = bbox !== undefined || inside.length > 0
  const byTime = fromMs !== undefined || toMs !== undefined
  if (!byPlace && !byTime) return undefined
  const mask = new Uint32Array(Math.ceil(set.parts.count / 32))
  for await (const run of set.filterColumns()) {
    const { lat, lon } = byPlace ? await run.places() : { lat: [], lon: [] }
    const times = byTime ? await run.timeMs() : []
    for (let at = 0; at < run.rowCount; at++) {
      if (bbox !== undefined && !isInBbox(lat[at]!, lon[at]!, bbox)) continue
      if (!inside.every((isInside) => isInside(lat[at]!, lon[at]!))) continue
      if (fromMs !== undefined && !(times[at]! >= fromMs)) continue
      if (toMs !== undefined && !(times[at]! < toMs)) continue
      const row = run.rowStart + at
      mask[row >>> 5]! |= 1 << (row & 31)
    }
  }
  return mask
}

async function rowsOfCell(set: SearchedSet, name: string): Promise<Iterable<number>> {
  if (parseCellName(name) === undefined) {
    throw new EngineError('invalid-input', `search: expected grid cells like 922D_249L, got "${name}"`)
  }
  return (await set.rowsOfCell(name)) ?? []
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
