// Variants of a network that is built here from weights: the builder's own options are the hypotheses.

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ModelCard, modelCard } from '../models/model-card.ts'
import { buildModel } from '../models/networks/build-model.ts'
import { networkOf } from '../models/networks/networks.ts'
import { randomStateDict } from '../models/networks/random-state-dict.ts'
import type { StateDict } from '../models/state-dict/state-dict.ts'
import { writeSampleCore } from '../sample/imagery-files.ts'
import { imageSize, publishWith, verifyPublished } from './planted.ts'

let folder = ''
let part = ''
let card: ModelCard
let weights = ''

const options = { channels: 3, blocks: [1, 1, 1, 1], planes: [4, 8, 8, 8], stemWidth: 8 }

function cardOf(statistics: 'learned' | 'batch'): ModelCard {
  return modelCard.parse({
    ...{ id: 'small-resnet', name: 'small', source: 'made for a test', licence: 'Apache-2.0' },
    ...{ bands: ['B04', 'B03', 'B02'], unit: 'reflectance-1e4', fragment: { size: 64 } },
    recipes: [{ name: 'intended', reason: 'for tests', steps: [{ step: 'scale', divide: 10_000 }] }],
    input: { name: 'pixels', size: 'any' },
    output: { name: 'embedding', dimensions: 32 },
    onnx: {
      ...{ kind: 'build', builder: 'resnet50', options: { ...options, statistics } },
      variants: [{ name: 'batch norm in training mode', batch: 'image', options: { statistics: 'batch' } }],
    },
    weights: { howToGet: 'made for a test' },
    ...{ verified: true, verification: 'made for a test' },
  })
}

/** https://github.com/huggingface/safetensors: length of the header, the header, the values */
async function safetensorsOf(dict: StateDict): Promise<Uint8Array> {
  const header: Record<string, object> = {}
  const values: Uint8Array[] = []
  let end = 0
  for (const [name, { shape }] of dict.entries) {
    const own = new Uint8Array((await dict.readFloat32(name)).slice().buffer)
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + own.length] }
    end += own.length
    values.push(own)
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer)
  return Buffer.concat([length, text, ...values])
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'built-variants-'))
  part = join(folder, 'core.parquet')
  await writeSampleCore({ gridCells: ['433U_629L', '100U_200R', '250U_500L'], path: part, sizePx: imageSize })
  card = cardOf('learned')
  const dict = randomStateDict(networkOf(card), 5)
  weights = join(folder, 'weights.safetensors')
  await writeFile(weights, await safetensorsOf(dict))
  await writeFile(join(folder, 'small-resnet.json'), JSON.stringify(card))
  await buildModel(card, dict, folder)
})
afterAll(() => rm(folder, { recursive: true }))

/** the network in `place` with the card beside it */
const modelIn = (place: string) => ({
  model: join(place, 'small-resnet.onnx'),
  card: join(place, 'small-resnet.json'),
})

it('batch norm in training mode is built from the weights, tried, named, and removed again', async () => {
  const training = join(folder, 'training')
  await buildModel(cardOf('batch'), randomStateDict(networkOf(card), 5), training)
  await writeFile(join(training, 'small-resnet.json'), JSON.stringify(cardOf('batch')))
  const published = await publishWith(modelIn(training), join(folder, 'published'), part)
  const before = await temporaryFolders()
  const { verdict, warnings } = await verifyPublished(published, { ...modelIn(folder), images: [part], weights })
  expect(warnings).toEqual([])
  expect(verdict).toMatchObject({ best: 'recipe intended, batch norm in training mode', isFit: true })
  expect(await temporaryFolders()).toEqual(before)
}, 120_000)

it('without its weights a variant is not tried, which is said', async () => {
  const published = await publishWith(modelIn(folder), join(folder, 'honest'), part)
  const { verdict, warnings } = await verifyPublished(published, { ...modelIn(folder), images: [part] })
  expect(warnings).toEqual([
    expect.stringMatching(
      /^the hypothesis "batch norm in training mode" is not tried: model small-resnet: expected its/,
    ),
  ])
  expect(verdict.best).toBe('recipe intended')
}, 120_000)

async function temporaryFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('ground-control-verify-'))
}
