// Which cells a sample holds, and which fragments of them on which dates.

import type { GridCell } from '../../shared/terms.ts'
import { createGrid, type Grid } from '../grid/grid.ts'
import { timestampOf } from './acquisitions.ts'
import { climateAt, climateFieldCount, climateFields } from './climate.ts'
import { coastDistanceKm } from './land-raster.ts'
import { planted } from './planted.ts'

/** One cell on one date. */
export interface CellTask {
  readonly gridCell: string
  readonly timestamp: string
  /** fragments along one axis: 1 (the central one), 3 (the central 3 x 3) or 5 (all) */
  readonly side: 1 | 3 | 5
}

/** Rows and columns between the cells of the shipped sample: about 15,000 cells spread evenly over all land. */
export const sampleStride = 10

const grid = createGrid(10)
const fields = new Float32Array(climateFieldCount)

/** Whether the middle of a cell is on land. */
export function isLandCell(cell: GridCell): boolean {
  const [lat, lon] = [Math.min(90, cell.lat + 0.045), cell.lon + 0.045 / Math.max(0.01, Math.cos(cell.lat / 57.2958))]
  const rough = coastDistanceKm(lat, lon)
  if (rough < -6) return false
  if (rough > 6) return true
  climateAt(lat, lon, fields)
  return fields[climateFields.coastKm]! > 0.4
}

/** Land cells on every `stride`-th row and every `stride`-th cell of it, from the south-west. */
export function* landCells(stride: number, from: Grid = grid): Generator<GridCell> {
  const start = Math.floor(stride / 2)
  for (let row = start; row < from.rowCount; row += stride) {
    const columns = from.columnCounts[row]!
    for (let col = Math.min(start, columns - 1); col < columns; col += stride) {
      const cell = from.cellAtIndex(row, col)
      if (isLandCell(cell)) yield cell
    }
  }
}

/** The shipped sample: the lattice's central fragments, and the regions with all fragments on their dates. */
export function shippedTasks(): CellTask[] {
  const inRegions = new Set(planted.regions.flatMap((region) => region.cells))
  const lattice = [...landCells(sampleStride)].filter((cell) => !inRegions.has(cell.gridCell))
  return [
    ...lattice.map((cell) => ({ gridCell: cell.gridCell, timestamp: timestampOf(cell), side: 1 as const })),
    ...planted.regions.flatMap((region) =>
      region.cells.flatMap((gridCell) =>
        region.timestamps.map((timestamp) => ({ gridCell, timestamp, side: 5 as const })),
      ),
    ),
  ]
}

/** A stride that gives about `cells` land cells; 1 for `all`. */
export function strideFor(cells: number | 'all'): number {
  return cells === 'all' ? 1 : Math.max(1, Math.floor(Math.sqrt(1_520_000 / cells)))
}
