import { describe, expect, it } from 'vitest'
import { cutOnSphere } from './build-basemap.mjs'

describe('cutting at the antimeridian', () => {
  it('cuts a polygon across 180 degrees into a part on each side', () => {
    const fiji = {
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [178, -17],
            [178, -16],
            [-178, -16],
            [-178, -17],
            [178, -17],
          ],
        ],
      ],
    }
    const { polygons } = cutOnSphere(fiji)
    const rings = polygons.flat()
    expect(rings).toHaveLength(2)
    for (const ring of rings) {
      const lons = ring.map(([lon]: number[]) => lon!)
      expect(Math.max(...lons) - Math.min(...lons)).toBeLessThan(2.001)
      expect(ring[0]).toEqual(ring.at(-1))
    }
  })

  it('cuts a line across 180 degrees into two that end there', () => {
    const { lines } = cutOnSphere({
      type: 'MultiLineString',
      coordinates: [
        [
          [179, 10],
          [-179, 12],
        ],
      ],
    })
    expect(lines).toHaveLength(2)
    expect(lines[0].at(-1)[0]).toBeCloseTo(180, 6)
    expect(lines[1][0][0]).toBeCloseTo(-180, 6)
  })
})
