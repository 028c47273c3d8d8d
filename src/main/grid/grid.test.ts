import { describe, expect, it } from 'vitest'
import { readGolden } from '../bytes/golden-file.ts'
import { createGrid } from './grid.ts'
import { utmCrsAt } from './utm-zone.ts'

type Row = [
  row: string,
  index: number,
  lat: number,
  columns: number,
  first: string,
  firstLon: number,
  last: string,
  lastLon: number,
]
type Point = [number, number, string, string, number, number, number, number, number, number, string]
const golden10 = readGolden<{
  full: { n_rows: number; total: number; counts: number[]; rows: Row[]; points: Point[] }
}>('grid_10km')
const rowsOf10 = readGolden<{
  rows: Record<string, { lat: number; lons: number[]; cols: string[] }>
  all_lats: number[]
  all_row_names: string[]
}>('grid_10km_row_longitudes')
const antimeridian = readGolden<{ rows_with_antimeridian_cell_named_R_at_plus180: string[] }>('grid_10km_antimeridian')
const otherDist = readGolden<{
  grids: Record<string, { rows: [string, number, number][]; cells?: [string, string, number, number, string][] }>
}>('grid_other_dist')
const utm = readGolden<{ rows: [number, number, string][] }>('utm_zone')

const grid = createGrid(10)

function rowNamed(of: ReturnType<typeof createGrid>, name: string): number {
  const up = Number(name.slice(0, -1)) * (name.endsWith('U') ? 1 : -1)
  return of.indexOf(up, 0)!.rowIndex
}

describe('the 10 km grid', () => {
  it('has the rows, the latitudes and the column counts of the original', () => {
    expect(grid.rowCount).toBe(golden10.full.n_rows)
    expect(grid.cellCount).toBe(golden10.full.total)
    expect([...grid.rowLats]).toEqual(rowsOf10.all_lats)
    expect([...grid.columnCounts]).toEqual(golden10.full.counts)
    expect(rowsOf10.all_row_names.map((name) => rowNamed(grid, name))).toEqual(rowsOf10.all_row_names.map((_, i) => i))
  })

  it('begins and ends each row as the original', () => {
    for (const [row, index, lat, columns, first, firstLon, last, lastLon] of golden10.full.rows) {
      const west = grid.cellAtIndex(index, 0)
      const east = grid.cellAtIndex(index, columns - 1)
      expect([west.gridCell, west.lat, west.lon]).toEqual([`${row}_${first}`, lat, firstLon])
      expect([east.gridCell, east.lat, east.lon]).toEqual([`${row}_${last}`, lat, lastLon])
    }
  })

  it('has the longitudes and names of whole rows to the last bit', () => {
    for (const [name, row] of Object.entries(rowsOf10.rows)) {
      const rowIndex = rowNamed(grid, name)
      expect([...grid.rowLons(rowIndex)]).toEqual(row.lons)
      expect(row.lons.map((_, col) => grid.cellAtIndex(rowIndex, col).gridCell)).toEqual(
        row.cols.map((c) => `${name}_${c}`),
      )
    }
  })

  it('names the antimeridian cell as the original, rounding included', () => {
    const named = rowsOf10.all_row_names.filter((_, i) => grid.cellAtIndex(i, grid.columnCounts[i]! - 1).lon === 180)
    expect(named.sort()).toEqual([...antimeridian.rows_with_antimeridian_cell_named_R_at_plus180].sort())
    const offBy1Ulp = rowsOf10.all_row_names.filter((_, i) => grid.cellAtIndex(i, 0).lon === -179.99999999999997)
    expect(offBy1Ulp).toHaveLength(18)
  })

  it('finds the cell of a place', () => {
    const compared = golden10.full.points.filter(([lat]) => lat > -90)
    expect(compared.length).toBeGreaterThan(150)
    for (const [lat, lon, row, col, rowInt, colInt, rowIndex, colIndex, cellLat, cellLon, epsg] of compared) {
      const cell = grid.cellAt(lat, lon)
      expect(cell).toEqual({
        gridCell: `${row}_${col}`,
        gridRowU: rowInt,
        gridColR: colInt,
        lat: cellLat,
        lon: cellLon,
        utmCrs: `EPSG:${epsg}`,
      })
      expect(grid.indexOf(rowInt, colInt)).toEqual({ rowIndex, colIndex })
      expect(grid.cellNamed(cell.gridCell)).toEqual(cell)
    }
  })

  it('puts the south pole into the southernmost row, where the original wraps it to the north', () => {
    expect(grid.cellAt(-90, 12).gridCell).toBe('1002D_0R')
    expect(createGrid(2000).cellAt(-90, 0).gridRowU).toBe(-5)
  })

  it('refuses names and places that are not on the grid', () => {
    for (const name of ['433U', '433U_629', '-1U_0R', '0D_0R', '433U_99999R', '5000U_0R', '01U_0R', 'hello']) {
      expect(grid.cellNamed(name)).toBeUndefined()
    }
    expect(() => grid.cellAt(91, 0)).toThrow('grid: expected a latitude in [-90, 90] degrees, got 91')
    expect(() => grid.cellAt(0, Number.NaN)).toThrow('expected a longitude')
    expect(() => createGrid(0)).toThrow('expected a cell size')
  })

  it('wraps longitudes outside [-180, 180]', () => {
    expect(grid.cellAt(38.9, 350.9)).toEqual(grid.cellAt(38.9, -9.1))
  })
})

describe('cells in a box', () => {
  it('are those of the places in the box', () => {
    const names = new Set([...grid.cellsInBbox([-9.3, 38.6, -8.7, 39])].map((cell) => cell.gridCell))
    for (let lat = 38.6; lat <= 39; lat += 0.01) {
      for (let lon = -9.3; lon <= -8.7; lon += 0.01) names.delete(grid.cellAt(lat, lon).gridCell)
    }
    expect([...names]).toEqual([])
  })

  it('cross the antimeridian when west is east of east', () => {
    const cells = [...grid.cellsInBbox([179.5, 0.01, -179.5, 0.02])]
    expect(cells.length).toBeGreaterThan(10)
    expect(cells.length).toBeLessThan(14)
    expect(cells.map((cell) => cell.gridCell)).toContain('0U_2004L')
    expect(cells.every((cell) => Math.abs(cell.lon) > 179)).toBe(true)
  })

  it('are all cells for the whole globe, each once', () => {
    const coarse = createGrid(500)
    const names = [...coarse.cellsInBbox([-180, -90, 180, 90])].map((cell) => cell.gridCell)
    expect(names).toHaveLength(coarse.cellCount)
    expect(new Set(names).size).toBe(coarse.cellCount)
  })
})

describe('grids of other sizes', () => {
  it.each(Object.keys(otherDist.grids))('of %s km have the rows and cells of the original', (dist) => {
    const other = createGrid(Number(dist))
    const expected = otherDist.grids[dist]!
    for (const [row, lat, columns] of expected.rows) {
      const rowIndex = rowNamed(other, row)
      expect([other.rowLats[rowIndex], other.columnCounts[rowIndex]]).toEqual([lat, columns])
    }
    for (const [row, col, lat, lon, epsg] of expected.cells ?? []) {
      expect(other.cellNamed(`${row}_${col}`)).toMatchObject({ lat, lon, utmCrs: `EPSG:${epsg}` })
    }
  })
})

it('the UTM zone of a place is the original one, Norway and Svalbard included', () => {
  for (const [lat, lon, epsg] of utm.rows) expect([lat, lon, utmCrsAt(lat, lon)]).toEqual([lat, lon, `EPSG:${epsg}`])
})
