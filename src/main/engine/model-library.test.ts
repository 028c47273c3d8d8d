// The library through the engine, as a window uses it: jobs, cancel, states.

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FetchReport, JobState } from '../../shared/contract.ts'
import { createEngine, type EngineHost } from '../engine.ts'
import { WeightsServer } from '../models/library/weights-server.ts'

const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251))
const shipped = new URL('../../../models/mobilenet-v1.json', import.meta.url)
let folder: string
let server: WeightsServer
let host: EngineHost

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'model-library-'))
  server = await WeightsServer.start(content)
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
function writeCard(id: string): void {
  mkdirSync(join(folder, 'models'), { recursive: true })
  const card = JSON.parse(readFileSync(shipped, 'utf8')) as object
  const weights = { repository: 'some/towers', file: 'both.bin', bytes: content.length, howToGet: 'fetch them' }
  writeFileSync(join(folder, 'models', `${id}.json`), JSON.stringify({ ...card, id, weights }))
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
    expect(model?.weights).toEqual({ state: 'partial', byteLength: 200_000, fetchedBytes: 70_000 })
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

it('the browser door copies weights only from where it may read', async () => {
  const own = join(folder, 'own.bin')
  copyFileSync(shipped, own)
  const browser = createEngine({ door: 'browser', version: '1', resourcesDir: folder, userDataDir: join(folder, 'b') })
  await expect(browser.engine.fetchModel({ model: 'image-tower', file: own })).rejects.toMatchObject({
    code: 'not-permitted',
  })
  await browser.dispose()
})
