import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeGeoTiff } from '../raster/encode-geotiff.ts'
import { describeFile, sniff } from './describe-file.ts'

const fixtures = fileURLToPath(new URL('../../../fixtures/geoparquet/', import.meta.url))
const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))
const hasData = existsSync(data)
if (!hasData) console.log(`skipped: descriptions of real files, ${data} is not here`)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'products-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A copy under a name that says nothing, cut to `fraction` of its bytes. */
function cutCopy(path: string, name: string, fraction: number): string {
  const bytes = readFileSync(path)
  const copy = join(folder, name)
  writeFileSync(copy, bytes.subarray(0, Math.floor(bytes.length * fraction)))
  return copy
}

describe('a file is told by its content', () => {
  it('whatever its name', async () => {
    const path = join(folder, 'picture.png')
    copyFileSync(join(fixtures, 'float32.parquet'), path)
    expect(await sniff(path)).toBe('generic-parquet')
    expect(await describeFile(path)).toEqual({
      file: path,
      product: 'generic-parquet',
      kind: 'patch',
      rows: 12,
      dimensions: 8,
      dtype: 'float32',
      problems: [],
    })
  })

  it.skipIf(!hasData)('Major TOM embeddings', async () => {
    expect(
      await describeFile(join(data, 'products/major_tom/embeddings/embeddings/part_00001-00050.parquet')),
    ).toMatchObject({
      product: 'major-tom',
      kind: 'patch',
      rows: 4,
      dimensions: 2048,
      dtype: 'float64',
      crs: 'OGC:CRS84',
      extent: [-0.5, -0.5, 1.5, 1.5],
      dates: { first: '2018-01-01T00:00:00Z', last: '2018-01-04T00:00:00Z' },
      licence: 'CC-BY-SA-4.0',
      problems: [
        'part_00001-00050.parquet: expected a coordinate reference system for the outlines of all 4 rows, got null; they are taken as longitude and latitude (OGC:CRS84)',
      ],
    })
  })

  it.skipIf(!hasData)('Major TOM Core images', async () => {
    const described = await describeFile(join(data, 'core/part_00001.parquet'))
    expect(described).toMatchObject({
      product: 'core-parquet',
      kind: 'imagery',
      rows: 2,
      width: 1068,
      height: 1068,
      dtype: 'uint16',
      crs: 'EPSG:32629',
      dates: { first: '2020-02-19T11:21:11Z', last: '2020-02-19T11:21:11Z' },
      bands: ['B01', 'B02', 'B03', 'B04', 'B05', 'B06', 'B07', 'B08', 'B8A', 'B09', 'B11', 'B12'].map((name) => ({
        name,
      })),
      problems: [],
    })
    expect(described).not.toHaveProperty('dimensions')
    expect(described).not.toHaveProperty('licence')
    // rasterio.warp.transform_bounds(d.crs, 'EPSG:4326', *d.bounds) of B04 in both rows
    const expected = [-11.68855, 24.87711, -11.10103, 25.15468]
    for (const [side, value] of expected.entries()) expect(described.extent![side]).toBeCloseTo(value, 4)
  })

  it('a SAFE folder, and a JPEG 2000 band in it', async () => {
    const scenes = fileURLToPath(new URL('../../../fixtures/scenes/', import.meta.url))
    const safe = readdirSync(scenes).find((name) => name.endsWith('.SAFE'))!
    const band = readdirSync(join(scenes, safe), { recursive: true, encoding: 'utf8' }).find((name) =>
      name.endsWith('B02_10m.jp2'),
    )!
    const { extent, ...facts } = await describeFile(join(scenes, safe))
    expect(facts).toEqual({
      ...{ file: join(scenes, safe), product: 'safe', kind: 'imagery', problems: [] },
      ...{ width: 60, height: 60, dtype: 'uint16', crs: 'EPSG:32629' },
      dates: { first: '2023-01-19T11:23:41Z', last: '2023-01-19T11:23:41Z' },
      productId: 'S2B_MSIL2A_20230119T112341_N0509_R037_T29SNC_20230119T130000',
      bands: [
        { name: 'B01', gsdMeters: 60 },
        { name: 'B02', gsdMeters: 10 },
        { name: 'B04', gsdMeters: 10 },
        { name: 'B8A', gsdMeters: 20 },
      ],
    })
    // rasterio.warp.transform_bounds('EPSG:32629', 'EPSG:4326', 600000, 4199400, 600600, 4200000)
    const expected = [-7.862009449565941, 37.9366123662445, -7.855098875546364, 37.94208531976598]
    for (const [side, value] of expected.entries()) expect(extent![side]).toBeCloseTo(value, 9)
    const described = await describeFile(join(scenes, safe, band))
    expect(described).toMatchObject({
      product: 'generic-raster',
      kind: 'imagery',
      bands: [{ name: 'band1' }],
      crs: 'EPSG:32629',
      problems: [],
    })
  })

  it('a folder of bands, of two images, and one that lacks what its names promise', async () => {
    const bands = fileURLToPath(new URL('../../../fixtures/scenes/bands/', import.meta.url))
    const one = await describeFile(bands)
    expect(one).toMatchObject({ product: 'band-folder', kind: 'imagery', width: 60, height: 60, crs: 'EPSG:32629' })
    expect(one.bands?.map(({ name, gsdMeters }) => `${name} ${gsdMeters}`)).toEqual([
      'B02 10',
      'B04 10',
      'B8A 20',
      'B09 60',
    ])
    const two = join(folder, 'two-images')
    mkdirSync(two)
    const pixels = new Uint16Array(16 * 16).fill(900)
    for (const [image, left] of [
      ['T29SNC_20230119T112341', 600_000],
      ['T29SNC_20230203T112341', 601_000],
    ] as const) {
      for (const band of ['B03', 'B04']) {
        const bounds = [left, 4_000_000, left + 160, 4_000_160] as const
        const bytes = encodeGeoTiff({ width: 16, height: 16, pixels, crs: 'EPSG:32629', bounds })
        writeFileSync(join(two, `${image}_${band}.tif`), bytes)
      }
    }
    const described = await describeFile(two)
    expect(described).toMatchObject({
      rows: 2,
      dates: { first: '2023-01-19T11:23:41Z', last: '2023-02-03T11:23:41Z' },
      problems: [],
    })
    // rasterio.warp.transform_bounds('EPSG:32629', 'EPSG:4326', 600000, 4000000, 601160, 4000160)
    const expected = [-7.888521967773807, 36.139440114973006, -7.875610463937732, 36.14100269490152]
    for (const [side, value] of expected.entries()) expect(described.extent![side]).toBeCloseTo(value, 6)
    for (const name of ['T29SNC_20230119T112341_B03.tif', 'T29SNC_20230203T112341_B04.tif']) {
      writeFileSync(join(two, name), 'no TIFF at all')
    }
    const broken = await describeFile(two)
    expect(broken).toMatchObject({ product: 'band-folder', kind: 'unknown' })
    expect(broken.problems.map((problem) => problem.replace(/^.*_/, ''))).toEqual([
      expect.stringMatching(/^B03\.tif: expected a TIFF file, got .*; copy or export it again$/),
      expect.stringMatching(/^B04\.tif: expected a TIFF file, got .*; copy or export it again$/),
    ])
  })

  it.skipIf(!hasData)('a folder of bands of a whole tile', async () => {
    const { extent, ...facts } = await describeFile(join(data, 'bands-29RKH'))
    expect(facts).toMatchObject({ width: 1098, height: 1098, dtype: 'uint16', crs: 'EPSG:32629', problems: [] })
    expect(facts.bands).toEqual(['B02', 'B03', 'B04', 'B08'].map((name) => ({ name, gsdMeters: 100 })))
    // rasterio.warp.transform_bounds(d.crs, 'EPSG:4326', *d.bounds) of B02
    const expected = [-11.979244865430262, 24.296321392464336, -10.874546803397616, 25.30462389154227]
    for (const [side, value] of expected.entries()) expect(extent![side]).toBeCloseTo(value, 9)
  })

  it.skipIf(!hasData)('rasters, pictures, models and folders', async () => {
    expect(await describeFile(join(data, 'two-dates/inference-img.tif'))).toMatchObject({
      product: 'generic-raster',
      kind: 'imagery',
      width: 578,
      height: 379,
      bands: Array.from({ length: 8 }, (_, band) => ({ name: `band${band + 1}` })),
      dtype: 'uint16',
      crs: 'EPSG:32633',
      problems: [],
    })
    expect(await describeFile(join(data, 'eurosat/Forest/Forest_1.jpg'))).toMatchObject({
      product: 'image',
      width: 64,
      height: 64,
      bands: [{ name: 'red' }, { name: 'green' }, { name: 'blue' }],
    })
    expect(await describeFile(join(data, 'weights/mobilenet-v1-embedding.onnx'))).toMatchObject({
      product: 'model',
      kind: 'model',
      dtype: 'float32',
      width: 224,
      height: 224,
      dimensions: 1024,
      problems: [],
    })
    expect(await describeFile(join(data, 'eurosat'))).toMatchObject({
      product: 'image-folder',
      kind: 'imagery',
      rows: 1500,
      problems: [],
    })
  })
})

