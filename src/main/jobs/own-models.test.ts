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
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GraphBuilder } from '../models/onnx/graph.ts'
import { writeModel } from '../models/onnx/write-model.ts'
import { parseModelCard, readAnyModelCard } from '../models/read-card.ts'
import { addModel, checkCard, describeNetwork, placeNetwork } from './own-models.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/models/${name}`, import.meta.url))
const network = fixture('tiny-rgb.onnx')
// sha256sum fixtures/models/tiny-rgb.onnx
const sha256OfFixture = 'e3893ce063c7b3427303f3fd3b103e56eff6f6c48c2e817887e93c42013ee357'
let folder: string
let modelsFolder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-models-'))
  modelsFolder = join(folder, 'models')
  mkdirSync(modelsFolder)
})
afterEach(() => rmSync(folder, { recursive: true }))

const context = (signal = new AbortController().signal, onProgress = () => {}) => ({ signal, onProgress })

async function newModel() {
  const { draft } = await describeNetwork(network, [modelsFolder])
  const card = { ...draft, bands: ['B04', 'B03', 'B02'], unit: 'u8', source: 'tests', licence: 'MIT' }
  return { card, network, modelsFolder, folders: [modelsFolder] }
}

describe('adding a network', () => {
  it('writes a card that its reader takes, with the hash of the copy', async () => {
    const report = await addModel(await newModel(), context())
    const card = parseModelCard(readFileSync(report.card, 'utf8'), report.card)
    expect(card).toMatchObject({ id: 'tiny-rgb', verified: false, onnx: { kind: 'file', file: 'tiny-rgb.onnx' } })
    expect(card.onnx).toMatchObject({ sha256: sha256OfFixture })
    expect((await describeNetwork(network, [modelsFolder])).draft.id).toBe('tiny-rgb-2')
  })

  it('that is cancelled while it is copied leaves nothing', async () => {
    const controller = new AbortController()
    const cancelled = addModel(
      await newModel(),
      context(controller.signal, () => controller.abort()),
    )
    await expect(cancelled).rejects.toThrow(/abort/i)
    expect(readdirSync(modelsFolder)).toEqual([])
  })

  it('never replaces a network that is there without a card', async () => {
    writeFileSync(join(modelsFolder, 'tiny-rgb.onnx'), 'mine')
    const [problem] = await checkCard(await newModel())
    expect(problem).toEqual({ field: 'id', text: 'id: expected one that no model has, got tiny-rgb; choose another' })
    await expect(addModel(await newModel(), context())).rejects.toThrow(problem?.text)
    expect(readFileSync(join(modelsFolder, 'tiny-rgb.onnx'), 'utf8')).toBe('mine')
  })

  it('refuses one whose weights lie in a second file, naming it', async () => {
    const path = join(folder, 'large.onnx')
    const graph = new GraphBuilder('large')
    const pixels = graph.input('pixels', ['n', 3, 16, 16])
    const weights = graph.constant('w', {
      type: 'float32',
      shape: [2, 3, 16, 16],
      values: new Float32Array(1536).fill(2),
    })
    graph.output(graph.node('Mul', [pixels, weights], {}, 'embedding'), ['n', 3, 16, 16])
    await writeModel(graph.finish(), path, { externalAbove: 0 })
    expect(existsSync(`${path}.data`)).toBe(true)
    await expect(describeNetwork(path, [])).rejects.toThrow(
      /^large\.onnx: expected a network with its weights in the same file, got one with weights in large\.onnx\.data; save it as one file/,
    )
  })
})

describe('the ONNX file of a known card', () => {
  const place = async (file: string, change: object = {}) => {
    const card = { ...JSON.parse(readFileSync(fixture('tiny-rgb.json'), 'utf8')), ...change }
    writeFileSync(join(modelsFolder, 'tiny-rgb.json'), JSON.stringify(card))
    const parsed = await readAnyModelCard('tiny-rgb', [modelsFolder])
    return placeNetwork({ card: parsed, file, modelsFolder }, context())
  }

  it('is copied under the name that the card says', async () => {
    const mine = join(folder, 'mine.onnx')
    copyFileSync(network, mine)
    const { path, sha256 } = await place(mine)
    expect({ path, sha256 }).toEqual({ path: join(modelsFolder, 'tiny-rgb.onnx'), sha256: sha256OfFixture })
    expect(readFileSync(path).equals(readFileSync(network))).toBe(true)
  })

  it('is refused when it is another file than the card means', async () => {
    const onnx = { kind: 'file', file: 'tiny-rgb.onnx', sha256: '0'.repeat(64) }
    await expect(place(network, { onnx })).rejects.toThrow(
      /^tiny-rgb\.onnx: expected the network of tiny-rgb with sha256 0{64}, got [0-9a-f]{64}; choose its own file$/,
    )
    expect(existsSync(join(modelsFolder, 'tiny-rgb.onnx'))).toBe(false)
  })
})
