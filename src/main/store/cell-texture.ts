// Cells as a texture of the globe: one texel row a grid row, columns in equal steps of longitude (4008 for the 10 km grid).
// A cell covers the texels whose centre it holds, at least one; what lies between the cells of a sparse set stays empty.
// Making distant cells large enough to see is the globe's work: it knows the zoom.

import type { Bbox } from '../../shared/terms.ts'
import { type CellIndex, grid, type SetCell } from './cell-index.ts'

/** Texels around the whole globe: the number of cells of the equator's row. */
export const globeColumns = grid.columnCounts.reduce((most, count) => Math.max(most, count), 0)

export interface CellTexture {
  readonly width: number
  readonly height: number
  readonly bbox: Bbox
  /** grid cells around the Earth in each texel row */
  readonly cellsOfRow: readonly number[]
  /** cell shown by each texel, -1 for none; row 0 north */
  readonly cellOfTexel: Int32Array
}

/** Lays the cells of a set out on their part of the globe. */
export function cellTexture(index: CellIndex): CellTexture {
  const { width, height, rowTop, colLeft } = textureWindow(index.cells)
  const cellOfTexel = new Int32Array(width * height).fill(-1)
  for (const [number, cell] of index.cells.entries()) {
    const start = (rowTop - cell.rowIndex) * width
    for (const col of ownColumns(cell)) cellOfTexel[start + col - colLeft] = number
  }
  const lonStep = 360 / globeColumns
  const south = grid.rowLats[rowTop - height + 1]!
  const north = grid.rowLats[rowTop + 1] ?? 90
  const bbox: Bbox = [-180 + colLeft * lonStep, south, -180 + (colLeft + width) * lonStep, north]
  const cellsOfRow = Array.from({ length: height }, (_, row) => grid.columnCounts[rowTop - row]!)
  return { width, height, bbox, cellsOfRow, cellOfTexel }
}

/** Texel of a place, for tests and picking: index into `cellOfTexel`, -1 outside. */
export function texelAt(texture: CellTexture, lat: number, lon: number): number {
  const [west, south, east, north] = texture.bbox
  if (lat < south || lat > north || lon < west || lon > east) return -1
  const col = Math.min(texture.width - 1, Math.floor(((lon - west) / (east - west)) * texture.width))
  const row = Math.min(texture.height - 1, Math.floor(((north - lat) / (north - south)) * texture.height))
  return row * texture.width + col
}

interface TextureWindow {
  readonly width: number
  readonly height: number
  /** grid row of texel row 0 */
  readonly rowTop: number
  readonly colLeft: number
}

function textureWindow(cells: readonly SetCell[]): TextureWindow {
  let [rowLow, rowHigh, colLow, colHigh] = [grid.rowCount, -1, globeColumns, -1]
  for (const cell of cells) {
    rowLow = Math.min(rowLow, cell.rowIndex)
    rowHigh = Math.max(rowHigh, cell.rowIndex)
    for (const col of ownColumns(cell)) {
      colLow = Math.min(colLow, col)
      colHigh = Math.max(colHigh, col)
    }
  }
  if (rowHigh < 0) return { width: 0, height: 0, rowTop: 0, colLeft: 0 }
  return { width: colHigh - colLow + 1, height: rowHigh - rowLow + 1, rowTop: rowHigh, colLeft: colLow }
}

/** Texel columns whose centre lies in the cell; at least one. A cell across 180 degrees has some at both ends. */
function ownColumns(cell: SetCell): readonly number[] {
  const { lon: west } = grid.cellAtIndex(cell.rowIndex, cell.colIndex)
  const width = 360 / grid.columnCounts[cell.rowIndex]!
  const scale = globeColumns / 360
  const start = (west >= 180 ? west - 360 : west) + 180
  const from = Math.ceil(start * scale - 0.5 - 1e-9)
  const to = Math.max(from + 1, Math.ceil((start + width) * scale - 0.5 - 1e-9))
  return Array.from({ length: to - from }, (_, step) => (from + step + globeColumns) % globeColumns)
}
