import { createHash } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { embedRequest } from '../../shared/contract.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { openParquet } from '../geoparquet/open-parquet.ts'
import { buildFromWeights } from '../models/library/build-from-weights.ts'
import { defaultEndpoint } from '../models/library/weights-source.ts'
import { modelCard } from '../models/model-card.ts'
import { readOnnxMetadata } from '../models/onnx/read-metadata.ts'
import { encodeGeoTiff } from '../raster/encode-geotiff.ts'
import { runEmbed } from './run-embed.ts'

const fixture = join(import.meta.dirname, '../../../fixtures/networks/resnet50-2-bands.safetensors')
/** printed by sha256sum */
const fixtureSha256 = '9a0c20222ecd4cb774abeb6e6912334b798ad9f607be66a73208b29a5e6dc6e9'
const card = modelCard.parse({
  ...{ id: 'radar', name: 'radar', source: 'fixtures/networks', licence: 'Apache-2.0' },
  ...{ bands: ['vv', 'vh'], unit: 'linear', fragment: { size: 64 } },
  recipes: [{ name: 'intended', reason: 'for tests', steps: [] }],
  input: { name: 'pixels', size: 'any' },
  output: { name: 'embedding', dimensions: 40 },
  onnx: { kind: 'build', builder: 'resnet50', options: { channels: 2, planes: [4, 6, 8, 10] } },
  weights: { repository: 'owner/radar', file: 'radar.safetensors', revision: 'v2', howToGet: 'committed' },
  ...{ verified: true, verification: 'made for a test' },
})
const background = { signal: new AbortController().signal, onProgress: () => {} }

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'built-network-'))
  await writeFile(join(folder, 'radar.json'), JSON.stringify(card))
})
afterEach(() => rm(folder, { recursive: true }))

it('a network says which weights it is made of, and so does what is embedded with it', async () => {
  const file = join(folder, 'mine.safetensors')
  await copyFile(fixture, file)
  const place = { modelsFolder: folder, endpoint: defaultEndpoint }
  const { files } = await buildFromWeights({ card, file, ...place }, background)
  expect(Object.fromEntries(await readOnnxMetadata(files[0]!))).toEqual({
    ...{ model: 'radar', weights_source: 'mine.safetensors', weights_sha256: fixtureSha256 },
    ...{ builder: 'resnet50', builder_version: '1' },
  })
  const image = join(folder, 'radar.tif')
  const pixels = Float32Array.from({ length: 2 * 64 * 64 }, (_, i) => ((i * 31) % 97) / 97)
  const size = { width: 64, height: 64, pixels, bandNames: ['vv', 'vh'] }
  await writeFile(image, encodeGeoTiff({ ...size, crs: 'EPSG:32629', transform: [10, 0, 500_000, 0, -10, 4_300_000] }))
  const out = join(folder, 'out')
  const request = embedRequest.parse({ inputs: [image], model: 'radar', device: 'cpu', unit: 'linear' })
  const context = { modelFolders: [folder], version: '1', threads: 1 }
  const report = await runEmbed({ request: { ...request, out }, context }, background)
  expect(report).toMatchObject({ rows: 1, network: 'radar.onnx', failures: [] })
  const source = await openFileSource(report.files[0]!)
  const { groundControl } = await openParquet(source)
  await source.close()
  const networkSha256 = createHash('sha256')
    .update(await readFile(files[0]!))
    .digest('hex')
  expect(groundControl?.weightsSha256).toBe(fixtureSha256)
  expect(groundControl?.other).toMatchObject({
    ...{ network_sha256: networkSha256, weights_source: 'mine.safetensors', builder: 'resnet50 1' },
  })
})

it('a network of random weights names their seed and no hash', async () => {
  const place = { modelsFolder: folder, endpoint: defaultEndpoint }
  const { files } = await buildFromWeights(
    { card, randomWeights: 7, out: join(folder, 'random'), ...place },
    background,
  )
  const random = await readOnnxMetadata(files[0]!)
  expect(random.get('weights_source')).toBe('random weights of seed 7')
  expect(random.has('weights_sha256')).toBe(false)
})
