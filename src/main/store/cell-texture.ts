// Cells as a texture of the globe: one texel row a grid row, columns in equal steps of longitude (4008 for the 10 km grid).
// A cell covers its own texels. Where a set is a sparse sample, the texels between are given to the nearest cell within
// three quarters of the usual distance between neighbours, so that the map still reads as a map; when the set is of land,
// only texels on land are given away, so that coasts stay sharp.

import type { Bbox } from '../../shared/terms.ts'
import { distanceKm } from '../search/great-circle.ts'
import { type CellIndex, grid, type SetCell } from './cell-index.ts'
import { isLand } from './land-mask.ts'

/** Texels around the whole globe: the number of cells of the equator's row. */
export const globeColumns = grid.columnCounts.reduce((most, count) => Math.max(most, count), 0)

const EARTH_RADIUS_KM = 6371.0088
const RADIANS = Math.PI / 180
const FILL_FACTOR = 0.75
const SPACING_SAMPLE = 2000
/** Cells farther apart than this are single places, not a sample of the globe. */
const LARGEST_SPACING_KM = 160
/** Share of cells on land from which a set counts as one of land. */
const LAND_SET_SHARE = 0.8
/** Fewer cells are shown as they are. */
const FEWEST_FILLED_CELLS = 100

export interface CellTexture {
  readonly width: number
  readonly height: number
  readonly bbox: Bbox
  /** cell shown by each texel, -1 for none; row 0 north */
  readonly cellOfTexel: Int32Array
  /** 0 when every cell covers just its own texels */
  readonly fillRadiusKm: number
}

/** Lays the cells of a set out on their part of the globe. */
export function cellTexture(index: CellIndex): CellTexture {
  const fillRadiusKm = fillRadius(index)
  const window = textureWindow(index.cells, fillRadiusKm)
  const { width, height, rowTop, colLeft } = window
  const isLandOnly = fillRadiusKm > 0 && landShare(index.cells) >= LAND_SET_SHARE
  const cellOfTexel = new Int32Array(width * height).fill(-1)
  const spreadOfTexel = new Float32Array(width * height).fill(Number.POSITIVE_INFINITY)
  const isFilled = isLandOnly ? isLand : () => true
  const canvas: Canvas = { window, fillRadiusKm, isFilled, cellOfTexel, spreadOfTexel }
  for (const [number, cell] of index.cells.entries()) paintCell(cell, number, canvas)
  const lonStep = 360 / globeColumns
  const south = grid.rowLats[rowTop - height + 1]!
  const north = grid.rowLats[rowTop + 1] ?? 90
  const bbox: Bbox = [-180 + colLeft * lonStep, south, -180 + (colLeft + width) * lonStep, north]
  return { width, height, bbox, cellOfTexel, fillRadiusKm }
}

/** Texel of a place, for tests and picking: index into `cellOfTexel`, -1 outside. */
export function texelAt(texture: CellTexture, lat: number, lon: number): number {
  const [west, south, east, north] = texture.bbox
  if (lat < south || lat > north || lon < west || lon > east) return -1
  const col = Math.min(texture.width - 1, Math.floor(((lon - west) / (east - west)) * texture.width))
  const row = Math.min(texture.height - 1, Math.floor(((north - lat) / (north - south)) * texture.height))
  return row * texture.width + col
}

/** Three quarters of the median distance to the nearest other cell; 0 when cells mostly touch. */
function fillRadius(index: CellIndex): number {
  if (index.cells.length < FEWEST_FILLED_CELLS) return 0
  const step = Math.max(1, Math.floor(index.cells.length / SPACING_SAMPLE))
  const distances: number[] = []
  for (let cell = 0; cell < index.cells.length; cell += step)
    distances.push(nearestDistanceKm(index, index.cells[cell]!))
  distances.sort((a, b) => a - b)
  const median = distances[Math.floor(distances.length / 2)] ?? 0
  return Number.isFinite(median) && median > 1.5 * grid.distKm ? median * FILL_FACTOR : 0
}

function landShare(cells: readonly SetCell[]): number {
  return cells.filter(({ lat, lon }) => isLand(lat, lon)).length / cells.length
}

function nearestDistanceKm(index: CellIndex, cell: SetCell): number {
  for (let withinKm = 20; withinKm <= LARGEST_SPACING_KM; withinKm *= 2) {
    const other = index.nearestOther(cell, withinKm)
    if (other) return distanceKm(cell.lat, cell.lon, other.lat, other.lon)
  }
  return Number.POSITIVE_INFINITY
}

interface TextureWindow {
  readonly width: number
  readonly height: number
  /** grid row of texel row 0 */
  readonly rowTop: number
  readonly colLeft: number
}

