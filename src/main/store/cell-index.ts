import { createGrid, type Grid, parseCellName } from '../grid/grid.ts'
import { distanceKm } from '../search/great-circle.ts'

/** The grid of every set for now: 10 km, as published. */
export const grid: Grid = createGrid(10)

export interface SetCell {
  readonly name: string
  /** index of the grid row from the south, and of the column from the west */
  readonly rowIndex: number
  readonly colIndex: number
  /** centre of the cell, degrees */
  readonly lat: number
  readonly lon: number
  /** rows of the set, ascending until the set sorts them */
  readonly rows: number[]
}

/** The grid cells that a set has rows in. */
export interface CellIndex {
  readonly cells: readonly SetCell[]
  /** index into `cells`; -1 for rows without a cell */
  readonly cellOfRow: Int32Array
  named(name: string): SetCell | undefined
  /** The cell whose centre is nearest to a place and at most `withinKm` away. */
  nearest(lat: number, lon: number, withinKm: number): SetCell | undefined
}

/**
 * @param names cell of each row as the file says, if it does; a name that the grid does not have counts as none
 * @param lats, lons place of each row in degrees, NaN when unknown: rows without a named cell get the cell of their place
 */
export function createCellIndex(
  count: number,
  names: readonly (string | null)[] | undefined,
  lats: Float64Array,
  lons: Float64Array,
): CellIndex {
  const cells: SetCell[] = []
  const byName = new Map<string, number>()
  const cellOfRow = new Int32Array(count).fill(-1)
  for (let row = 0; row < count; row++) {
    const name = names?.[row] ?? nameAt(lats[row]!, lons[row]!)
    if (name === undefined) continue
    let index = byName.get(name)
    if (index === undefined) {
      const cell = setCell(name)
      index = cell === undefined ? -1 : cells.push(cell) - 1
      byName.set(name, index)
    }
    if (index < 0) continue
    cellOfRow[row] = index
    cells[index]!.rows.push(row)
  }
  const byGridRow = sortByGridRow(cells)

  function nearest(lat: number, lon: number, withinKm: number): SetCell | undefined {
    let best: SetCell | undefined
    let bestKm = withinKm
    const rowHeight = 180 / grid.rowCount
    const middleRow = Math.floor((lat + 90) / rowHeight)
    const reach = Math.ceil(withinKm / grid.distKm) + 1
    for (let rowIndex = middleRow - reach; rowIndex <= middleRow + reach; rowIndex++) {
      const row = byGridRow.get(rowIndex)
      if (row === undefined) continue
      for (const cell of cellsNear(row, lon, bestKm)) {
        const km = distanceKm(lat, lon, cell.lat, cell.lon)
        if (km < bestKm || (km === bestKm && best === undefined)) {
          best = cell
          bestKm = km
        }
      }
    }
    return best
  }

  return {
    cells,
    cellOfRow,
    named: (name) => {
      const index = byName.get(name)
      return index === undefined ? undefined : cells[index]
    },
    nearest,
  }
}

function nameAt(lat: number, lon: number): string | undefined {
  return lat >= -90 && lat <= 90 && Number.isFinite(lon) ? grid.cellAt(lat, lon).gridCell : undefined
}

function setCell(name: string): SetCell | undefined {
  const signed = parseCellName(name)
  const index = signed && grid.indexOf(signed.gridRowU, signed.gridColR)
  if (index === undefined) return undefined
  const { lat, lon } = grid.cellAtIndex(index.rowIndex, index.colIndex)
  const width = 360 / grid.columnCounts[index.rowIndex]!
  const centreLon = lon + width / 2
  return {
    name,
    ...index,
    lat: lat + 90 / grid.rowCount,
    lon: centreLon > 180 ? centreLon - 360 : centreLon,
    rows: [],
  }
}

function sortByGridRow(cells: readonly SetCell[]): Map<number, SetCell[]> {
  const byGridRow = new Map<number, SetCell[]>()
  for (const cell of cells) {
    const row = byGridRow.get(cell.rowIndex)
    if (row === undefined) byGridRow.set(cell.rowIndex, [cell])
    else row.push(cell)
  }
  for (const row of byGridRow.values()) row.sort((a, b) => a.lon - b.lon)
  return byGridRow
}

/** Cells of one grid row (sorted by longitude) whose longitude may be within `km` of `lon`, both ways round. */
function* cellsNear(row: readonly SetCell[], lon: number, km: number): Iterable<SetCell> {
  const kmPerDegree = Math.cos((row[0]!.lat * Math.PI) / 180) * 111.2
  const reach = Math.min(180, (km / Math.max(kmPerDegree, 1e-6)) * 1.05 + 0.2)
  for (const shift of [-360, 0, 360]) {
    const from = lon + shift - reach
    const to = lon + shift + reach
    if (to < -180 || from > 180) continue
    for (let index = lowerBound(row, from); index < row.length && row[index]!.lon <= to; index++) yield row[index]!
  }
}

function lowerBound(row: readonly SetCell[], lon: number): number {
  let low = 0
  let high = row.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (row[middle]!.lon < lon) low = middle + 1
    else high = middle
  }
  return low
}
