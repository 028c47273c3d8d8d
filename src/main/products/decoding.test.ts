import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { projectionOf } from '../grid/projection.ts'
import { recognise } from './adapters.ts'
import { describeFile } from './describe-file.ts'
import { readEsdQuality } from './esd.ts'
import { decodeEsd, esdValues } from './esd-values.ts'
import { withOpenedFile } from './opened-file.ts'
import type { PixelField } from './pixel-field.ts'
import { readPatches } from './read-patches.ts'

const fixtures = fileURLToPath(new URL('../../../fixtures/products/', import.meta.url))
const products = fileURLToPath(new URL('../../../../shared/data/products/', import.meta.url))
const hasProducts = existsSync(products)
if (!hasProducts) console.log(`skipped: decoding of the real products' files, ${products} is not here`)

interface Sample {
  readonly lon: number
  readonly lat: number
  /** the first of them, as float32 */
  readonly values: readonly number[]
  readonly length: number
  readonly sum: number
}

const reference = JSON.parse(readFileSync(join(fixtures, 'reference.json'), 'utf8')) as Record<
  string,
  {
    readonly pixels?: readonly (Sample & { readonly x: number; readonly y: number })[]
    readonly rows?: readonly (Sample & { readonly time: string | null })[]
  }
>

async function pixelAt(field: PixelField, x: number, y: number): Promise<Float32Array> {
  const [a, , c, , e, f] = field.transform!
  const [row, col] = [Math.floor((y - f) / e), Math.floor((x - c) / a)]
  return await field.readWindow({ row0: row, col0: col, row1: row + 1, col1: col + 1 })
}

function expectVector(vector: Float32Array, { values, length, sum }: Omit<Sample, 'lon' | 'lat'>): void {
  expect(vector).toHaveLength(length)
  for (const [index, value] of values.entries()) expect(vector[index]).toBeCloseTo(value, 6)
  const total = vector.reduce((before, value) => before + value, 0)
  expect(Math.abs(total - sum)).toBeLessThan(1e-6 * (1 + Math.abs(sum)) * 10)
}

describe.skipIf(!hasProducts)("vectors are those that the product's own Python reads", () => {
  it.each(Object.entries(reference).filter(([, { pixels }]) => pixels !== undefined))(
    'in pixels at the same places of %s',
    async (path, { pixels }) => {
      await withOpenedFile(join(products, path), async (file) => {
        const field = (await (await recognise(file)).pixels())!
        for (const pixel of pixels!) {
          expectVector(await pixelAt(field, pixel.x, pixel.y), pixel)
          const [lon, lat] = projectionOf(field.crs!).inverse(pixel.x, pixel.y)
          expect(lon).toBeCloseTo(pixel.lon, 9)
          expect(lat).toBeCloseTo(pixel.lat, 9)
        }
      })
    },
  )

  it.each(Object.entries(reference).filter(([, { rows }]) => rows !== undefined))(
    'in rows of %s, with places and dates',
    async (path, { rows }) => {
      await withOpenedFile(join(products, path), async (file) => {
        if (file.container !== 'parquet') throw new TypeError(`${path} is not a table`)
        const columns = (await recognise(file)).columns()!
        const patches = await readPatches(file.parquet, columns)
        for (const [index, sample] of rows!.entries()) {
          const row = [0, 3][index]!
          const { dimensions } = patches
          expectVector(patches.vectors.subarray(row * dimensions, (row + 1) * dimensions), sample)
          expect(patches.lon[row]).toBeCloseTo(sample.lon, 12)
          expect(patches.lat[row]).toBeCloseTo(sample.lat, 12)
          expect(patches.dates[row]?.slice(0, 19)).toBe(sample.time ?? undefined)
        }
        const last = await readPatches(file.parquet, columns, { rowStart: 3, rowEnd: 4 })
        expectVector(last.vectors, rows![1]!)
        expect([last.count, last.lon[0], last.outlines]).toEqual([1, patches.lon[3], [patches.outlines[3]]])
      })
    },
  )

  it('of ESD, whose quality band stands apart', async () => {
    const path = Object.keys(reference).find((one) => one.startsWith('esd/'))!
    await withOpenedFile(join(products, path), async (file) => {
      if (file.container !== 'tiff') throw new TypeError(`${path} is not an image`)
      const quality = await readEsdQuality(file)
      expect(quality).toHaveLength(36 * 36)
      // rasterio.open(path).read(13)[[0, 5, 35], [0, 30, 7]]
      expect([quality[0], quality[5 * 36 + 30], quality[35 * 36 + 7]]).toEqual([8, 5, 1])
    })
  })
})

describe('codes of ESD', () => {
  it('span what their levels allow', () => {
    expect(esdValues(0)).toEqual([-1, -1, -1, -1, -1, -1])
    expect(esdValues(63_999)).toEqual([0.75, 0.75, 0.75, 1, 1, 1])
  })

  it('that are all zero, or larger than the last, are no data', () => {
    const vector = new Float32Array(72)
    const codes = new Float32Array(12)
    expect(decodeEsd(codes, vector)).toBe(false)
    codes[11] = 1
    expect(decodeEsd(codes, vector)).toBe(true)
    codes[0] = 64_000
    expect(decodeEsd(codes, vector)).toBe(false)
  })
})

