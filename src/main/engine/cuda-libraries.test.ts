// The CUDA libraries through the engine: a job, what the built pipeline process loads afterwards, and removing. Tiny packages
// stand for the real ones; ONNX Runtime's binding is the real one, copied, and nothing but it makes the network run.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CudaReport, EmbedReport, JobState } from '../../shared/contract.ts'
import { installedRuntime, whyUnsupported } from '../cuda/installed-runtime.ts'
import { standIns } from '../cuda/stand-in-feeds.ts'
import { FileServer } from '../downloads/file-server.ts'
import { createEngine, type EngineHost } from '../engine.ts'
import { encodePng } from '../raster/plain-image.ts'

const runtime = installedRuntime()
const models = join(import.meta.dirname, '../../../fixtures/models')
const feeds = standIns(runtime.version)
let folder: string
let server: FileServer
let host: EngineHost

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cuda-libraries-'))
  server = await FileServer.start(Buffer.alloc(0))
  server.files = feeds.files
  host = createEngine({
    ...({ door: 'electron', version: '1', resourcesDir: folder } as const),
    ...{ userDataDir: join(folder, 'data'), packageMirror: server.address, cudaWheels: feeds.wheels },
  })
})
afterEach(async () => {
  await host.dispose()
  await server.stop()
  rmSync(folder, { recursive: true })
})

async function until(jobId: string, isIt: (job: JobState) => boolean): Promise<JobState> {
  for (;;) {
    const job = (await host.engine.jobs({})).find((one) => one.jobId === jobId)!
    if (isIt(job)) return job
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
const end = (jobId: string) => until(jobId, ({ state }) => state !== 'running')
const fetchThem = async () => end((await host.engine.fetchCuda({ acceptLicences: true })).jobId)

/** Files that the children of this process have mapped into their memory. */
function mappedByChildren(): ReadonlySet<string> {
  const ids = readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  )
  const maps = ids.map((id) => readFileSync(`/proc/${id}/maps`, 'utf8')).join('\n')
  return new Set(maps.split('\n').map((line) => line.split(/\s+/).at(-1)!))
}

async function embedOnCpu(): Promise<EmbedReport> {
  const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 37) % 256)
  writeFileSync(join(folder, 'picture.png'), encodePng({ width: 64, height: 64, channels: 3, data }))
  const request = { inputs: [join(folder, 'picture.png')], model: join(models, 'tiny-rgb.json'), unit: '0-1' as const }
  const { jobId } = await host.engine.embed({ ...request, device: 'cpu', out: join(folder, `out-${Math.random()}`) })
  const job = await end(jobId)
  expect(job).toMatchObject({ state: 'done' })
  return job.result as EmbedReport
}

const unsupported = whyUnsupported(runtime)

describe.skipIf(unsupported !== undefined)(
  `CUDA libraries${unsupported === undefined ? '' : ` (skipped: ${unsupported})`}`,
  () => {
    it('are a job, after which the pipeline process loads ONNX Runtime from their folder', async () => {
      await embedOnCpu()
      const installed = join(runtime.bindingFolder, 'libonnxruntime.so.1')
      expect([...mappedByChildren()]).toContain(installed)
      const before = readdirSync(runtime.bindingFolder)

      expect(await host.engine.cudaStatus({})).toMatchObject({ state: 'missing', storedBytes: 0 })
      const job = await fetchThem()
      expect(job).toMatchObject({ kind: 'cuda', state: 'done', unit: 'bytes' })
      const report = job.result as CudaReport
      // the stand-in is no library: its name in the loader's sentence shows where the provider was looked for
      expect(report.provider.reason).toContain(
        `cuda: the CUDA libraries do not load: ${join(report.folder, 'libonnxruntime_providers_cuda.so')}: invalid ELF header`,
      )
      expect((await host.engine.status({})).provider).toEqual(report.provider)

      expect((await embedOnCpu()).rows).toBe(16)
      const mapped = [...mappedByChildren()]
      expect(mapped).toContain(join(report.folder, 'libonnxruntime.so.1'))
      expect(mapped).toContain(join(report.folder, 'onnxruntime_binding.node'))
      expect(mapped).not.toContain(installed)
      // the installed application is not written to
      expect(readdirSync(runtime.bindingFolder)).toEqual(before)
    }, 60_000)

    it('whose copy of the binding is damaged are not loaded, and the reason says so', async () => {
      const { folder: ofRuntime } = (await fetchThem()).result as CudaReport
      const copy = join(ofRuntime, 'onnxruntime_binding.node')
      writeFileSync(copy, Buffer.alloc(readFileSync(copy).length))
      await host.dispose()
      host = createEngine({
        ...({ door: 'electron', version: '1', resourcesDir: folder } as const),
        userDataDir: join(folder, 'data'),
      })
      expect((await embedOnCpu()).rows).toBe(16)
      await expect
        .poll(async () => (await host.engine.status({})).provider.reason, { timeout: 20_000 })
        .toMatch(/cuda: the copy of ONNX Runtime beside the CUDA libraries does not load: .*invalid ELF header/)
    }, 60_000)

    it('need the licences accepted', async () => {
      await expect(host.engine.fetchCuda({ acceptLicences: false as true })).rejects.toMatchObject({
        code: 'invalid-input',
      })
      expect(server.requests).toEqual([])
    })

    it('are fetched once at a time, cancelled, gone on with and removed', async () => {
      const path = feeds.paths.get('nvidia-cublas-cu12')!
      server.mishapsOf.set(path, [{ stallAfter: 10_000 }])
      const { jobId } = await host.engine.fetchCuda({ acceptLicences: true })
      expect(await host.engine.fetchCuda({ acceptLicences: true })).toEqual({ jobId })
      await until(jobId, ({ stage }) => stage === 'fetching cuBLAS')
      await expect(host.engine.removeCuda({})).rejects.toThrow(
        'CUDA libraries: expected nothing that uses them, got a fetch of them that is running; cancel it first',
      )
      await expect.poll(async () => (await host.engine.cudaStatus({})).packages[2]?.fetchedBytes).toBe(10_000)
      await host.engine.cancelJob({ jobId })
      expect(await end(jobId)).toMatchObject({ state: 'cancelled' })
      expect(await fetchThem()).toMatchObject({ state: 'done' })
      expect(server.requests.filter((one) => one.path === path).map(({ range }) => range)).toEqual([
        undefined,
        'bytes=10000-',
      ])

      const { storedBytes } = await host.engine.cudaStatus({})
      expect(await host.engine.removeCuda({})).toMatchObject({ freedBytes: storedBytes })
      expect(existsSync(join(folder, 'data', 'cuda'))).toBe(false)
      expect(await host.engine.cudaStatus({})).toMatchObject({ state: 'missing', storedBytes: 0 })
      expect((await host.engine.status({})).provider.reason).toContain('cuda: the CUDA libraries are not installed')
      await embedOnCpu()
      expect([...mappedByChildren()]).toContain(join(runtime.bindingFolder, 'libonnxruntime.so.1'))
    }, 60_000)
  },
)
