import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { embedRequest } from '../../shared/contract.ts'
import type { Runtime } from '../inference/load-runtime.ts'
import { type ModelCard, modelCard } from '../models/model-card.ts'
import { encodeGeoTiff } from '../raster/encode-geotiff.ts'
import { networkName, openNetwork, precisionOn } from './network.ts'
import { openRun } from './open-run.ts'
import type { PlanInput } from './pipeline-calls.ts'
import { planEmbed } from './plan-embed.ts'
import { runEmbed } from './run-embed.ts'

const models = join(import.meta.dirname, '../../../fixtures/models')
const background = { signal: new AbortController().signal, onProgress: () => {} }

let folder = ''
let image = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'network-'))
  const card = JSON.parse(await readFile(join(models, 'tiny-rgb.json'), 'utf8'))
  const built = { ...card, id: 'tiny', onnx: { kind: 'build', builder: 'resnet50', options: {} } }
  await writeFile(join(folder, 'tiny.json'), JSON.stringify(modelCard.parse(built)))
  await mkdir(join(folder, 'built'))
  image = join(folder, 'image.tif')
  const pixels = new Uint16Array(3 * 20 * 20).fill(900)
  const place = { crs: 'EPSG:32629', transform: [10, 0, 500_000, 0, -10, 4_300_000] } as const
  await writeFile(image, encodeGeoTiff({ width: 20, height: 20, pixels, bandNames: ['B04', 'B03', 'B02'], ...place }))
})
afterEach(() => rm(folder, { recursive: true }))

/** The network of the fixture stands for both: which file is opened is what counts here. */
async function build(...names: string[]): Promise<void> {
  for (const name of names) await copyFile(join(models, 'tiny-rgb.onnx'), join(folder, 'built', name))
}

/** ONNX Runtime with a GPU that this machine has not: what it is asked to run on it, the CPU runs. */
function standIn(gpu: 'cuda' | 'webgpu' | 'none', opened: string[] = []): Runtime {
  const create = async (file: string, options: InferenceSession.SessionOptions) => {
    const [first] = options.executionProviders as string[]
    if (first !== 'cpu' && first !== gpu) throw new Error('backend not found')
    opened.push(file)
    return await InferenceSession.create(file, { ...options, executionProviders: ['cpu'] })
  }
  return { InferenceSession: { create }, Tensor, env: {} } as unknown as Runtime
}

async function open(settings: Partial<PlanInput['request']>, runtime: Runtime) {
  const request = embedRequest.parse({ inputs: [image], model: 'tiny', unit: 'reflectance-1e4', ...settings })
  const input = { request, context: { modelFolders: [folder], version: '1', threads: 1 } }
  const network = await openNetwork(await openRun(request, input.context, background), input, { runtime })
  await network.session.dispose()
  return { provider: network.session.provider, ran: networkName(network.model), precision: network.model.precision }
}

describe('the network that runs', () => {
  const both = ['tiny.onnx', 'tiny-float16.onnx']

  it.each(['cuda', 'webgpu'] as const)('is the float16 one on %s, where it is built', async (gpu) => {
    await build(...both)
    const opened: string[] = []
    const network = await open({ device: gpu }, standIn(gpu, opened))
    expect(network).toEqual({ provider: gpu, ran: 'tiny-float16.onnx', precision: 'float16' })
    expect(opened).toEqual([join(folder, 'built/tiny-float16.onnx')])
  })

  it.each([
    ['on a CPU', both, {}, 'none', 'tiny.onnx'],
    ['on a CPU that was asked for', both, { device: 'cpu' }, 'cuda', 'tiny.onnx'],
    ['on a GPU where nothing else is built', ['tiny.onnx'], {}, 'cuda', 'tiny.onnx'],
    ['on a GPU where it was asked for', both, { precision: 'float32' }, 'cuda', 'tiny.onnx'],
    ['in float16 on a CPU where it was asked for', both, { precision: 'float16' }, 'none', 'tiny-float16.onnx'],
    ['never int8 by itself', [...both, 'tiny-int8.onnx'], {}, 'none', 'tiny.onnx'],
    ['in int8 where it was asked for', [...both, 'tiny-int8.onnx'], { precision: 'int8' }, 'none', 'tiny-int8.onnx'],
    ['in float16 on a CPU where nothing else is built', ['tiny-float16.onnx'], {}, 'none', 'tiny-float16.onnx'],
  ] as const)('is %s %j', async (_, built, settings, gpu, ran) => {
    await build(...built)
    expect(await open(settings, standIn(gpu))).toMatchObject({ ran })
  })

  it('is the float16 one on every GPU provider', () => {
    const model = { card: {} as ModelCard, files: { float32: 'tiny.onnx', float16: 'tiny-float16.onnx' } }
    const providers = ['cuda', 'webgpu', 'dml', 'coreml', 'cpu'] as const
    expect(providers.map((one) => precisionOn(one, model))).toEqual([...Array(4).fill('float16'), 'float32'])
  })

  it('that was asked for and is not built is a sentence with what to do', async () => {
    await build('tiny.onnx')
    await expect(open({ precision: 'float16' }, standIn('cuda'))).rejects.toThrow(
      'model tiny: expected its network in float16, got float32 only; build it with: models build tiny --precision float16',
    )
    await rm(join(folder, 'built/tiny.onnx'))
    await build('tiny-float16.onnx')
    await expect(open({ precision: 'float32' }, standIn('cuda'))).rejects.toThrow(
      'model tiny: expected its network in float32, got float16 only; build it with: models build tiny',
    )
  })

  it('that is not the one of its card is told by the dry run and by the run', async () => {
    const card = JSON.parse(await readFile(join(folder, 'tiny.json'), 'utf8'))
    await copyFile(join(models, 'tiny-rgb.onnx'), join(folder, 'tiny.onnx'))
    const settings = { inputs: [image], model: 'tiny', unit: 'reflectance-1e4', device: 'cpu' } as const
    const request = { ...embedRequest.parse(settings), out: join(folder, 'out') }
    const input = { request, context: { modelFolders: [folder], version: '1', threads: 1 } }
    const warnings = async (sha256: string) => {
      await writeFile(
        join(folder, 'tiny.json'),
        JSON.stringify({ ...card, onnx: { kind: 'file', file: 'tiny.onnx', sha256 } }),
      )
      const plan = await planEmbed(input, background)
      const report = await runEmbed(input, background)
      return [plan, report].map((told) => told.warnings.filter((warning) => warning.includes('sha256')))
    }
    const sentence = `model ${join(folder, 'tiny.onnx')}: its sha256 is not the one of card tiny, so the card may not describe this file`
    expect(await warnings('0'.repeat(64))).toEqual([[sentence], [sentence]])
    await rm(join(folder, 'out'), { recursive: true })
    const right = createHash('sha256')
      .update(await readFile(join(folder, 'tiny.onnx')))
      .digest('hex')
    expect(await warnings(right)).toEqual([[], []])
  })

  it('is told by its name when its file is given', async () => {
    await build(...both)
    const model = join(folder, 'built/tiny-float16.onnx')
    expect(await open({ model, card: join(folder, 'tiny.json') }, standIn('none'))).toMatchObject({
      ...{ ran: 'tiny-float16.onnx', precision: 'float16' },
    })
  })
})
