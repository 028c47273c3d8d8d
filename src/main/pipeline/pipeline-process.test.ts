// The built process with its reading thread, on pictures and a tiny network made for tests.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type EmbedRequest, embedRequest } from '../../shared/contract.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { openParquet } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { readVectors } from '../geoparquet/read-vectors.ts'
import { encodePng } from '../raster/plain-image.ts'
import type { Progress } from '../threads/thread-calls.ts'
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

/** Vectors to the last bit, and who they belong to; the writer puts the keys of the footer in any order. */
async function contentOf(out: string) {
  const source = await openFileSource(join(folder, out, 'images.parquet'))
  const file = await openParquet(source)
  const columns = await readColumns(file, ['unique_id', 'product_id', 'pixel_bbox'])
  const { vectors } = await readVectors(file)
  await source.close()
  return { columns, provenance: file.groundControl, vectors: Buffer.from(vectors.buffer).toString('hex') }
}

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
    const onProgress = ({ stage, done }: Progress) => {
      if (stage === 'embedding' && done >= 20) controller.abort()
    }
    const running = host.call('embed', input('cancelled'), { signal: controller.signal, onProgress })
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(join(folder, 'cancelled'))).toEqual([])
    expect(started).toHaveLength(1)
    expect(await host.call('embed', input('after-cancel'))).toMatchObject({ rows })
  })

  it('is started anew after it was killed in the middle of a run', async () => {
    const onProgress = ({ stage, done }: Progress) => {
      if (stage === 'embedding' && done === 20) started.at(-1)?.kill()
    }
    await expect(host.call('embed', input('killed'), { onProgress })).rejects.toThrow(
      /embedding process: expected an answer, got signal SIGKILL/,
    )
    expect(await readdir(join(folder, 'killed'))).toEqual(['images.parquet.spool'])
    expect(await host.call('embed', input('killed', { resume: true }))).toMatchObject({ rows, cells: 0 })
    expect(await readdir(join(folder, 'killed'))).toEqual(['images.parquet'])
    expect(started).toHaveLength(2)
  })

  it('killed at ten random moments and resumed, writes the file of an uninterrupted run and does no chunk twice', async () => {
    const chunkFragments = 48
    const embed = (out: string, onProgress?: (progress: Progress) => void) => {
      const { request, context } = input(out, { resume: true })
      return host.call('embed', { request, context: { ...context, chunkFragments } }, onProgress && { onProgress })
    }
    const whole = await embed('uninterrupted')
    let [kills, done, embeddedInAll] = [0, 0, 0]
    for (let end = false; !end; ) {
      // some moment in what is left, so that ten kills fit into the run
      const killAt = done + Math.ceil(Math.random() * ((rows - done) / (11 - Math.min(kills, 10))))
      let first: number | undefined
      const running = embed('interrupted', (progress) => {
        if (progress.stage !== 'embedding') return
        first ??= progress.done
        done = progress.done
        if (kills < 10 && done >= killAt) started.at(-1)?.kill()
      })
      end = await running.then(
        () => true,
        () => false,
      )
      if (!end) kills++
      embeddedInAll += done - (first ?? done)
    }
    expect(kills).toBe(10)
    // at most the chunk that was open and a batch on either side are done again
    expect(embeddedInAll).toBeLessThanOrEqual(rows + kills * (chunkFragments + 16))
    expect(whole.rows).toBe(rows)
    expect(await contentOf('interrupted')).toEqual(await contentOf('uninterrupted'))
  }, 120_000)

  it('resumed with a spool that is damaged, does what is missing again', async () => {
    const { request, context } = input('damaged', { resume: true })
    const embed = (onProgress?: (progress: Progress) => void) =>
      host.call('embed', { request, context: { ...context, chunkFragments: 48 } }, onProgress && { onProgress })
    const kill = ({ stage, done }: Progress) => stage === 'embedding' && done >= 200 && started.at(-1)?.kill()
    await expect(embed(kill)).rejects.toThrow('SIGKILL')
    const spool = join(folder, 'damaged', 'images.parquet.spool')
    const bytes = await readFile(spool)
    bytes[Math.floor(bytes.length / 2)]! ^= 1
    await writeFile(spool, bytes)
    const report = await embed()
    const kept = report.skipped.find((one) => one.input === 'images.parquet')
    expect(kept?.reason).toMatch(/^[1-9] of 40 images done in an interrupted run, kept$/)
    expect(report.rows).toBe(rows)
    expect(await contentOf('damaged')).toEqual(await contentOf('uninterrupted'))
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
