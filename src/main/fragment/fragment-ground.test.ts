import { describe, expect, it } from 'vitest'
import type { Bounds, PixelBbox } from '../../shared/terms.ts'
import { readGolden } from '../bytes/golden-file.ts'
import { uniqueId } from '../geoparquet/unique-id.ts'
import { polygonsOfWkt } from '../geoparquet/wkt.ts'
import { cellImageBounds } from '../grid/cell-image-bounds.ts'
import { createGrid } from '../grid/grid.ts'
import { projectionOf } from '../grid/projection.ts'
import { fragmentGround } from './fragment-ground.ts'
import { fragmentsOf } from './plan-fragments.ts'

interface GoldenRun {
  cell: string
  fragment_size: number
  utm_bounds: Bounds
  dim: number
  timestamp: string
  product_id: string
  fragments: {
    unique_id: string
    /** the long-vector runs keep it for their first rows only */
    geometry_wkt?: string
    centre_lat: number
    centre_lon: number
    utm_footprint: string
    utm_crs: string
    pixel_bbox: PixelBbox
  }[]
}
const { runs } = readGolden<{ runs: GoldenRun[] }>('embedder_pipeline')
const imageOf = (run: GoldenRun) => ({
  width: 1068,
  height: 1068,
  footprint: { crs: run.fragments[0]!.utm_crs, bounds: run.utm_bounds },
})
const ringOf = (wkt: string) => polygonsOfWkt(wkt)!.polygons[0]![0]!

describe('as-released geometry', () => {
  it.each(runs)('of $cell in $fragment_size px fragments is the published, transposed one', (run) => {
    const image = imageOf(run)
    const fragments = fragmentsOf(image, { fragmentSize: run.fragment_size })
    expect(fragments.map(({ pixelBbox }) => pixelBbox)).toEqual(run.fragments.map(({ pixel_bbox }) => pixel_bbox))
    for (const [index, expected] of run.fragments.entries()) {
      if (expected.geometry_wkt === undefined) continue
      const ground = fragmentGround(image, fragments[index]!, 'as-released')
      expect([ground.utmFootprint, ground.utmCrs]).toEqual([expected.utm_footprint, expected.utm_crs])
      for (const [corner, [lon, lat]] of ringOf(expected.geometry_wkt).entries()) {
        const [gotLon, gotLat] = ringOf(ground.geometryWkt)[corner]!
        expect(Math.abs(gotLon - lon)).toBeLessThan(1e-12)
        expect(Math.abs(gotLat - lat)).toBeLessThan(1e-12)
      }
      expect(Math.abs(ground.centreLat - expected.centre_lat)).toBeLessThan(1e-5)
      expect(Math.abs(ground.centreLon - expected.centre_lon)).toBeLessThan(2e-5)
    }
  })
})

/** the dummy model of the golden runs: their `embedding_rule` */
function goldenVector(index: number, dimensions: number): Float32Array {
  return Float32Array.from({ length: dimensions }, (_, k) => {
    const value = Number((BigInt(k) * 2_654_435_761n + BigInt(index * 40_503 + dimensions * 97)) % 65_536n)
    return value / 16_384 - 2
  })
}

it.each(runs)('unique_id of every fragment of $cell with $dim dimensions is the original one', (run) => {
  const withGeometry = [...run.fragments.entries()].filter(([, fragment]) => fragment.geometry_wkt !== undefined)
  expect(withGeometry.length).toBeGreaterThan(0)
  for (const [index, fragment] of withGeometry) {
    const id = uniqueId({
      geometryWkt: fragment.geometry_wkt!,
      timestamp: run.timestamp,
      productId: run.product_id,
      vector: goldenVector(index, run.dim),
    })
    expect(id).toBe(fragment.unique_id)
  }
})

describe('true geometry', () => {
  it('is where the pixels are, and equals the released one on the diagonal only', () => {
    const run = runs.find(({ cell }) => cell === '433U_5L')!
    const image = imageOf(run)
    const [left, , , top] = run.utm_bounds
    for (const fragment of fragmentsOf(image, { fragmentSize: 224 })) {
      const ground = fragmentGround(image, fragment, 'true')
      const [row0, col0, row1, col1] = fragment.pixelBbox
      const [topRight, , bottomLeft] = ringOf(ground.utmFootprint)
      expect(topRight).toEqual([left + col1 * 10, top - row0 * 10])
      expect(bottomLeft).toEqual([left + col0 * 10, top - row1 * 10])
      const released = fragmentGround(image, fragment, 'as-released')
      expect(released.utmFootprint === ground.utmFootprint).toBe(row0 === col0)
      const [lon, lat] = projectionOf(image.footprint.crs).inverse(left + (col0 + 112) * 10, top - (row0 + 112) * 10)
      expect(Math.hypot(ground.centreLon - lon, ground.centreLat - lat)).toBeLessThan(1e-5)
    }
  })

  it('across 180 degrees is two polygons with the real centre', () => {
    const run = runs.find(({ cell }) => cell === '0U_2003R')!
    const image = imageOf(run)
    const grounds = fragmentsOf(image, { fragmentSize: 224 }).map((fragment) => fragmentGround(image, fragment, 'true'))
    const crossing = grounds.filter(({ geometry }) => geometry.polygons.length === 2)
    expect(crossing).toHaveLength(5)
    for (const { geometry, geometryWkt, centreLat, centreLon } of crossing) {
      expect(geometryWkt).toMatch(/^MULTIPOLYGON \(\(\(/)
      const [west, east] = geometry.polygons.map(([ring]) => ring!)
      expect(Math.max(...west!.map(([lon]) => lon))).toBe(180)
      expect(Math.min(...west!.map(([lon]) => lon))).toBeGreaterThan(179.98)
      expect(Math.min(...east!.map(([lon]) => lon))).toBe(-180)
      expect(Math.max(...east!.map(([lon]) => lon))).toBeLessThan(-179.99)
      expect(west![0]).toEqual(west!.at(-1))
      expect(centreLon).toBeGreaterThan(179.98)
      expect(Math.abs(centreLat)).toBeLessThan(0.1)
    }
  })

  it('of the cell at the south pole closes over the pole', () => {
    const cell = createGrid().cellNamed('1002D_0R')!
    const image = { width: 1068, height: 1068, footprint: { crs: cell.utmCrs, bounds: cellImageBounds(cell) } }
    const whole = fragmentGround(image, { pixelBbox: [0, 0, 1068, 1068] }, 'true')
    const ring = whole.geometry.polygons[0]![0]!
    expect(whole.geometry.polygons).toHaveLength(1)
    expect(Math.min(...ring.map(([, lat]) => lat))).toBe(-90)
    expect(ring[0]).toEqual(ring.at(-1))
    expect(whole.centreLat).toBe(-90)
  })

  it('knows images that are not square', () => {
    const image = { width: 578, height: 379, footprint: { crs: 'EPSG:32633', bounds: [0, 0, 5780, 3790] as const } }
    const ground = fragmentGround(image, { pixelBbox: [0, 354, 224, 578] }, 'true')
    expect(ground.utmFootprint).toBe('POLYGON ((5780 3790, 5780 1550, 3540 1550, 3540 3790, 5780 3790))')
  })
})