it('the licence that a file states is the one it has', async () => {
  const path = join(folder, 'licensed.tif')
  const image = { width: 4, height: 4, pixels: new Uint8Array(16) }
  writeFileSync(path, encodeGeoTiff({ ...image, metadata: { LICENSE: 'CC-BY-4.0' } }))
  expect((await describeFile(path)).licence).toBe('CC-BY-4.0')
  writeFileSync(path, encodeGeoTiff({ ...image, metadata: { datetime: '2020-02-19' } }))
  expect(await describeFile(path)).not.toHaveProperty('licence')
})

describe('what is wrong with a file is one sentence', () => {
  it.each([
    ['truncated', 'expected a Parquet file, got a truncated one (its footer is missing); copy or download it again'],
    ['empty', 'expected a file with content, got an empty one; copy or download it again'],
    [
      'not-parquet',
      'expected Parquet, GeoTIFF, NumPy arrays, JPEG 2000, JPEG, PNG or an ONNX model, got other content; convert or export it to one of these',
    ],
  ])('for %s.parquet, which is nothing we can open', async (name, sentence) => {
    const path = join(fixtures, `${name}.parquet`)
    expect(await describeFile(path)).toEqual({
      file: path,
      product: 'unknown',
      kind: 'unknown',
      problems: [`${name}.parquet: ${sentence}`],
    })
  })

  it.each([
    [
      'unequal',
      'column "embedding" has 7 values in row 4, expected 8 as in the rows before; write vectors of different models to different files',
    ],
    ['nan', 'expected a vector in every row, got NaN in 2 of 12; searches leave these rows out'],
    ['null-rows', 'expected a vector in every row, got NaN in 2 of 12; searches leave these rows out'],
    ['zero', 'expected a vector in every row, got only zeros in 2 of 12; searches leave these rows out'],
    ['no-rows', 'expected rows, got none'],
    [
      'no-embedding',
      'expected a column "embedding" with one list of numbers a row, got the columns name (Utf8), value (Int64); rename the column that holds the vectors',
    ],
  ])('for %s.parquet, which is described all the same', async (name, sentence) => {
    const described = await describeFile(join(fixtures, `${name}.parquet`))
    expect(described).toMatchObject({ product: 'generic-parquet', problems: [`${name}.parquet: ${sentence}`] })
  })

  it('for a web page in place of the file', async () => {
    const path = join(folder, 'page.parquet')
    writeFileSync(path, '\n<!DOCTYPE html><html><head><title>Sign in</title></head></html>')
    expect((await describeFile(path)).problems).toEqual([
      'page.parquet: expected Parquet, GeoTIFF, NumPy arrays, JPEG 2000, JPEG, PNG or an ONNX model, got a web page (HTML); the server sent a page instead of the file, download it again from its own address or after signing in',
    ])
  })

  it('for a page of a dictionary that would inflate to a gigabyte, which gets no memory', async () => {
    const before = process.memoryUsage().rss
    const { problems } = await describeFile(join(fixtures, 'bombs/dictionary.parquet'))
    expect(problems).toEqual([
      'dictionary.parquet: expected an intact Parquet file, got column "embedding" that cannot be read (it has a page of 32786 bytes that would inflate to 1073741824); copy or download it again',
    ])
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  })

  it('but not for many equal vectors in few bytes, which are not all looked at', async () => {
    const path = join(fixtures, 'bombs/equal-vectors.parquet')
    expect(await describeFile(path)).toMatchObject({ rows: 100_000, dimensions: 768, problems: [] })
  })

  it('for absurd sizes in the tags of a TIFF', async () => {
    const whole = Buffer.from(
      encodeGeoTiff({ width: 4, height: 3, pixels: new Uint8Array(12 * 64), compression: 'none' }),
    )
    const count = whole.readUInt16LE(8)
    for (let tag = 0; tag < count; tag++) {
      for (const [offset, value] of [
        [4, 0xffff_fff0],
        [8, 0xffff_fff0],
        [8, 0x7fff_ffff],
        [8, 0],
      ] as const) {
        const bytes = Buffer.from(whole)
        bytes.writeUInt32LE(value, 10 + 12 * tag + offset)
        const path = join(folder, 'absurd.tif')
        writeFileSync(path, bytes)
        const startMs = performance.now()
        const { problems } = await describeFile(path)
        for (const problem of problems) expect(problem).toMatch(/^absurd\.tif: expected [^\n]*[^.]$/)
        expect(performance.now() - startMs, `tag ${whole.readUInt16LE(10 + 12 * tag)}`).toBeLessThan(2000)
      }
    }
  })

  it('for a TIFF without a coordinate reference system', async () => {
    const path = join(folder, 'no-crs.tif')
    writeFileSync(path, encodeGeoTiff({ width: 4, height: 3, pixels: new Uint8Array(12) }))
    expect(await describeFile(path)).toMatchObject({
      product: 'generic-raster',
      width: 4,
      height: 3,
      dtype: 'uint8',
      problems: [
        'no-crs.tif: expected a coordinate reference system, got none; its embeddings will have no place on the globe unless you georeference it',
      ],
    })
  })

  it('for something that is no file, and for nothing', async () => {
    expect((await describeFile(join(folder, 'nowhere'))).problems).toEqual([
      `${join(folder, 'nowhere')}: expected a readable file, got no such file`,
    ])
    mkdirSync(join(folder, 'empty-folder'))
    expect((await describeFile(join(folder, 'empty-folder'))).problems).toEqual([
      'empty-folder: expected images or Parquet files in the folder, got none among 0 entries',
    ])
  })

  it.skipIf(!hasData)('for the corrupt GeoTIFF', async () => {
    const described = await describeFile(join(data, 'geotiff/rasterio_corrupt.tif'))
    expect(described).toMatchObject({ product: 'generic-raster', width: 1024, crs: 'EPSG:3857' })
    expect(described.problems).toEqual([
      expect.stringMatching(/^rasterio_corrupt.tif: expected pixels up to byte \d+, the file ends at byte 298232/),
    ])
  })

  it.skipIf(!hasData)('for every part of every kind of file', async () => {
    const whole = [
      'core/metadata.parquet',
      'two-dates/inference-img.tif',
      'eurosat/Forest/Forest_1.jpg',
      'weights/mobilenet-v1-embedding.onnx',
      'parquet-bad/ARROW-GH-41317.parquet',
      'parquet-bad/PARQUET-1481.parquet',
    ]
    for (const path of whole) {
      for (const fraction of [0.0001, 0.3, 0.97]) {
        const copy = cutCopy(join(data, path), 'part.bin', fraction)
        const { problems } = await describeFile(copy)
        expect(problems.length, `${path} ${fraction}`).toBeGreaterThan(0)
        for (const problem of problems) expect(problem).toMatch(/^part\.bin: [^\n]*expected [^\n]*[^.]$/)
      }
    }
  })
})