describe("TESSERA's native tiles", () => {
  const folder = join(fixtures, 'tessera/global_0.1_degree_representation/2024')
  const expected = JSON.parse(readFileSync(join(fixtures, 'tessera/expected.json'), 'utf8')) as Record<
    string,
    { row: number; col: number; values: number[] }[]
  >

  it.each(Object.keys(expected))('%s have the values that geotessera makes of bytes and scales', async (stem) => {
    await withOpenedFile(join(folder, `${stem}.npy`), async (file) => {
      const recognised = await recognise(file)
      expect(recognised.product).toBe('tessera')
      const field = (await recognised.pixels())!
      for (const { row, col, values } of expected[stem]!) {
        const vector = await field.readWindow({ row0: row, col0: col, row1: row + 1, col1: col + 1 })
        expect([...vector]).toEqual(values.map(Math.fround))
      }
      const whole = await field.readWindow({ row0: 0, col0: 0, row1: 9, col1: 7 })
      const { row, col, values } = expected[stem]![1]!
      expect([...whole.subarray((row * 7 + col) * 128, (row * 7 + col + 1) * 128)]).toEqual(values.map(Math.fround))
    })
  })

  it('lie where their landmask says, and say what is missing without it', async () => {
    expect(await describeFile(join(folder, 'grid_0.05_51.35.npy'))).toMatchObject({
      product: 'tessera',
      kind: 'pixel',
      width: 7,
      height: 9,
      dimensions: 128,
      dtype: 'int8',
      crs: 'EPSG:32631',
      dates: { first: '2024-01-01', last: '2024-12-31' },
      licence: 'CC0-1.0',
      notes: ['2 of 63 pixels have no data; searches leave them out'],
      problems: [],
    })
    const placeless = await describeFile(join(folder, 'grid_0.15_51.35.npy'))
    expect(placeless).not.toHaveProperty('crs')
    expect(placeless.problems).toEqual([
      'grid_0.15_51.35.npy: expected its landmask grid_0.15_51.35.tiff beside it or in global_0.1_degree_tiff_all, got none; without it the pixels have no place (the tile around 0.15, 51.35)',
    ])
  })

  it('are no vectors without their scales, and are found under another name with them', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'tessera-'))
    try {
      copyFileSync(join(folder, 'grid_0.05_51.35.npy'), join(copy, 'a.npy'))
      const bare = await describeFile(join(copy, 'a.npy'))
      expect([bare.product, bare.candidates]).toEqual(['generic-npy', ['tessera']])
      copyFileSync(join(folder, 'grid_0.05_51.35.npy'), join(copy, 'grid_0.05_51.35.npy'))
      expect((await describeFile(join(copy, 'grid_0.05_51.35.npy'))).problems.at(-1)).toBe(
        'grid_0.05_51.35.npy: expected its scales grid_0.05_51.35_scales.npy beside it, got none; the bytes alone are no vectors, put both into one folder',
      )
      copyFileSync(join(folder, 'grid_0.05_51.35_scales.npy'), join(copy, 'a_scales.npy'))
      copyFileSync(join(folder, '../../global_0.1_degree_tiff_all/grid_0.05_51.35.tiff'), join(copy, 'a.tiff'))
      expect(await describeFile(join(copy, 'a.npy'))).toMatchObject({ product: 'tessera', crs: 'EPSG:32631' })
    } finally {
      rmSync(copy, { recursive: true })
    }
  })
})

describe("TESSERA's Zarr store", () => {
  const folder = join(fixtures, 'tessera-zarr')
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
    row: number
    col: number
    values: number[]
  }[]

  it.each(['store.zarr', 'store.zarr/utm31'])(
    '%s has the values of its newest year that zarr-python reads',
    async (name) => {
      await withOpenedFile(join(folder, name), async (file) => {
        const field = (await (await recognise(file)).pixels())!
        expect(field).toMatchObject({ crs: 'EPSG:32631', transform: [10, 0, 290_870, 0, -10, 5_698_580] })
        const whole = await field.readWindow({ row0: 0, col0: 0, row1: 40, col1: 72 })
        for (const { row, col, values } of expected) {
          const vector = await field.readWindow({ row0: row, col0: col, row1: row + 1, col1: col + 1 })
          expect([...vector]).toEqual(values.map(Math.fround))
          expect([...whole.subarray((row * 72 + col) * 128, (row * 72 + col + 1) * 128)]).toEqual([...vector])
        }
      })
    },
  )

  it('is described by its years and what has no data', async () => {
    expect(await describeFile(join(folder, 'store.zarr'))).toMatchObject({
      product: 'tessera',
      kind: 'pixel',
      version: 'v1',
      width: 72,
      height: 40,
      dimensions: 128,
      dates: { first: '2023-01-01', last: '2024-12-31' },
      notes: ['2 years; the newest, 2024, is shown', '1 of 2880 pixels have no data; searches leave them out'],
      problems: [],
    })
  })

  it('that is damaged is one sentence', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'tessera-zarr-'))
    try {
      cpSync(join(folder, 'store.zarr'), join(copy, 'store.zarr'), { recursive: true })
      const shard = join(copy, 'store.zarr/utm31/embeddings/c/1/0/0/0')
      const bytes = readFileSync(shard)
      for (const broken of [bytes.subarray(0, 100), Buffer.alloc(bytes.length, 7), bytes.subarray(4000)]) {
        writeFileSync(shard, broken)
        const { product, problems } = await describeFile(join(copy, 'store.zarr'))
        expect(product).toBe('tessera')
        expect(problems).toEqual([
          expect.stringMatching(/^utm31\/embeddings: expected an intact Zarr v3 store, got [^\n]*; copy it again$/),
        ])
      }
      writeFileSync(join(copy, 'store.zarr/utm31/zarr.json'), '{')
      expect((await describeFile(join(copy, 'store.zarr'))).problems).toEqual([
        expect.stringMatching(/^utm31: expected an intact Zarr v3 store, got [^\n]*; copy it again$/),
      ])
    } finally {
      rmSync(copy, { recursive: true })
    }
  })
})
