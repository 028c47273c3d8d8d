import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LonLat } from '../../shared/terms.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { openParquet } from '../geoparquet/open-parquet.ts'
import { projectionOf } from '../grid/projection.ts'
import { VectorSearch } from '../scan/vector-search.ts'
import { queryFromVector } from '../search/query-vector.ts'
import { createVectorTable, partsOfTable } from '../search/vector-table.ts'
import { recognise } from './adapters.ts'
import { withOpenedFile } from './opened-file.ts'
import { patchColumns } from './patch-columns.ts'
import { openPixelTable } from './pixel-table.ts'
import { readPatches } from './read-patches.ts'
import { imageFile, imageLayouts, type SampleRows, tableFile, tableLayouts } from './true-layouts.ts'

const samplePath = fileURLToPath(new URL('../../../sample/sample-planet.parquet', import.meta.url))
const tableRows = 5000
/** `npm run test:long` writes images of 512 x 512 px (Copernicus-Embed 256 x 256) */
const imageSize = process.env['GROUND_CONTROL_LONG'] === '1' ? 512 : 96
const planted = 1234

let folder: string
let sample: SampleRows
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'true-layouts-'))
  const source = await openFileSource(samplePath)
  const file = await openParquet(source)
  const rows = await readPatches(file, patchColumns(file, 'embedding'), { rowStart: 0, rowEnd: tableRows })
  await source.close()
  const places = Array.from({ length: rows.count }, (_, row): LonLat => [rows.lon[row]!, rows.lat[row]!])
  sample = { count: rows.count, dimensions: rows.dimensions, vectors: rows.vectors.map(Math.fround), places }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const metersBetween = ([lon, lat]: LonLat, [otherLon, otherLat]: LonLat) =>
  111_320 * Math.hypot((lon - otherLon) * Math.cos((lat * Math.PI) / 180), lat - otherLat)

/** Rows of the `topK` vectors nearest to one of them. */
async function nearest(vectors: Float32Array, dimensions: number, { row, topK }: { row: number; topK: number }) {
  const search = new VectorSearch(partsOfTable(createVectorTable(vectors, vectors.length / dimensions, dimensions)))
  const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions)
  const { rows } = await search.best(queryFromVector(await search.space('l2'), vector), { topK })
  await search.dispose()
  return [...rows]
}

describe('the sample planet in the layout of a product that is a table', () => {
  it.each(Object.keys(tableLayouts) as (keyof typeof tableLayouts)[])(
    '%s: a place is found where it is',
    async (product) => {
      // what is looked for stands at one place and is written there only
      // Earth Index is told by the distances of its points, which the sample's do not have, or by its name
      const path = join(folder, product === 'earth-index' ? '01GDM_2024-01-01_2025-01-01.parquet' : 'table.dat')
      writeFileSync(path, tableFile(product, sample))
      await withOpenedFile(path, async (file) => {
        const recognised = await recognise(file)
        expect(recognised.product).toBe(product)
        if (file.container !== 'parquet') throw new TypeError('no table')
        const rows = await readPatches(file.parquet, recognised.columns()!)
        expect(rows).toMatchObject({ count: tableRows, dimensions: tableLayouts[product].length })
        const hits = await nearest(rows.vectors, rows.dimensions, { row: planted, topK: 10 })
        const own = await nearest(sample.vectors, sample.dimensions, { row: planted, topK: 10 })
        expect(hits).toEqual(own)
        // half of the smallest footprint; the text of Copernicus-Embed has two decimals
        const tolerance = product === 'copernicus-embed' ? 800 : 50
        for (const row of hits)
          expect(metersBetween([rows.lon[row]!, rows.lat[row]!], sample.places[row]!)).toBeLessThan(tolerance)
      })
    },
  )
})

describe('the sample planet in the layout of a product that is an image', () => {
  it.each(Object.keys(imageLayouts) as (keyof typeof imageLayouts)[])(
    '%s: a planted object is found at its pixels',
    async (product) => {
      const size = product === 'copernicus-embed' ? imageSize / 2 : imageSize
      const pixels = [
        [7, 3],
        [size - 2, size - 1],
        [size / 2, 11],
      ] as const
      const others = Uint16Array.from({ length: size * size }, (_, pixel) => (pixel * 7919) % tableRows)
      const rowOfPixel = others.map((row) => (isAlike(row) ? 0 : row))
      for (const [row, col] of pixels) rowOfPixel[row * size + col] = planted
      const path = join(folder, 'image.dat')
      writeFileSync(path, imageFile(product, sample, { size, rowOfPixel }))
      await withOpenedFile(path, async (file) => {
        const recognised = await recognise(file)
        expect(recognised.product).toBe(product)
        const table = await openPixelTable((await recognised.pixels())!, { facts: { path } })
        const rows = await readPatches(table, patchColumns(table, 'embedding'))
        expect(rows).toMatchObject({ count: size * size, dimensions: imageLayouts[product].length })
        const { crs, transform } = imageLayouts[product].image()
        const [a, , c, , e, f] = transform
        const places = pixels.map(
          ([row, col]): LonLat => projectionOf(crs).inverse(c + a * (col + 0.5), f + e * (row + 0.5)),
        )
        const first = Array.from({ length: rows.count }, (_, row) => row).reduce((best, row) =>
          metersBetween([rows.lon[row]!, rows.lat[row]!], places[0]!) <
          metersBetween([rows.lon[best]!, rows.lat[best]!], places[0]!)
            ? row
            : best,
        )
        const hits = await nearest(rows.vectors, rows.dimensions, { row: first, topK: 3 })
        const pixelMeters = product === 'copernicus-embed' ? 0.25 * 111_320 : a
        for (const place of places) {
          const distances = hits.map((row) => metersBetween([rows.lon[row]!, rows.lat[row]!], place))
          expect(Math.min(...distances)).toBeLessThan(pixelMeters)
        }
      })
    },
  )
})

/** Whether a row of the sample is so near to the planted one that quantisation could take it for it. */
function isAlike(row: number): boolean {
  const { vectors, dimensions } = sample
  let sum = 0
  for (let at = 0; at < dimensions; at++)
    sum += (vectors[row * dimensions + at]! - vectors[planted * dimensions + at]!) ** 2
  return sum < 0.3
}
