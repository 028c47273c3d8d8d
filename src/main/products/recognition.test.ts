import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeGeoTiff, type GeoTiffImage } from '../raster/encode-geotiff.ts'
import { describeFile } from './describe-file.ts'

const fixtures = fileURLToPath(new URL('../../../fixtures/', import.meta.url))
const products = fileURLToPath(new URL('../../../../shared/data/products/', import.meta.url))
const hasProducts = existsSync(products)
if (!hasProducts) console.log(`skipped: recognition of the real products' files, ${products} is not here`)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recognition-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Path, product and kind, and what a copy without its name is where the bytes hold no mark. */
const real: readonly (readonly [path: string, product: string, kind: string, unmarked: string | undefined])[] = [
  ['clay/v0_sentinel/01WCN_20190518_20231021_v001.gpq', 'clay-v0', 'patch', 'generic-parquet'],
  ['clay/v1.5_naip/m_4007201_ne_18_060_20211105.parquet', 'clay-v1.5-naip', 'patch', undefined],
  [
    'clay/v1.5_sentinel/data_01c1fab1-0004-5b1c-0009-b72e01d3104e_222_0_0.parquet',
    'clay-v1.5-sentinel2',
    'patch',
    undefined,
  ],
  ['copernicus/embed/embed_map_310k.tif', 'copernicus-embed', 'pixel', undefined],
  ['earth_embeddings/dinov2/DINOv2_grid_sample_center_384x384_244k.parquet', 'earth-embeddings', 'patch', undefined],
  ['earth_index/2024/01GDM_2024-01-01_2025-01-01.parquet', 'earth-index', 'patch', 'generic-parquet'],
  ['esd/SDC30_EBD_V001/2024/SDC30_EBD_V001_02VMN_2024_mock.tif', 'esd', 'pixel', undefined],
  ['gse/2024/10N/x086q72fv2f9q1x4a-0000000000-0000000000.tiff', 'alphaearth', 'pixel', undefined],
  ['gse/2024/U/1/L/7/471U_587L.tif', 'alphaearth-major-tom', 'pixel', undefined],
  ['gse/x086q72fv2f9q1x4a-0000000000-0000000000.tiff', 'alphaearth', 'pixel', undefined],
  ['major_tom/embeddings/embeddings/part_00001-00050.parquet', 'major-tom', 'patch', undefined],
  ['presto/Togo_Presto_embeddings_v2025_06_190000000000-0000000000.tif', 'presto', 'pixel', undefined],
  [
    'tessera/global_0.1_degree_representation/2024/grid_0.05_51.35/grid_0.05_51.35_2024.tiff',
    'tessera',
    'pixel',
    undefined,
  ],
]

describe.skipIf(!hasProducts)('a file of every product', () => {
  it('is in the list', () => {
    const files = readdirSync(products, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.map((file) => join(file.parentPath, file.name).slice(products.length)).sort()).toEqual(
      real.map(([path]) => path).sort(),
    )
  })

  it.each(real)('%s is named', async (path, product, kind) => {
    const described = await describeFile(join(products, path))
    expect(described).toMatchObject({ product, kind })
    expect(described.dimensions).toBeGreaterThan(0)
    expect(described.crs).toBeDefined()
    expect(described.extent).toHaveLength(4)
    expect(described.licence).toMatch(/^(CC|ODC)/)
    expect(described.attribution).toMatch(/\.$/)
  })

  it('is named under another name in one folder too, or is generic with candidates where its bytes hold no mark', async () => {
    const flat = join(folder, 'flat')
    mkdirSync(flat)
    for (const [index, [path, product, , unmarked]] of real.entries()) {
      const copy = join(flat, `file-${index}.dat`)
      copyFileSync(join(products, path), copy)
      const described = await describeFile(copy)
      expect([described.product, described.candidates], path).toEqual(
        unmarked === undefined ? [product, undefined] : [unmarked, [product]],
      )
    }
  })
})

describe('what only looks like a product is generic', () => {
  it.each(readdirSync(join(fixtures, 'products/lookalikes')))('%s', async (name) => {
    const described = await describeFile(join(fixtures, 'products/lookalikes', name))
    expect(described.product).toBe('generic-parquet')
    expect(described.candidates).toBeUndefined()
    expect(described.attribution).toBeUndefined()
    expect(described.licence).toBeUndefined()
  })

  const north = { transform: [10, 0, 500_000, 0, -10, 6_000_000] as const, crs: 'EPSG:32632' }
  const raster = (pixels: GeoTiffImage['pixels'], more: Partial<GeoTiffImage> = {}) =>
    encodeGeoTiff({ width: 4, height: 4, pixels, ...north, ...more })
  it.each([
    ['64 bands of bytes without a value for no data', raster(new Int8Array(16 * 64)), undefined],
    ['64 bands of bytes with north up', raster(new Int8Array(16 * 64), { nodata: -128 }), ['alphaearth']],
    ['64 bands of floats off the grid', raster(new Float32Array(16 * 64)), ['alphaearth-major-tom']],
    ['128 bands of floats off the tiles', raster(new Float32Array(16 * 128)), ['tessera']],
    ['128 bands of uint16 elsewhere', raster(new Uint16Array(16 * 128)), ['presto']],
    ['13 bands of uint16 at 10 m, as Sentinel-2 has', raster(new Uint16Array(16 * 13)), undefined],
    [
      '13 bands of uint16 at 30 m off the tiles',
      raster(new Uint16Array(16 * 13), { transform: [30, 0, 500_000, 0, -30, 6_000_000] }),
      ['esd'],
    ],
    ['768 bands of floats in metres', raster(new Float32Array(16 * 768)), ['copernicus-embed']],
    ['32 bands of floats', raster(new Float32Array(16 * 32)), undefined],
  ])('a raster of %s', async (name, bytes, candidates) => {
    const path = join(folder, `${name}.tif`)
    writeFileSync(path, bytes)
    const described = await describeFile(path)
    expect([described.product, described.candidates]).toEqual(['generic-raster', candidates])
  })
})

it('bands called A00 to A63 are AlphaEarth, whatever their type', async () => {
  const path = join(folder, 'earth-engine.tif')
  const bandNames = Array.from({ length: 64 }, (_, band) => `A${String(band).padStart(2, '0')}`)
  const pixels = new Float32Array(4 * 64).fill(0.125)
  writeFileSync(path, encodeGeoTiff({ width: 2, height: 2, pixels, bandNames }))
  const described = await describeFile(path)
  expect(described).toMatchObject({ product: 'alphaearth', kind: 'pixel', dtype: 'float32', dimensions: 64 })
  expect(described.quantisation).toBeUndefined()
})
