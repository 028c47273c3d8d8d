// Collects list values row by row into one matrix whose width the first row decides.

import { EngineError } from '../../shared/errors.ts'

/** What an entry without a value says, by its definition level. */
export type Missing = 'null' | 'empty' | 'element'

/** Thrown for a row of another length, or an empty one; the reader adds the file and column. */
export class RowLengthError extends Error {
  readonly row: number
  readonly expected: number
  readonly got: number

  constructor(row: number, expected: number, got: number) {
    super(`has ${got} values in row ${row}, expected ${expected}`)
    this.row = row
    this.expected = expected
    this.got = got
  }
}

export interface VectorRows {
  /** row-major `rowCount x dimensions`; empty until the first row with values is complete */
  vectors: Float32Array<SharedArrayBuffer>
  dimensions: number
  /** rows begun so far */
  rowsStarted: number
  startRow(): void
  /** Passes over rows that are not read. */
  skipRows(count: number): void
  addValues(values: Float32Array, from: number, to: number): void
  addMissing(missing: Missing): void
  endRow(): void
  /** rows that are null in the file; they hold NaN */
  nullCount: number
}

/**
 * @param place the file, for messages
 * @param rowCount rows of the whole file; the matrix is allocated once, shared between threads
 * @param wanted rows to keep, ascending; all when absent
 * @throws EngineError `out-of-memory`, when the first row is complete, if the matrix does not fit
 */
export function createVectorRows(place: string, rowCount: number, wanted?: readonly number[]): VectorRows {
  const slots = wanted === undefined ? undefined : slotsOf(wanted, rowCount)
  const slotCount = wanted?.length ?? rowCount
  /** where the row stands in the matrix; -1 when it is not kept */
  const slotOf = (row: number) => (slots === undefined ? row : slots[row]!)
  const firstRow: number[] = []
  const nullRows: number[] = []
  const element = new Float32Array([Number.NaN])
  let filled = 0
  let isNull = false

  const rows: VectorRows = {
    vectors: new Float32Array(new SharedArrayBuffer(0)),
    dimensions: 0,
    rowsStarted: 0,
    nullCount: 0,
    startRow() {
      if (rows.rowsStarted === rowCount) throw new RangeError(`it has more than the ${rowCount} rows of the file`)
      rows.rowsStarted++
      filled = 0
      isNull = false
    },
    skipRows(count) {
      rows.rowsStarted += count
    },
    addValues(values, from, to) {
      const slot = slotOf(rows.rowsStarted - 1)
      if (rows.dimensions === 0) {
        for (let index = from; index < to; index++) firstRow.push(values[index]!)
      } else if (slot >= 0 && filled + to - from <= rows.dimensions) {
        rows.vectors.set(values.subarray(from, to), slot * rows.dimensions + filled)
      }
      filled += to - from
    },
    addMissing(missing) {
      if (missing === 'element') rows.addValues(element, 0, 1)
      if (missing === 'null') isNull = true
    },
    endRow() {
      const row = rows.rowsStarted - 1
      if (isNull && filled === 0) {
        if (slotOf(row) >= 0) rows.nullCount++
        if (rows.dimensions === 0) nullRows.push(row)
        else fillWithNaN(slotOf(row))
      } else if (rows.dimensions === 0) {
        allocate(row)
      } else if (filled !== rows.dimensions) {
        throw new RowLengthError(row, rows.dimensions, filled)
      }
    },
  }

  function allocate(row: number) {
    if (firstRow.length === 0) throw new RowLengthError(row, 1, 0)
    rows.dimensions = firstRow.length
    rows.vectors = sharedMatrix(place, slotCount, rows.dimensions)
    if (slotOf(row) >= 0) rows.vectors.set(firstRow, slotOf(row) * rows.dimensions)
    for (const nullRow of nullRows) fillWithNaN(slotOf(nullRow))
  }

  function fillWithNaN(slot: number) {
    if (slot >= 0) rows.vectors.fill(Number.NaN, slot * rows.dimensions, (slot + 1) * rows.dimensions)
  }
  return rows
}

function slotsOf(wanted: readonly number[], rowCount: number): Int32Array {
  const slots = new Int32Array(rowCount).fill(-1)
  for (const [slot, row] of wanted.entries()) slots[row] = slot
  return slots
}

function sharedMatrix(place: string, rowCount: number, dimensions: number): Float32Array<SharedArrayBuffer> {
  try {
    return new Float32Array(new SharedArrayBuffer(rowCount * dimensions * 4))
  } catch (cause) {
    const gigabytes = ((rowCount * dimensions * 4) / 1e9).toFixed(1)
    throw new EngineError(
      'out-of-memory',
      `${place}: expected room for ${rowCount} vectors of ${dimensions} numbers (${gigabytes} GB), got none; ` +
        'close other sets or open a part of the file',
      { cause },
    )
  }
}