function textureWindow(cells: readonly SetCell[], fillRadiusKm: number): TextureWindow {
  let [rowLow, rowHigh, colLow, colHigh] = [grid.rowCount, -1, globeColumns, -1]
  for (const cell of cells) {
    const reach = reachOf(cell, fillRadiusKm)
    rowLow = Math.min(rowLow, Math.max(0, cell.rowIndex - reach.rows))
    rowHigh = Math.max(rowHigh, Math.min(grid.rowCount - 1, cell.rowIndex + reach.rows))
    const wraps = reach.colFrom < 0 || reach.colTo > globeColumns
    colLow = wraps ? 0 : Math.min(colLow, reach.colFrom)
    colHigh = wraps ? globeColumns - 1 : Math.max(colHigh, reach.colTo - 1)
  }
  if (rowHigh < 0) return { width: 0, height: 0, rowTop: 0, colLeft: 0 }
  return { width: colHigh - colLow + 1, height: rowHigh - rowLow + 1, rowTop: rowHigh, colLeft: colLow }
}

/** Grid rows up and down, and texel columns [from, to) (possibly beyond the edges), that a cell may colour. */
function reachOf(cell: SetCell, fillRadiusKm: number): { rows: number; colFrom: number; colTo: number } {
  const { from, to } = ownColumns(cell)
  const rows = Math.ceil(fillRadiusKm / grid.distKm)
  if (fillRadiusKm === 0) return { rows, colFrom: from, colTo: to }
  const farLat = Math.min(89.9, Math.abs(cell.lat) + rows * (180 / grid.rowCount))
  const degrees = Math.min(180, fillRadiusKm / (111.2 * Math.cos((farLat * Math.PI) / 180)))
  const columns = Math.ceil((degrees / 360) * globeColumns)
  return { rows, colFrom: from - columns, colTo: Math.min(to + columns, from - columns + globeColumns) }
}

/** Texel columns whose centre lies in the cell; at least one. */
function ownColumns(cell: SetCell): { from: number; to: number } {
  const { lon: west } = grid.cellAtIndex(cell.rowIndex, cell.colIndex)
  const width = 360 / grid.columnCounts[cell.rowIndex]!
  const scale = globeColumns / 360
  const start = (west >= 180 ? west - 360 : west) + 180
  const from = Math.ceil(start * scale - 0.5 - 1e-9)
  return { from, to: Math.max(from + 1, Math.ceil((start + width) * scale - 0.5 - 1e-9)) }
}

interface Canvas {
  readonly window: TextureWindow
  readonly fillRadiusKm: number
  /** whether a texel that is nobody's own may be given away */
  readonly isFilled: (lat: number, lon: number) => boolean
  readonly cellOfTexel: Int32Array
  /** 1 - cos(angle) between a texel and the cell it shows; infinite when it shows none */
  readonly spreadOfTexel: Float32Array
}

function paintCell(cell: SetCell, number: number, canvas: Canvas): void {
  const { window, cellOfTexel, spreadOfTexel } = canvas
  const own = ownColumns(cell)
  const reach = reachOf(cell, canvas.fillRadiusKm)
  const largestSpread = 1 - Math.cos(canvas.fillRadiusKm / EARTH_RADIUS_KM)
  const lonAt = (col: number) => -180 + ((col + 0.5) * 360) / globeColumns
  const [sinCell, cosCell] = [Math.sin(cell.lat * RADIANS), Math.cos(cell.lat * RADIANS)]
  const cosLons = Float64Array.from({ length: reach.colTo - reach.colFrom }, (_, step) =>
    Math.cos((lonAt(reach.colFrom + step) - cell.lon) * RADIANS),
  )
  for (let rowIndex = cell.rowIndex - reach.rows; rowIndex <= cell.rowIndex + reach.rows; rowIndex++) {
    const y = window.rowTop - rowIndex
    if (y < 0 || y >= window.height) continue
    const lat = -90 + ((rowIndex + 0.5) * 180) / grid.rowCount
    const sines = Math.sin(lat * RADIANS) * sinCell
    const cosines = Math.cos(lat * RADIANS) * cosCell
    for (let col = reach.colFrom; col < reach.colTo; col++) {
      const wrapped = (col + globeColumns) % globeColumns
      const x = wrapped - window.colLeft
      if (x < 0 || x >= window.width) continue
      const isOwn = rowIndex === cell.rowIndex && col >= own.from && col < own.to
      // spherical law of cosines; an angle of 10 km makes 1.2e-6, far above what float64 rounds away
      const spread = isOwn ? -1 : 1 - (sines + cosines * cosLons[col - reach.colFrom]!)
      const texel = y * window.width + x
      if (spread >= spreadOfTexel[texel]!) continue
      if (isOwn || (spread <= largestSpread && canvas.isFilled(lat, lonAt(wrapped)))) {
        spreadOfTexel[texel] = spread
        cellOfTexel[texel] = number
      }
    }
  }
}
