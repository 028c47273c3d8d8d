import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../bytes/byte-source.ts'
import { openGeoTiff } from './geotiff.ts'
import { northUp } from './north-up.ts'
import { largestDifference, readNpy } from './npy-fixture.ts'
import { wholeWindow } from './raster.ts'

const folder = join(import.meta.dirname, '../../../fixtures/raster')
const open = (name: string) => openGeoTiff(memorySource(name, readFileSync(join(folder, name))))
const { southUp } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as {
  southUp: { transform: number[]; bounds: number[]; values: string }
}

describe('northUp', () => {
  it('turns an image whose rows run northwards as GDAL does (WarpedVRT)', async () => {
    const raster = northUp(await open('geo-south-up.tif'))
    expect(raster.transform).toEqual(southUp.transform)
    expect(raster.bounds).toEqual(southUp.bounds)
    const values = readNpy(join(folder, southUp.values))
    expect(largestDifference(await raster.readWindow(wholeWindow(raster)), values)).toBe(0)
  })

  it('turns windows: every second row, one band, in the right place', async () => {
    const raster = northUp(await open('geo-south-up.tif'))
    const values = readNpy(join(folder, southUp.values))
    for (let row0 = 0; row0 + 3 <= raster.height; row0 += 2) {
      const window = { row0, row1: row0 + 3, col0: 5, col1: 9 }
      const read = await raster.readWindow(window, { bands: [1] })
      const expected = [0, 1, 2].flatMap((row) => {
        const start = (raster.height + row0 + row) * raster.width + 5
        return [...values.subarray(start, start + 4)]
      })
      expect([...read], `row ${row0}`).toEqual(expected)
    }
  })

  it('leaves other images as they are, rotated ones too', async () => {
    for (const name of ['geo-point.tif', 'geo-no-crs.tif', 'geo-rotated.tif']) {
      const raster = await open(name)
      expect(northUp(raster)).toBe(raster)
    }
  })
})
