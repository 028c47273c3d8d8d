// The built process with its reading thread, on pictures and a tiny network made for tests.

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type EmbedRequest, embedRequest } from '../../shared/contract.ts'
import { encodePng } from '../raster/plain-image.ts'
import type { EmbedInput } from './pipeline-calls.ts'
import { PipelineHost } from './pipeline-host.ts'
import { forkProcess, type StartedProcess } from './start-process.ts'

const models = join(import.meta.dirname, '../../../fixtures/models')
const imageCount = 40
let folder = ''
let started: StartedProcess[] = []
let host: PipelineHost

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pipeline-process-'))
  for (let image = 0; image < imageCount; image++) {
    const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 37 + image * 101) % 256)
    await writeFile(join(folder, `p${image}.png`), encodePng({ width: 64, height: 64, channels: 3, data }))
  }
  host = new PipelineHost({
    startProcess: (entry) => {
      const process = forkProcess(entry)
      started.push(process)
      return process
    },
  })
})
afterEach(() => {
  started = started.slice(-1)
})
afterAll(async () => {
  host.dispose()
  await rm(folder, { recursive: true })
})

function input(out: string, settings: Partial<EmbedRequest> = {}): EmbedInput {
  const base = { inputs: [folder], model: join(models, 'tiny-rgb.json'), unit: '0-1' as const, device: 'cpu' as const }
  const request = embedRequest.parse({ ...base, batchSize: 5, ...settings })
  return { request: { ...request, out: join(folder, out) }, context: { modelFolders: [], version: '0', threads: 1 } }
}
const rows = imageCount * 16

describe('the pipeline process', () => {
  it('embeds with reading on its own thread, telling how far it is', async () => {
    const seen: number[] = []
    const report = await host.call('embed', input('whole'), { onProgress: ({ done }) => seen.push(done) })
    expect(report).toMatchObject({ rows, failures: [] })
    expect(seen.at(-1)).toBe(rows)
    expect(seen.length).toBeGreaterThan(50)
  })

  it('stops between batches when cancelled, leaves no file, and works on', async () => {
    const controller = new AbortController()
    const onProgress = ({ done }: { done: number }) => {
      if (done >= 20) controller.abort()
    }
    const running = host.call('embed', input('cancelled'), { signal: controller.signal, onProgress })
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(join(folder, 'cancelled'))).toEqual([])
    expect(started).toHaveLength(1)
    expect(await host.call('embed', input('after-cancel'))).toMatchObject({ rows })
  })

  it('is started anew after it was killed in the middle of a run', async () => {
    const onProgress = ({ done }: { done: number }) => {
      if (done === 20) started.at(-1)?.kill()
    }
    await expect(host.call('embed', input('killed'), { onProgress })).rejects.toThrow(
      /embedding process: expected an answer, got signal SIGKILL/,
    )
    expect(await readdir(join(folder, 'killed'))).toEqual([])
    expect(await host.call('embed', input('killed', { resume: true }))).toMatchObject({ rows, skipped: [] })
    expect(started).toHaveLength(2)
  })

  it('plans while it embeds', async () => {
    const embedding = host.call('embed', input('beside'))
    expect(await host.call('plan', input('nowhere'))).toMatchObject({ images: imageCount, fragments: rows })
    expect(await embedding).toMatchObject({ rows })
  })

  it('tells which provider runs and why no better one', async () => {
    const provider = await host.call('provider', { device: 'auto' })
    expect(provider.name).toMatch(/^(cuda|webgpu|dml|coreml|cpu)$/)
    if (provider.name === 'cpu') expect(provider.reason).toMatch(/: /)
  })
})
