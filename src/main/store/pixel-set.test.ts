import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { searchQuery } from '../../shared/contract.ts'
import { exportSet } from '../exports/export-set.ts'
import { projectionOf } from '../grid/projection.ts'
import { describeFile } from '../products/describe-file.ts'
import { encodeGeoTiff } from '../raster/encode-geotiff.ts'
import { readSet } from './read-set.ts'
import { searchedSet } from './searched-set.ts'
import { rowDetail } from './set-rows.ts'
import { SetSearch } from './set-search.ts'

const products = fileURLToPath(new URL('../../../../shared/data/products/', import.meta.url))
const hasProducts = existsSync(products)
if (!hasProducts) console.log(`skipped: sets of the real products' files, ${products} is not here`)
const fixtures = fileURLToPath(new URL('../../../fixtures/products/', import.meta.url))
const context = { signal: new AbortController().signal, onProgress: () => {} }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pixel-set-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(!hasProducts)('a real file of pixels is opened as a set', () => {
  it.each([
    ['esd/SDC30_EBD_V001/2024/SDC30_EBD_V001_02VMN_2024_mock.tif', 'esd', 72],
    ['gse/2024/10N/x086q72fv2f9q1x4a-0000000000-0000000000.tiff', 'alphaearth', 64],
    ['gse/2024/U/1/L/7/471U_587L.tif', 'alphaearth-major-tom', 64],
    ['presto/Togo_Presto_embeddings_v2025_06_190000000000-0000000000.tif', 'presto', 128],
    ['copernicus/embed/embed_map_310k.tif', 'copernicus-embed', 768],
  ])('%s', async (path, product, dimensions) => {
    const set = await readSet(join(products, path), context)
    expect(set).toMatchObject({ product, table: { count: 36 * 36, dimensions, nanCount: 0 } })
    const query = searchQuery.parse({ setId: '', rows: [{ row: 40, weight: 1 }], topK: 3, excludeExamples: false })
    const { hits } = await new SetSearch(searchedSet(set)).answer(query, context)
    expect(hits[0]).toMatchObject({ row: 40, similarity: expect.closeTo(1, 5) })
    const { columns } = await rowDetail(set, 40)
    expect(columns.filter(({ name }) => name.startsWith('pixel_')).map(({ value }) => value)).toEqual(['', '1', '4'])
    await set.source.close()
  })
})

describe('pixels of a field', () => {
  it('are rows at their own places, the export of which names the product, its licence and its credit line', async () => {
    // AlphaEarth as published: bytes, south first; one pixel unlike all others, one without data
    const [width, height] = [5, 4]
    const pixels = new Int8Array(width * height * 64).fill(20)
    for (let band = 0; band < 64; band++) {
      pixels[band * width * height + 2 * width + 3] = band % 2 === 0 ? 90 : -90
      pixels[band * width * height] = -128
    }
    const path = join(folder, '2023', 'tile.tif')
    mkdirSync(join(folder, '2023'))
    const transform = [10, 0, 500_000, 0, 10, 6_062_080] as const
    writeFileSync(
      path,
      encodeGeoTiff({ width, height, pixels, layout: 'planar', crs: 'EPSG:32610', transform, nodata: -128 }),
    )
    const set = await readSet(path, context)
    expect(set).toMatchObject({ product: 'alphaearth', table: { count: 19, dimensions: 64 } })
    const vector = Array.from({ length: 64 }, (_, band) => (band % 2 === 0 ? 1 : -1))
    const query = searchQuery.parse({ setId: '', vector, topK: 1 })
    const { hits } = await new SetSearch(searchedSet(set)).answer(query, context)
    const [lon, lat] = projectionOf('EPSG:32610').inverse(500_035, 6_062_105)
    expect(hits[0]!.lon).toBeCloseTo(lon, 5)
    expect(hits[0]!.lat).toBeCloseTo(lat, 5)
    expect(hits[0]).toMatchObject({ uniqueId: 'tile_1_3', timestamp: '20230101T000000', productId: 'tile' })
    const out = join(folder, 'hits.parquet')
    await exportSet(
      set,
      { request: { setId: '', rows: [hits[0]!.row], format: 'geoparquet', path: out }, appVersion: 'test' } as never,
      context,
    )
    expect(await describeFile(out)).toMatchObject({
      product: 'major-tom',
      rows: 1,
      dimensions: 64,
      licence: 'CC-BY-4.0',
      attribution: 'The AlphaEarth Foundations Satellite Embedding dataset is produced by Google and Google DeepMind.',
      problems: [],
    })
    await set.source.close()
  })

  it.each([
    ['tessera-zarr/store.zarr', 2879],
    ['tessera/global_0.1_degree_representation/2024/grid_0.05_51.35.npy', 61],
  ])('of %s are rows too, but those without data', async (path, count) => {
    const set = await readSet(join(fixtures, path), context)
    expect(set).toMatchObject({ product: 'tessera', table: { count, dimensions: 128 } })
    await set.source.close()
  })

  it('without a place, or imagery, are no set', async () => {
    await expect(
      readSet(join(fixtures, 'tessera/global_0.1_degree_representation/2024/grid_0.15_51.35.npy'), context),
    ).rejects.toThrow(
      'grid_0.15_51.35.npy: expected pixels with a place on the globe, got none; georeference the file first',
    )
    const path = join(folder, 'image.tif')
    writeFileSync(path, encodeGeoTiff({ width: 2, height: 2, pixels: new Uint8Array(12) }))
    await expect(readSet(path, context)).rejects.toThrow(
      `${path}: expected a file with embeddings, got generic-raster; embed it first`,
    )
  })
})
