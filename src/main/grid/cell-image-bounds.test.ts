import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readGolden } from '../bytes/golden-file.ts'
import { cellImageBounds } from './cell-image-bounds.ts'
import { createGrid } from './grid.ts'
import { projectionOf } from './projection.ts'

interface GoldenCell {
  cell: string
  lat: number
  lon: number
  epsg: string
  utm_bounds: [number, number, number, number]
  utm_footprint: [number, number][]
  wgs84_footprint: [number, number][]
}
const golden = readGolden<{ cells: GoldenCell[] }>('cell_footprints')
const grid = createGrid(10)

describe('the image of a cell', () => {
  it('has the UTM bounds that the original gives, to a micrometre', () => {
    for (const expected of golden.cells) {
      const cell = grid.cellNamed(expected.cell)!
      expect([cell.lat, cell.lon, cell.utmCrs]).toEqual([expected.lat, expected.lon, expected.epsg])
      cellImageBounds(cell).forEach((value, side) => {
        expect(Math.abs(value - expected.utm_bounds[side]!), `${expected.cell} side ${side}`).toBeLessThan(1e-6)
      })
    }
  })

  it('has the corners in degrees that pyproj gives, to 1e-9', () => {
    for (const { epsg, utm_footprint, wgs84_footprint } of golden.cells) {
      utm_footprint.forEach(([x, y], corner) => {
        const [lon, lat] = projectionOf(epsg).inverse(x, y)
        expect(Math.abs(lon - wgs84_footprint[corner]![0])).toBeLessThan(1e-9)
        expect(Math.abs(lat - wgs84_footprint[corner]![1])).toBeLessThan(1e-9)
      })
    }
  })

  it('can be asked for in the neighbouring zone of the source product', () => {
    const cell = grid.cellAt(38.9, -9.1)
    const [left, bottom, right, top] = cellImageBounds(cell, 'EPSG:32630')
    expect([right - left, top - bottom]).toEqual([10_680, 10_680])
    expect(left).not.toBe(cellImageBounds(cell)[0])
  })
})

/** CRS, degrees, and what pyproj makes of them: fixtures/grid/make.py */
const places = JSON.parse(
  readFileSync(new URL('../../../fixtures/grid/projections.json', import.meta.url), 'utf8'),
) as [string, number, number, number, number][]

describe('projections', () => {
  it.each(places)('of %s at %d, %d are those of pyproj', (crs, lon, lat, x, y) => {
    const projection = projectionOf(crs)
    const [gotX, gotY] = projection.forward(lon, lat)
    // The British and Swiss grids have a datum of their own, known to metres; proj4 and PROJ differ by less than 1 mm in its shift.
    const isShifted = crs === 'EPSG:27700' || crs === 'EPSG:2056'
    expect(Math.hypot(gotX - x, gotY - y)).toBeLessThan(isShifted ? 1e-3 : 1e-6)
    const [gotLon, gotLat] = projection.inverse(x, y)
    // The series of proj4's equal-area inverse ends at 0.2 mm.
    expect(Math.hypot(gotLon - lon, gotLat - lat)).toBeLessThan(isShifted ? 2e-8 : crs === 'EPSG:3035' ? 2e-9 : 1e-9)
  })

  it('of degrees change nothing', () => {
    expect(projectionOf('EPSG:4326').forward(12.5, -7.25)).toEqual([12.5, -7.25])
    expect(projectionOf('EPSG:4326').isGeographic).toBe(true)
    expect(projectionOf('EPSG:32629').isGeographic).toBe(false)
  })

  it('that are unknown are refused by name', () => {
    expect(() => projectionOf('EPSG:99999')).toThrow('got "EPSG:99999"')
    expect(() => projectionOf('nonsense')).toThrow('projection: expected a UTM zone')
  })
})
