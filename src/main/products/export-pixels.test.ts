import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memorySource } from '../bytes/byte-source.ts'
import { encodeGeoTiff } from '../raster/encode-geotiff.ts'
import { openGeoTiff } from '../raster/geotiff.ts'
import { wholeWindow } from '../raster/raster.ts'
import { describeFile } from './describe-file.ts'
import { exportPixels, requireEnding } from './export-pixels.ts'

const context = { signal: new AbortController().signal, onProgress: () => {} }
const [width, height] = [20, 16]
let folder: string
let path: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-pixels-'))
  path = join(folder, 'tile.tif')
  // south first; the pixel at file row 2, column 3 is the opposite of all others, the first has no data
  const pixels = new Int8Array(width * height * 64).fill(40)
  for (let band = 0; band < 64; band++) {
    pixels[band * width * height + 2 * width + 3] = -40
    pixels[band * width * height] = -128
  }
  const transform = [10, 0, 500_000, 0, 10, 6_062_080] as const
  writeFileSync(
    path,
    encodeGeoTiff({ width, height, pixels, layout: 'planar', crs: 'EPSG:32610', transform, nodata: -128 }),
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('pixels are exported', () => {
  it('as their similarity to one of them, at the same place on the ground, with the credit line', async () => {
    const out = join(folder, 'similarity.tif')
    const report = await exportPixels({ path, out, every: 1, similarTo: [0, 0], appVersion: 'test' }, context)
    expect(report).toEqual({ path: out, width, height })
    const image = await openGeoTiff(memorySource('similarity.tif', readFileSync(out)))
    expect(image).toMatchObject({ width, height, dtype: 'float32', crs: 'EPSG:32610', nodata: Number.NaN })
    expect(image.transform).toEqual([10, 0, 500_000, 0, -10, 6_062_080 + 10 * height])
    expect(image.metadata.get('ATTRIBUTION')).toMatch(
      /^The AlphaEarth Foundations Satellite Embedding dataset is produced/,
    )
    const values = await image.readWindow(wholeWindow(image))
    const expected = new Float32Array(width * height).fill(1)
    expected[(height - 1 - 2) * width + 3] = -1
    expected[(height - 1) * width] = Number.NaN
    expect(values.map((value) => Math.round(value * 1e5) / 1e5)).toEqual(expected)
  })

  it('as a table of a window, every other pixel', async () => {
    const out = join(folder, 'window.parquet')
    const window = { row0: 10, col0: 0, row1: 16, col1: 7 }
    expect(await exportPixels({ path, out, every: 2, window, appVersion: 'test' }, context)).toEqual({
      path: out,
      rows: 12,
    })
    const described = await describeFile(out)
    expect(described).toMatchObject({
      product: 'major-tom',
      rows: 12,
      dimensions: 64,
      licence: 'CC-BY-4.0',
      problems: [],
    })
  })

  it('but not outside the image, over itself, or under an ending that says something else', async () => {
    const request = { path, every: 1, appVersion: 'test' }
    await expect(exportPixels({ ...request, out: join(folder, 'a.tif'), similarTo: [16, 0] }, context)).rejects.toThrow(
      'tile.tif: expected a pixel inside 16 x 20 px, got row 16, column 0',
    )
    const window = { row0: 0, col0: 0, row1: 17, col1: 2 }
    await expect(exportPixels({ ...request, out: join(folder, 'b.parquet'), window }, context)).rejects.toThrow(
      'tile.tif: expected a window inside 16 x 20 px, got rows 0 to 17 and columns 0 to 2',
    )
    await expect(exportPixels({ ...request, out: path }, context)).rejects.toThrow(/expected/)
    expect(() => requireEnding({ path, every: 1, out: 'x.tif' })).toThrow(
      'x.tif: expected a .tif with the pixel to compare with',
    )
  })
})
