// The selections of many rows of one set: one bit a row, kept by id, so that the screen and undo hold ids only.

import type { RowChoice, RowPlace, RowSelection, SelectRowsRequest } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { extentOfPlaces } from '../grid/places-extent.ts'
import { countInMask, isInMask, type RowMask } from '../search/row-mask.ts'
import { filterMask } from './search-filter.ts'
import type { SearchedSet } from './searched-set.ts'

/** more than undo goes back over */
const KEPT = 120
/** up to so many rows each is marked at its own place; of more one a grid cell */
const MARKED_ROWS = 100_000

/** What the set worker knows of a selection; the engine adds the set and the address. */
export type WorkerSelection = Omit<RowSelection, 'setId' | 'placesUrl'>

export class RowSelections {
  readonly #set: SearchedSet
  readonly #masks = new Map<string, RowMask>()
  #made = 0

  constructor(set: SearchedSet) {
    this.#set = set
  }

  /**
   * Makes a selection from another one and a choice.
   * @throws EngineError `invalid-input` for a choice that cannot be read, `not-found` for a base that is gone
   */
  async select(
    { choice, base, combine }: Omit<SelectRowsRequest, 'setId'>,
    signal: AbortSignal,
  ): Promise<WorkerSelection> {
    const before = base === undefined ? undefined : this.mask(base)
    const chosen = combine === 'invert' ? undefined : await filterMask(this.#set, choice, signal)
    const mask = combined(before ?? new Uint32Array(this.#words), chosen ?? this.#all(), combine)
    this.#made++
    const selectionId = `s${this.#made}`
    this.#masks.set(selectionId, mask)
    for (const oldest of this.#masks.keys()) {
      if (this.#masks.size <= KEPT) break
      this.#masks.delete(oldest)
    }
    const { lat, lon } = await this.#places(mask)
    const extent = extentOfPlaces(lat, lon)
    return {
      selectionId,
      count: countInMask(mask),
      ...(extent === undefined ? {} : { extent }),
      absentCells: combine === 'invert' ? [] : await this.#absentCells(choice),
    }
  }

  /** @throws EngineError `not-found` for a selection that is no longer kept */
  mask(selectionId: string): RowMask {
    const mask = this.#masks.get(selectionId)
    if (mask !== undefined) return mask
    throw new EngineError(
      'not-found',
      `selection ${selectionId}: expected a selection of this set, got none; select again`,
    )
  }

  /** Row numbers in the order of the file. */
  rows(selectionId: string): Uint32Array {
    return rowsOf(this.mask(selectionId))
  }

  async page(selectionId: string, from: number, count: number): Promise<readonly RowPlace[]> {
    return this.#set.places([...this.rows(selectionId).subarray(from, from + count)])
  }

  /** Pairs of longitude and latitude: of every row, or where they are many of one row a grid cell. */
  async marks(selectionId: string): Promise<Float32Array> {
    const mask = this.mask(selectionId)
    const isMany = countInMask(mask) > MARKED_ROWS
    const { lat, lon } = await this.#places(isMany ? await this.#oneACell(mask) : mask)
    const pairs = new Float32Array(2 * lat.length)
    for (let at = 0; at < lat.length; at++) {
      pairs[2 * at] = lon[at]!
      pairs[2 * at + 1] = lat[at]!
    }
    return pairs
  }

  get #words(): number {
    return Math.ceil(this.#set.parts.count / 32)
  }

  #all(): RowMask {
    const { count } = this.#set.parts
    const mask = new Uint32Array(this.#words).fill(0xffffffff)
    if (count % 32 !== 0) mask[mask.length - 1] = 2 ** (count % 32) - 1
    return mask
  }

  async #places(mask: RowMask): Promise<{ readonly lat: Float64Array; readonly lon: Float64Array }> {
    const count = countInMask(mask)
    const [lat, lon] = [new Float64Array(count), new Float64Array(count)]
    let filled = 0
    for await (const run of this.#set.filterColumns()) {
      const places = await run.places()
      for (let at = 0; at < run.rowCount; at++) {
        if (!isInMask(mask, run.rowStart + at)) continue
        if (!(Math.abs(places.lat[at]!) <= 90 && Math.abs(places.lon[at]!) <= 360)) continue
        lat[filled] = places.lat[at]!
        lon[filled] = places.lon[at]!
        filled++
      }
    }
    return { lat: lat.subarray(0, filled), lon: lon.subarray(0, filled) }
  }

  async #oneACell(mask: RowMask): Promise<RowMask> {
    const rows = rowsOf(mask)
    const cells = await this.#set.cellsOf(rows)
    const seen = new Set<number>()
    const few = new Uint32Array(mask.length)
    rows.forEach((row, index) => {
      if (seen.has(cells[index]!)) return
      seen.add(cells[index]!)
      few[row >>> 5]! |= 1 << (row & 31)
    })
    return few
  }

  async #absentCells({ cells = [] }: RowChoice): Promise<string[]> {
    const known = await Promise.all(cells.map((name) => this.#set.rowsOfCell(name)))
    return cells.filter((_, index) => known[index] === undefined)
  }
}

function combined(before: RowMask, chosen: RowMask, combine: SelectRowsRequest['combine']): RowMask {
  if (combine === 'replace') return chosen
  if (combine === 'add') return before.map((word, index) => word | chosen[index]!)
  if (combine === 'subtract') return before.map((word, index) => word & ~chosen[index]!)
  return chosen.map((word, index) => word & ~before[index]!)
}

function rowsOf(mask: RowMask): Uint32Array {
  const rows = new Uint32Array(countInMask(mask))
  let filled = 0
  mask.forEach((word, index) => {
    for (let rest = word; rest !== 0; rest &= rest - 1) rows[filled++] = 32 * index + 31 - Math.clz32(rest & -rest)
  })
  return rows
}
