// The library through the engine, as a window uses it: jobs, cancel, states.

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
import type { AddReport, BuildReport, FetchReport, JobState } from '../../shared/contract.ts'
import { FileServer } from '../downloads/file-server.ts'
import { createEngine, type EngineHost } from '../engine.ts'
import { readCases } from '../models/networks/fixture-networks.ts'

const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251))
const shipped = new URL('../../../models/mobilenet-v1.json', import.meta.url)
const fixtures = (path: string) => new URL(`../../../fixtures/${path}`, import.meta.url)
let folder: string
let server: FileServer
let host: EngineHost

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'model-library-'))
  server = await FileServer.start(content)
  writeCard('image-tower')
  writeCard('text-tower')
  host = createEngine({
    ...({ door: 'electron', version: '1', resourcesDir: folder } as const),
    userDataDir: join(folder, 'data'),
    weightsEndpoint: server.address,
  })
})
afterEach(async () => {
  await host.dispose()
  await server.stop()
  rmSync(folder, { recursive: true })
})

/** A card whose weights are the server's. */
function writeCard(id: string, fields: object = {}): void {
  mkdirSync(join(folder, 'models'), { recursive: true })
  const card = JSON.parse(readFileSync(shipped, 'utf8')) as object
  const weights = { repository: 'some/towers', file: 'both.bin', bytes: content.length, howToGet: 'fetch them' }
  writeFileSync(join(folder, 'models', `${id}.json`), JSON.stringify({ ...card, id, weights, ...fields }))
}

