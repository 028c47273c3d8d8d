import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { defaultEndpoint } from '../models/library/weights-source.ts'
import { modelSummaries } from './model-summaries.ts'

const card = {
  ...{ id: 'radar', name: 'radar', source: 'a test', licence: 'Apache-2.0' },
  ...{ bands: ['vv', 'vh'], unit: 'linear', fragment: { size: 64 } },
  recipes: [{ name: 'intended', reason: 'for tests', steps: [] }],
  input: { name: 'pixels', size: 'any' },
  output: { name: 'embedding', dimensions: 40 },
  onnx: { kind: 'build', builder: 'resnet50', options: { channels: 2, planes: [4, 6, 8, 10] } },
  weights: { howToGet: 'not at all' },
  ...{ verified: true, verification: 'made for a test' },
}

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-summaries-'))
  await mkdir(join(folder, 'built'))
  await writeFile(join(folder, 'radar.json'), JSON.stringify(card))
})
afterEach(() => rm(folder, { recursive: true }))

async function summary() {
  const places = { folders: [folder], modelsFolder: folder, endpoint: defaultEndpoint }
  const found = (await modelSummaries(places)).find(({ id }) => id === 'radar')
  return found?.input === 'image' ? [found.availability, ...found.precisions] : undefined
}

it('a network that is built in any precision can run, and the summary says in which', async () => {
  expect(await summary()).toEqual(['missing'])
  await writeFile(join(folder, 'built', 'radar-int8.onnx'), '')
  expect(await summary()).toEqual(['ready', 'int8'])
  await writeFile(join(folder, 'built', 'radar.onnx'), '')
  expect(await summary()).toEqual(['ready', 'float32', 'int8'])
})
