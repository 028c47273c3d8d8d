import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { LonLat } from '../../shared/terms.ts'
import { memorySource } from '../bytes/byte-source.ts'
import { openParquet } from '../geoparquet/open-parquet.ts'
import { parseWkb, pointsOf } from '../geoparquet/wkb.ts'
import { describeFile } from './describe-file.ts'
import { middleOfGeometry, readGeometry } from './geometry-column.ts'

const folder = fileURLToPath(new URL('../../../fixtures/geoparquet/geo/', import.meta.url))
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
  string,
  { crs: string; rings: LonLat[][] }
>
const refused = ['unknown-crs', 'unknown-encoding']

const geometryOf = async (name: string) =>
  readGeometry(await openParquet(memorySource(name, readFileSync(join(folder, `${name}.parquet`)))), 'geometry')

/** Metres on a sphere are enough to compare places with. */
function metersBetween([lon, lat]: LonLat, [otherLon, otherLat]: LonLat): number {
  const east = ((lon - otherLon + 540) % 360) - 180
  return 111_320 * Math.hypot(east * Math.cos((lat * Math.PI) / 180), lat - otherLat)
}

function middleOfRing(ring: readonly LonLat[]): LonLat {
  const lons = ring.map(([lon]) => (lon < -179 && ring.some(([other]) => other > 179) ? lon + 360 : lon))
  const lats = ring.map(([, lat]) => lat)
  const lon = (Math.min(...lons) + Math.max(...lons)) / 2
  return [lon > 180 ? lon - 360 : lon, (Math.min(...lats) + Math.max(...lats)) / 2]
}

it('every file is in the list', () => {
  const files = readdirSync(folder).flatMap((name) => (name.endsWith('.parquet') ? [name.slice(0, -8)] : []))
  expect(files.sort()).toEqual(Object.keys(expected).sort())
})

describe('geometry is in degrees', () => {
  const plain = Object.keys(expected).filter((name) => !refused.includes(name))
  it.each(plain)('from %s, with the middles that pyproj has', async (name) => {
    const rows = await geometryOf(name)
    const { rings } = expected[name]!
    expect(rows).toHaveLength(3)
    for (const [row, ring] of rings.entries()) {
      expect(metersBetween(middleOfGeometry(rows[row]!)!, middleOfRing(ring))).toBeLessThan(0.01)
    }
  })

  it.each(plain.filter((name) => !name.startsWith('seam')))(
    'from %s, with the corners that pyproj has',
    async (name) => {
      const rows = await geometryOf(name)
      for (const [row, ring] of expected[name]!.rings.entries()) {
        const points = pointsOf(parseWkb(rows[row]!))
        expect(points).toHaveLength(ring.length)
        for (const [index, point] of points.entries()) expect(metersBetween(point, ring[index]!)).toBeLessThan(0.01)
      }
    },
  )

  it.each(['seam-utm', 'seam-degrees'])('from %s, cut in two at 180 degrees where it crosses', async (name) => {
    const shapes = (await geometryOf(name)).map((wkb) => parseWkb(wkb!))
    expect(shapes.map(({ type }) => type)).toEqual(['Polygon', 'MultiPolygon', 'Polygon'])
    for (const shape of shapes) {
      const polygons = 'footprint' in shape ? shape.footprint.polygons : []
      for (const [ring] of polygons) {
        const lons = ring!.map(([lon]) => lon)
        expect(Math.max(...lons) - Math.min(...lons)).toBeLessThan(0.1)
      }
    }
  })
})

describe('a table says its CRS', () => {
  it.each(Object.entries(expected).filter(([name]) => !refused.includes(name)))(
    'in %s',
    async (name, { crs, rings }) => {
      const described = await describeFile(join(folder, `${name}.parquet`))
      expect(described.crs).toBe(crs)
      expect(described.problems).toEqual(
        name === 'crs-null'
          ? [
              'crs-null.parquet: expected a coordinate reference system for the outlines of all 3 rows, got null; they are taken as longitude and latitude (OGC:CRS84)',
            ]
          : [],
      )
      if (name === 'seam-degrees') return // its box is that of geopandas, which does not know the seam
      const east0 = (lon: number) => (name === 'seam-utm' && lon < 0 ? lon + 360 : lon)
      const lons = rings.flat().map(([lon]) => east0(lon))
      const lats = rings.flat().map(([, lat]) => lat)
      // the box around a turned box is larger, here by up to 110 m
      const tight = [Math.min(...lons), Math.min(...lats), -Math.max(...lons), -Math.max(...lats)]
      const [west, south, east, north] = described.extent!
      for (const [side, value] of [east0(west), south, -east0(east), -north].entries()) {
        expect(value).toBeLessThanOrEqual(tight[side]! + 1e-7)
        expect(value).toBeGreaterThan(tight[side]! - 0.002)
      }
    },
  )

  it('that cannot be turned into degrees in one sentence, and so its encoding', async () => {
    const described = await describeFile(join(folder, 'unknown-crs.parquet'))
    expect(described).toMatchObject({ product: 'generic-parquet', rows: 3, dimensions: 4, crs: 'the yard' })
    expect(described.problems).toEqual([
      'unknown-crs.parquet: expected geometry in a CRS that can be turned into longitude and latitude, got the yard; reproject it to OGC:CRS84',
    ])
    await expect(geometryOf('unknown-encoding')).rejects.toThrow(
      'unknown-encoding: expected geometry encoded as WKB or one of the native encodings, got "TWKB"; write it as WKB',
    )
  })
})
