// Against shapely's union measured by pyproj's geodesics (fixtures/union-area).

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Footprint, LonLat } from '../../shared/terms.ts'
import { unionAreaKm2 } from './union-area.ts'

const file = join(import.meta.dirname, '../../../fixtures/union-area/turned-squares.json')
const cases: Record<string, { rings: LonLat[][]; areaKm2: number }> = JSON.parse(readFileSync(file, 'utf8'))
const footprint = (...rings: LonLat[][]): Footprint => ({ polygons: [rings] })
const box = (west: number, south: number, east: number, north: number): LonLat[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
]

describe('the area of footprints', () => {
  it.each(Object.entries(cases))('that overlap is that of their union: %s', (_, { rings, areaKm2 }) => {
    const area = unionAreaKm2(rings.map((ring) => footprint(ring)))
    expect(Math.abs(area / areaKm2 - 1)).toBeLessThan(1e-5)
  })

  it('counts one outline once, however often it comes, and a hole not at all', () => {
    const outer = box(0, 0, 1, 1)
    const whole = unionAreaKm2([footprint(outer)])
    expect(unionAreaKm2(Array.from({ length: 100 }, () => footprint(outer)))).toBe(whole)
    const hole = box(0.25, 0.25, 0.75, 0.75)
    const around = unionAreaKm2([footprint(outer, hole)])
    expect(around).toBeCloseTo(whole - unionAreaKm2([footprint(hole)]), 6)
  })

  it('of the whole Earth is that of the ellipsoid', () => {
    // WGS84 (NIMA TR8350.2): 510,065,621.7 km2
    const quarters = [-180, -90, 0, 90].map((west) => footprint(box(west, -90, west + 90, 90)))
    expect(unionAreaKm2(quarters)).toBeCloseTo(510_065_621.7, 0)
    expect(unionAreaKm2([])).toBe(0)
  })

  it('is the same where an outline is cut at 180 degrees and where it runs across', () => {
    const across = footprint(box(179.5, 10, 180.5, 11))
    const cut: Footprint = { polygons: [[box(179.5, 10, 180, 11)], [box(-180, 10, -179.5, 11)]] }
    expect(unionAreaKm2([across])).toBeCloseTo(unionAreaKm2([cut]), 6)
  })
})
