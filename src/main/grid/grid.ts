// The Major TOM grid: rows of equal height, each cut into cells of about equal width; a cell is named after its
// lower-left corner. The arithmetic follows MajorTOM/grid.py (f7078cd) and numpy's linspace and mod to the last bit,
// except that a latitude at or below the first grid line belongs to the southernmost row (the original wraps it north).

import { EngineError } from '../../shared/errors.ts'
import type { Bbox, GridCell } from '../../shared/terms.ts'
import { utmCrsAt } from './utm-zone.ts'

const earthRadiusKm = 6378.137

export interface Grid {
  readonly distKm: number
  readonly rowCount: number
  readonly cellCount: number
  /** latitude of each grid line, south to north, degrees; a row reaches from its line to the next */
  readonly rowLats: Float64Array
  /** cells of each row; a prefix sum gives every cell a number */
  readonly columnCounts: Int32Array
  /** longitudes of the lower-left corners of a row's cells, west to east, degrees */
  rowLons(rowIndex: number): Float64Array
  /**
   * The cell of a place. A place exactly on a grid line belongs to the cell below or left of it.
   * @param lon any degrees; values outside [-180, 180] are wrapped
   * @throws EngineError `invalid-input` when the latitude is outside [-90, 90] or a value is not finite
   */
  cellAt(lat: number, lon: number): GridCell
  /** The cell called e.g. `433U_629L`; undefined when the grid has no such cell. */
  cellNamed(name: string): GridCell | undefined
  /** @throws RangeError when the grid has no such cell */
  cellAtIndex(rowIndex: number, colIndex: number): GridCell
  /** Index of signed row and column numbers (up and right positive); undefined when the grid has no such cell. */
  indexOf(gridRowU: number, gridColR: number): { readonly rowIndex: number; readonly colIndex: number } | undefined
  /** Every cell that `cellAt` gives for some place in the box, row by row from the south; `west > east` crosses 180. */
  cellsInBbox(bbox: Bbox): Iterable<GridCell>
}

/**
 * The grid over the whole globe.
 * @param distKm nominal cell size; the standard's is 10
 * @throws EngineError `invalid-input` when `distKm` is not in (0, 20000]
 */
export function createGrid(distKm = 10): Grid {
  if (!(distKm > 0 && distKm <= 20_000)) {
    throw new EngineError('invalid-input', `grid: expected a cell size in (0, 20000] km, got ${distKm}`)
  }
  const rowLats = rowLatitudes(distKm)
  const rowCount = rowLats.length
  const equatorRow = lowerBound(rowCount, (index) => rowLats[index]!, 0)
  const columnCounts = Int32Array.from(rowLats, (lat) => columnCount(lat, distKm))

  function rowIndexAt(lat: number): number {
    return Math.max(0, lowerBound(rowCount, (index) => rowLats[index]!, lat) - 1)
  }

  function colIndexAt(rowIndex: number, lon: number): number {
    const count = columnCounts[rowIndex]!
    const row = rowColumns(count)
    const col = lowerBound(count, row.lonAt, lon) - 1
    return col < 0 ? count - 1 : col
  }

  function cellAtIndex(rowIndex: number, colIndex: number): GridCell {
    const count = columnCounts[rowIndex]
    if (count === undefined || !(colIndex >= 0 && colIndex < count)) {
      throw new RangeError(`grid of ${distKm} km has no cell at row ${rowIndex}, column ${colIndex}`)
    }
    const row = rowColumns(count)
    const gridRowU = rowIndex - equatorRow
    const gridColR = colIndex - row.zeroIndex
    const lat = rowLats[rowIndex]!
    const lon = row.lonAt(colIndex)
    return { gridCell: cellName(gridRowU, gridColR), gridRowU, gridColR, lat, lon, utmCrs: utmCrsAt(lat, lon) }
  }

  function cellAt(lat: number, lon: number): GridCell {
    requireFinitePlace(lat, lon)
    const rowIndex = rowIndexAt(lat)
    return cellAtIndex(rowIndex, colIndexAt(rowIndex, wrapLongitude(lon)))
  }

  function indexOf(gridRowU: number, gridColR: number) {
    const rowIndex = gridRowU + equatorRow
    const count = columnCounts[rowIndex]
    if (count === undefined) return undefined
    const colIndex = gridColR + rowColumns(count).zeroIndex
    return colIndex >= 0 && colIndex < count ? { rowIndex, colIndex } : undefined
  }

  function* cellsInBbox([west, south, east, north]: Bbox): Iterable<GridCell> {
    requireFinitePlace(south, west)
    requireFinitePlace(north, east)
    const isWholeCircle = east - west >= 360
    const [fromLon, toLon] = [wrapLongitude(west), wrapLongitude(east)]
    for (let rowIndex = rowIndexAt(south); rowIndex <= rowIndexAt(north); rowIndex++) {
      const count = columnCounts[rowIndex]!
      const first = isWholeCircle ? 0 : colIndexAt(rowIndex, fromLon)
      const last = isWholeCircle ? count - 1 : colIndexAt(rowIndex, toLon)
      // A box that starts and ends in one cell covers either that cell or, the long way round, all of them.
      const isWrapped = last < first || (last === first && fromLon > toLon)
      const length = Math.min(count, last - first + 1 + (isWrapped ? count : 0))
      for (let step = 0; step < length; step++) yield cellAtIndex(rowIndex, (first + step) % count)
    }
  }

  return {
    distKm,
    rowCount,
    cellCount: columnCounts.reduce((sum, count) => sum + count, 0),
    rowLats,
    columnCounts,
    rowLons: (rowIndex) => {
      const count = columnCounts[rowIndex]
      if (count === undefined) throw new RangeError(`grid of ${distKm} km has no row ${rowIndex}`)
      return Float64Array.from({ length: count }, (_, col) => rowColumns(count).lonAt(col))
    },
    cellAt,
    cellNamed(name) {
      const signed = parseCellName(name)
      const index = signed && indexOf(signed.gridRowU, signed.gridColR)
      return index && cellAtIndex(index.rowIndex, index.colIndex)
    },
    cellAtIndex,
    indexOf,
    cellsInBbox,
  }
}