async function until(jobId: string, isIt: (job: JobState) => boolean): Promise<JobState> {
  for (;;) {
    const job = (await host.engine.jobs({})).find((one) => one.jobId === jobId)!
    if (isIt(job)) return job
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
const end = (jobId: string) => until(jobId, ({ state }) => state !== 'running')
const states = async () => (await host.engine.models({})).map(({ id, weights }) => [id, weights.state])

describe('fetching a model', () => {
  it('is a job that counts bytes, and both models of the weights have them then', async () => {
    const { jobId } = await host.engine.fetchModel({ model: 'image-tower' })
    const job = await end(jobId)
    expect(job).toMatchObject({
      kind: 'fetch',
      title: 'Fetching image-tower',
      unit: 'bytes',
      state: 'done',
      done: 200_000,
    })
    const { path, byteLength } = job.result as FetchReport
    expect(byteLength).toBe(200_000)
    expect(readFileSync(path).equals(content)).toBe(true)
    expect(path.startsWith(join(folder, 'data', 'models', 'weights'))).toBe(true)
    expect(await states()).toEqual([
      ['image-tower', 'fetched'],
      ['text-tower', 'fetched'],
    ])
  })

  it('twice at once is one job, which can be cancelled and gone on with; meanwhile nothing is removed', async () => {
    server.mishaps = [{ stallAfter: 70_000 }]
    const { jobId } = await host.engine.fetchModel({ model: 'image-tower' })
    expect(await host.engine.fetchModel({ model: 'text-tower' })).toEqual({ jobId })
    await until(jobId, ({ done }) => done === 70_000)
    await expect(host.engine.removeModel({ model: 'text-tower' })).rejects.toThrow(
      'model text-tower: expected no fetch of it, got one that is running; cancel it first',
    )
    await host.engine.cancelJob({ jobId })
    expect(await end(jobId)).toMatchObject({ state: 'cancelled' })
    const [model] = await host.engine.models({})
    expect(model?.weights).toMatchObject({ state: 'partial', byteLength: 200_000, fetchedBytes: 70_000 })
    expect(model?.storedBytes).toBeGreaterThanOrEqual(70_000)
    const again = await end((await host.engine.fetchModel({ model: 'text-tower' })).jobId)
    expect(again.result).toMatchObject({ fetchedBytes: 130_000 })
  })

  it('that fails has its sentence', async () => {
    server.mishaps = [{ status: 404 }]
    const { jobId } = await host.engine.fetchModel({ model: 'image-tower' })
    expect((await end(jobId)).error).toMatchObject({ code: 'not-found', message: expect.stringMatching(/both\.bin/) })
    await expect(host.engine.fetchModel({ model: 'absent' })).rejects.toThrow(/model absent: expected the id/)
  })
})

it('a removed model leaves nothing but its card and the record of its hash', async () => {
  const { jobId } = await host.engine.fetchModel({ model: 'image-tower' })
  const { path } = (await end(jobId)).result as FetchReport
  expect(await host.engine.removeModel({ model: 'image-tower' })).toEqual({
    ...{ model: 'image-tower', removed: [path], freedBytes: 200_000, sharedWith: ['text-tower'] },
  })
  expect(existsSync(path)).toBe(false)
  expect(await states()).toEqual([
    ['image-tower', 'downloadable'],
    ['text-tower', 'downloadable'],
  ])
  expect(await host.engine.removeModel({ model: 'image-tower' })).toMatchObject({ removed: [] })
})

describe('building a model', () => {
  const dinov2 = readCases().find(({ name }) => name === 'dinov2-42')!
  beforeEach(() => {
    server.content = readFileSync(new URL(dinov2.weights, fixtures('networks/')))
    writeCard('tiny', {
      onnx: { kind: 'build', builder: dinov2.builder, options: dinov2.options },
      weights: { repository: 'some/towers', file: 'tiny.safetensors', howToGet: 'fetch them' },
    })
  })
  const tiny = async () => (await host.engine.models({})).find(({ id }) => id === 'tiny')

  it('is a job that makes it ready, from weights that were fetched', async () => {
    expect(await tiny()).toMatchObject({ availability: 'missing', network: 'build', isOwn: false, storedBytes: 0 })
    expect((await end((await host.engine.buildModel({ model: 'tiny' })).jobId)).error?.message).toMatch(
      /tiny\.safetensors, got none; fetch them with: models fetch tiny$/,
    )
    await end((await host.engine.fetchModel({ model: 'tiny' })).jobId)
    const { jobId } = await host.engine.buildModel({ model: 'tiny' })
    expect(await host.engine.buildModel({ model: 'tiny' })).toEqual({ jobId })
    const job = await end(jobId)
    expect(job).toMatchObject({ kind: 'build', title: 'Building tiny', unit: 'bytes', state: 'done' })
    const { files, byteLength } = job.result as BuildReport
    expect(files).toEqual([join(folder, 'data', 'models', 'built', 'tiny.onnx')])
    expect(await tiny()).toMatchObject({
      availability: 'ready',
      storedBytes: byteLength + server.content.length,
    })
  })

  it('takes a file of the user, and a cancel leaves nothing', async () => {
    const file = join(folder, 'mine.safetensors')
    writeFileSync(file, server.content)
    const { jobId } = await host.engine.buildModel({ model: 'tiny', file })
    await host.engine.cancelJob({ jobId })
    expect(await end(jobId)).toMatchObject({ state: 'cancelled' })
    expect(existsSync(join(folder, 'data', 'models', 'built', 'tiny.onnx'))).toBe(false)
    expect(await end((await host.engine.buildModel({ model: 'tiny', file })).jobId)).toMatchObject({ state: 'done' })
    expect(server.requests).toEqual([])
  })

  it('from random weights needs a folder of its own', async () => {
    const { error } = await end((await host.engine.buildModel({ model: 'tiny', randomWeights: 7 })).jobId)
    expect(error?.message).toMatch(/expected --out for a network of random weights, got none/)
  })
})

describe('adding a network', () => {
  const network = fileURLToPath(fixtures('models/tiny-rgb.onnx'))
  const filled = async () => {
    const { draft } = await host.engine.describeNetwork({ path: network })
    return { ...draft, bands: ['B04', 'B03', 'B02'], unit: 'reflectance-1e4', source: 'test', licence: 'MIT' }
  }

  it('begins with what it says of itself', async () => {
    const { inputs, outputs, draft } = await host.engine.describeNetwork({ path: network })
    expect(inputs).toEqual([{ name: 'pixels', type: 'float32', shape: ['n', 3, 16, 16] }])
    expect(outputs).toEqual([{ name: 'embedding', type: 'float32', shape: ['n', 12] }])
    expect(draft).toMatchObject({
      id: 'tiny-rgb',
      fragment: { size: 16 },
      input: { name: 'pixels', layout: 'nchw', size: 16 },
      output: { name: 'embedding', pooling: 'none', dimensions: 12 },
    })
  })

  it('says what is wrong at each field, and where the card does not fit the network', async () => {
    const { draft } = await host.engine.describeNetwork({ path: network })
    const { unit: _, ...card } = { ...draft, fragment: { size: 16, targetOverlap: 2 } }
    const problems = await host.engine.checkCard({ card, network })
    expect(problems.map(({ field }) => field).sort()).toEqual([
      'bands',
      'fragment.targetOverlap',
      'licence',
      'source',
      'unit',
    ])
    expect(problems).toContainEqual({
      field: 'fragment.targetOverlap',
      text: 'fragment.targetOverlap: expected a number, less than 1, got 2',
    })
    const wrong = { ...(await filled()), bands: ['VV', 'VH'] }
    expect(await host.engine.checkCard({ card: wrong, network })).toEqual([
      { field: 'network', text: expect.stringMatching(/"pixels" of shape \(n, 2, 16, 16\) .*, got \(n, 3, 16, 16\)/) },
    ])
    const taken = { ...(await filled()), id: 'image-tower' }
    expect((await host.engine.checkCard({ card: taken, network }))[0]?.text).toBe(
      'id: expected one that no model has, got image-tower; choose another',
    )
    const { error } = await end((await host.engine.addModel({ card: wrong, network })).jobId)
    expect(error).toMatchObject({ code: 'invalid-input' })
    expect(existsSync(join(folder, 'data', 'models'))).toBe(false)
  })

  it('copies it beside its card, lists it, and removes both', async () => {
    const job = await end((await host.engine.addModel({ card: await filled(), network })).jobId)
    expect(job, job.error?.message).toMatchObject({ kind: 'add', title: 'Adding tiny-rgb', state: 'done' })
    const added = job.result as AddReport
    expect(readFileSync(added.network).equals(readFileSync(network))).toBe(true)
    const listed = (await host.engine.models({})).find(({ id }) => id === 'tiny-rgb')
    expect(listed).toMatchObject({ availability: 'ready', network: 'file', isOwn: true, storedBytes: added.byteLength })
    expect((await host.engine.removeModel({ model: 'tiny-rgb' })).removed).toEqual([])
    const { removed } = await host.engine.removeModel({ model: 'tiny-rgb', card: true })
    expect(removed).toEqual([added.network, added.card])
    expect(readdirSync(join(folder, 'data', 'models'))).toEqual([])
  })
})

it('the browser door copies weights only from where it may read', async () => {
  const own = join(folder, 'own.bin')
  copyFileSync(shipped, own)
  const browser = createEngine({ door: 'browser', version: '1', resourcesDir: folder, userDataDir: join(folder, 'b') })
  await expect(browser.engine.fetchModel({ model: 'image-tower', file: own })).rejects.toMatchObject({
    code: 'not-permitted',
  })
  await browser.dispose()
})
