import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { embedRequest } from '../../shared/contract.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { openParquet } from '../geoparquet/open-parquet.ts'
import { readVectors } from '../geoparquet/read-vectors.ts'
import { encodeGeoTiff } from '../raster/encode-geotiff.ts'
import { embedImage } from './embed-image.ts'
import type { PlanInput } from './pipeline-calls.ts'
import { runEmbed } from './run-embed.ts'

const model = join(import.meta.dirname, '../../../fixtures/models/tiny-rgb.json')
const background = { signal: new AbortController().signal, onProgress: () => {} }

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embed-image-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function writeTiff(name: string, size: number): Promise<string> {
  const pixels = Uint16Array.from({ length: 3 * size * size }, (_, i) => 400 + ((i * 37) % 2500))
  const place = { crs: 'EPSG:32629', transform: [10, 0, 500_000, 0, -10, 4_300_000] } as const
  const bytes = encodeGeoTiff({ width: size, height: size, pixels, bandNames: ['B04', 'B03', 'B02'], ...place })
  await writeFile(join(folder, name), bytes)
  return join(folder, name)
}

function input(inputs: string[], settings: Partial<PlanInput['request']> = {}): PlanInput {
  const request = embedRequest.parse({ inputs, model, device: 'cpu', unit: 'reflectance-1e4', ...settings })
  return { request, context: { modelFolders: [], version: '1', threads: 1 } }
}

/** The vectors that `embed` writes of the same image. */
async function written(image: string): Promise<{ path: string; vectors: number[][] }> {
  const { request, context } = input([image])
  const { files } = await runEmbed({ request: { ...request, out: join(folder, 'out') }, context }, background)
  const source = await openFileSource(files[0]!)
  const { vectors, count, dimensions } = await readVectors(await openParquet(source))
  await source.close()
  const rows = Array.from({ length: count }, (_, row) => [
    ...vectors.subarray(row * dimensions, (row + 1) * dimensions),
  ])
  return { path: files[0]!, vectors: rows }
}

it('an image of one fragment has the vector that embed gives it', async () => {
  const image = await writeTiff('chip.tif', 16)
  const { path, vectors } = await written(image)
  const query = await embedImage(input([image], { extend: path }), background)
  expect(query).toMatchObject({ fragments: 1, recipe: 'intended', network: 'tiny-rgb.onnx', provider: 'cpu' })
  expect(query.vector).toHaveLength(vectors[0]!.length)
  for (const [d, value] of query.vector.entries()) expect(value).toBeCloseTo(vectors[0]![d]!, 6)
})

it('an image of several fragments has the mean direction of their vectors', async () => {
  const image = await writeTiff('cell.tif', 40)
  const { vectors } = await written(image)
  const units = vectors.map((vector) => vector.map((value) => value / Math.hypot(...vector)))
  const mean = units[0]!.map((_, d) => units.reduce((sum, unit) => sum + unit[d]!, 0))
  const { vector, fragments } = await embedImage(input([image]), background)
  expect(fragments).toBe(9)
  const cosine =
    mean.reduce((sum, value, d) => sum + value * vector[d]!, 0) / (Math.hypot(...mean) * Math.hypot(...vector))
  expect(cosine).toBeCloseTo(1, 6)
})

it('a model for any bands takes those of the set in their order, and warns of others that are named', async () => {
  const pixels = new Uint16Array(3 * 128 * 128).map((_, i) => 300 + ((i * 37) % 1900))
  const facts = { width: 128, height: 128, pixels, crs: 'EPSG:32629' }
  const write = async (name: string, bandNames: string[]) => {
    const bytes = encodeGeoTiff({ ...facts, bandNames, transform: [10, 0, 500_000, 0, -10, 4_300_000] })
    await writeFile(join(folder, name), bytes)
    return join(folder, name)
  }
  const rcf = { model: 'rcf-64', radiometricOffset: 0 } as const
  const place = { modelFolders: [join(import.meta.dirname, '../../../models')], version: '1', threads: 1 }
  const made = input([await write('made.tif', ['B02', 'B03', 'B04'])], rcf)
  const { files } = await runEmbed(
    { request: { ...made.request, out: join(folder, 'out') }, context: place },
    background,
  )
  const query = async (bandNames: string[], settings: Partial<PlanInput['request']> = {}) => {
    const image = await write('query.tif', bandNames)
    const { request } = input([image], { ...rcf, extend: files[0]!, ...settings })
    return await embedImage({ request, context: place }, background)
  }
  await expect(query(['B02', 'B03', 'B08'])).rejects.toThrow(
    'query.tif: expected the bands B02, B03, B04 that images.parquet was made of, got B02, B03, B08; vectors',
  )
  const own = await query(['B02', 'B03', 'B04'])
  const turned = await query(['B04', 'B03', 'B02'])
  expect(turned.vector).not.toEqual(own.vector)
  expect([own.warnings, turned.warnings]).toEqual([[], []])
  const named = await query(['B02', 'B03', 'B08'], { bands: ['B02', 'B03', 'B08'] })
  expect(named.warnings).toEqual([
    'images.parquet was made of the bands B02, B03, B04, not B02, B03, B08: vectors of other bands cannot be compared',
  ])
})

it('a scene, several images and a damaged one are a sentence', async () => {
  const [large, small] = [await writeTiff('large.tif', 120), await writeTiff('small.tif', 16)]
  await expect(embedImage(input([large]), background)).rejects.toThrow(
    /large\.tif: expected one image of at most 25 fragments as a query, got 64; cut out the place that is meant/,
  )
  await expect(embedImage(input([small, await writeTiff('other.tif', 16)]), background)).rejects.toThrow(
    /expected one image of at most 25 fragments as a query, got 2 images/,
  )
  await writeFile(join(folder, 'broken.tif'), 'no TIFF')
  await expect(embedImage(input([join(folder, 'broken.tif')]), background)).rejects.toThrow(
    /broken\.tif: expected a TIFF file, got /,
  )
})