/** `433U_629L` for (433, -629). */
export function cellName(gridRowU: number, gridColR: number): string {
  const row = gridRowU >= 0 ? `${gridRowU}U` : `${-gridRowU}D`
  const col = gridColR >= 0 ? `${gridColR}R` : `${-gridColR}L`
  return `${row}_${col}`
}

/** Signed row and column of a cell name; undefined when the text is not one. Whether the grid has it, `indexOf` says. */
export function parseCellName(name: string): { gridRowU: number; gridColR: number } | undefined {
  const match = /^(?:(0|[1-9]\d*)U|([1-9]\d*)D)_(?:(0|[1-9]\d*)R|([1-9]\d*)L)$/.exec(name)
  if (match === null) return undefined
  const [, up, down, right, left] = match
  return {
    gridRowU: up === undefined ? -Number(down) : Number(up),
    gridColR: right === undefined ? -Number(left) : Number(right),
  }
}

/** numpy: sort(mod(linspace(-90, 90, n + 1)[:-1], 180) - 90) with n = ceil(pi R / dist) */
function rowLatitudes(distKm: number): Float64Array {
  const count = Math.ceil((Math.PI * earthRadiusKm) / distKm)
  const step = 180 / count
  return Float64Array.from({ length: count }, (_, k) => floorMod(k * step + -90, 180) - 90).sort()
}

function columnCount(lat: number, distKm: number): number {
  const circumferenceKm = 2 * Math.PI * (earthRadiusKm * Math.cos((lat * Math.PI) / 180))
  return Math.ceil(circumferenceKm / distKm)
}

/**
 * numpy: sort(mod(linspace(-180, 180, n + 1)[:-1], 360) - 180) without building it: the values y_k = k * step - 180
 * that are not negative move to the front, the negative ones behind them, so column j holds k = (j + negatives) mod n.
 * Rounding may leave the middle y just below 0, where the modulus is 360 and the cell starts at +180.
 */
function rowColumns(count: number): { readonly zeroIndex: number; readonly lonAt: (col: number) => number } {
  const step = 360 / count
  const middle = Math.floor(count / 2)
  const negatives = middle * step + -180 < 0 ? middle + 1 : middle
  return {
    zeroIndex: count - negatives,
    lonAt: (col) => floorMod(((col + negatives) % count) * step + -180, 360) - 180,
  }
}

function floorMod(value: number, divisor: number): number {
  const remainder = value % divisor
  return remainder < 0 ? remainder + divisor : remainder
}

/** First index in 0..count whose value is not below `target` (numpy's searchsorted, side left). */
function lowerBound(count: number, valueAt: (index: number) => number, target: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (valueAt(middle) < target) low = middle + 1
    else high = middle
  }
  return low
}

function wrapLongitude(lon: number): number {
  return lon >= -180 && lon <= 180 ? lon : floorMod(lon + 180, 360) - 180
}

function requireFinitePlace(lat: number, lon: number): void {
  if (!(lat >= -90 && lat <= 90)) {
    throw new EngineError('invalid-input', `grid: expected a latitude in [-90, 90] degrees, got ${lat}`)
  }
  if (!Number.isFinite(lon)) {
    throw new EngineError('invalid-input', `grid: expected a longitude in degrees, got ${lon}`)
  }
}
