// The CUDA libraries against a host on this machine, tiny packages standing for the real ones; hashes are node:crypto's.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { zipOf } from '../bytes/test-zip.ts'
import type { FetchContext } from '../downloads/fetch-file.ts'
import { FileServer } from '../downloads/file-server.ts'
import { completeFolder, unfinishedFolder, usableFolder } from './cuda-folder.ts'
import { pinnedWheels } from './cuda-packages.ts'
import { cudaStatus } from './cuda-status.ts'
import { type CudaMachine, fetchCuda } from './fetch-cuda.ts'
import { installedRuntime } from './installed-runtime.ts'
import { catalogEntryOf, libraryText, type StandIns, standIns } from './stand-in-feeds.ts'
import { cachedLibraries } from './system-libraries.ts'

const version = installedRuntime().version
const noiseBytes = 20_000
let folder: string
let cudaFolder: string
let server: FileServer
let feeds: StandIns

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cuda-'))
  cudaFolder = join(folder, 'cuda')
  const bindingFolder = join(folder, 'installed')
  mkdirSync(bindingFolder)
  writeFileSync(join(bindingFolder, 'onnxruntime_binding.node'), 'binding')
  writeFileSync(join(bindingFolder, 'libonnxruntime.so.1'), 'library')
  feeds = standIns(version, noiseBytes)
  server = await FileServer.start(Buffer.alloc(0))
  server.files = feeds.files
})
afterEach(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

function machine(change: { system?: readonly string[]; platform?: string } = {}): CudaMachine {
  const { system = [], platform = 'linux' } = change
  return {
    runtime: { version, bindingFolder: join(folder, 'installed'), platform, arch: 'x64' },
    systemLibraries: async (names) => new Set(names.filter((name) => system.includes(name))),
  }
}

const request = () => ({ cudaFolder, mirror: server.address, wheels: feeds.wheels })
const timing = { stallMs: 20_000, pause: async (_: number, signal: AbortSignal) => signal.throwIfAborted() }

function fetchIt(context: Partial<FetchContext> = {}, on = machine()) {
  return fetchCuda(
    request(),
    {
      ...{ signal: new AbortController().signal, timing, ...context },
      onProgress: (progress) => {
        // bytes of all packages; the host drops one of a single package only
        if (progress.stage.startsWith('fetching')) server.clientHas = progress.done
        context.onProgress?.(progress)
      },
    },
    on,
  )
}
const status = (on = machine()) => cudaStatus(request(), on)
const pathOf = (name: string) => feeds.paths.get(name)!
const rangesOf = (name: string) => server.requests.filter(({ path }) => path === pathOf(name)).map(({ range }) => range)
const provider = 'Microsoft.ML.OnnxRuntime.Gpu.Linux'
const cublas = 'nvidia-cublas-cu12'

describe('fetching the CUDA libraries', () => {
  it('brings the libraries, their licences and a copy of the binding into one folder', async () => {
    const stages = new Set<string>()
    const report = await fetchIt({ onProgress: ({ stage }) => stages.add(stage) })
    const complete = completeFolder(cudaFolder, version)
    expect(report).toMatchObject({ runtime: version, folder: complete, system: [], warnings: [] })
    expect(report.packages.map(({ name }) => name)).toEqual([
      provider,
      ...feeds.wheels.map(({ name }) => name),
      'onnxruntime-node',
    ])
    const libraries = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so', 'libcudart.so.12']
    for (const name of [...libraries, 'libcublas.so.12', 'libcublasLt.so.12', 'libcufft.so.11']) {
      expect(readFileSync(join(complete, name)).equals(libraryText(name, noiseBytes))).toBe(true)
    }
    expect(readFileSync(join(complete, 'onnxruntime_binding.node'), 'utf8')).toBe('binding')
    expect(readFileSync(join(complete, 'libonnxruntime.so.1'), 'utf8')).toBe('library')
    expect(readFileSync(join(complete, 'licences', cublas, 'License.txt'), 'utf8')).toBe('a licence')
    expect(readdirSync(complete)).not.toContain('METADATA')
    expect(readdirSync(cudaFolder)).toEqual([version])
    expect(usableFolder(cudaFolder, version)).toBe(complete)
    expect([...stages]).toEqual(expect.arrayContaining(['fetching cuBLAS', 'unpacking cuBLAS']))
    expect(await status()).toMatchObject({ state: 'ready', downloadBytes: 0 })
  })

  it('that are there asks nobody', async () => {
    await fetchIt()
    server.requests.length = 0
    expect(await fetchIt()).toMatchObject({ fetchedBytes: 0 })
    expect(server.requests).toEqual([])
  })

  it('counts the bytes of all packages together', async () => {
    const seen: { done: number; total?: number }[] = []
    await fetchIt({ onProgress: (progress) => progress.stage.startsWith('fetching') && seen.push(progress) })
    const sum = [...feeds.paths.values()].reduce((total, path) => total + feeds.files.get(path)!.length, 0)
    expect(seen.every(({ total }) => total === sum)).toBe(true)
    expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b))
    expect(seen.at(-1)?.done).toBe(sum)
  })

  it('leaves out what the loader of the system finds, but not a package of which it has only a part', async () => {
    const on = machine({ system: ['libcudart.so.12', 'libcublas.so.12'] })
    expect((await status(on)).packages.map(({ state }) => state)).toEqual(['missing', 'system', 'missing', 'missing'])
    const report = await fetchIt({}, on)
    expect(report.system).toEqual(['libcudart.so.12'])
    expect(existsSync(join(report.folder, 'libcudart.so.12'))).toBe(false)
    expect(existsSync(join(report.folder, 'libcublas.so.12'))).toBe(true)
    expect(rangesOf('nvidia-cuda-runtime-cu12')).toEqual([])
    expect((await status(on)).packages.map(({ state }) => state)).toEqual(['here', 'system', 'here', 'here'])
  })

  it('reads an index in HTML as well, as many mirrors have it', async () => {
    const { file, sha256, name } = feeds.wheels[1]!
    const page = `<html><body><a href="../other.whl">other.whl</a><br><a class="x" href="../../packages/${file}#sha256=${sha256}">\n${file}</a></body></html>`
    feeds.files.set(`/simple/${name}/`, Buffer.from(page))
    expect((await fetchIt()).packages).toContainEqual(
      expect.objectContaining({ name, from: `${server.address}/packages/${file}` }),
    )
  })
})

describe('a connection that breaks', () => {
  it('is made again and goes on where it broke', async () => {
    server.mishapsOf.set(pathOf(provider), [{ dropAfter: 5000 }])
    await fetchIt()
    expect(rangesOf(provider)).toEqual([undefined, 'bytes=5000-'])
  })

  it('for good keeps what came, and the next fetch goes on from there without the packages that are done', async () => {
    server.mishapsOf.set(pathOf(cublas), new Array(7).fill({ status: 503 }))
    await expect(fetchIt()).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/^package nvidia-cublas-cu12 12\.8\.4\.1: expected an answer of .*got 503/),
    })
    expect(usableFolder(cudaFolder, version)).toBeUndefined()
    expect(existsSync(completeFolder(cudaFolder, version))).toBe(false)
    expect(await status()).toMatchObject({ state: 'partial' })
    expect((await status()).packages.map(({ state }) => state)).toEqual(['here', 'here', 'missing', 'missing'])
    server.requests.length = 0
    await fetchIt()
    expect(rangesOf(provider)).toEqual([])
    expect(usableFolder(cudaFolder, version)).toBe(completeFolder(cudaFolder, version))
  })

  it('to a feed is a sentence', async () => {
    const { address } = server
    await server.stop()
    const running = fetchCuda(
      { ...request(), mirror: address },
      { signal: new AbortController().signal, timing, onProgress: () => {} },
      machine(),
    )
    await expect(running).rejects.toMatchObject({
      code: 'unreachable',
      message: `${address}/v3/index.json: expected the answer of a package feed, got ECONNREFUSED; connect to the network or name a mirror`,
    })
    server = await FileServer.start(Buffer.alloc(0))
  })
})

describe('a cancelled fetch', () => {
  it('ends at once, keeps what came and is gone on with', async () => {
    const controller = new AbortController()
    server.mishapsOf.set(pathOf(provider), [{ stallAfter: 7000 }])
    const onProgress = ({ stage, done }: { stage: string; done: number }) => {
      if (stage.startsWith('fetching') && done >= 7000) controller.abort()
    }
    await expect(fetchIt({ signal: controller.signal, onProgress })).rejects.toMatchObject({ name: 'AbortError' })
    expect(await status()).toMatchObject({
      state: 'partial',
      packages: [{ state: 'partial', fetchedBytes: 7000 }, {}, {}, {}],
    })
    await fetchIt()
    expect(rangesOf(provider)).toEqual([undefined, 'bytes=7000-'])
  })

  it('while it unpacks leaves no half library under its name', async () => {
    const controller = new AbortController()
    const onProgress = ({ stage }: { stage: string }) => stage === 'unpacking cuBLAS' && controller.abort()
    await expect(fetchIt({ signal: controller.signal, onProgress })).rejects.toMatchObject({ name: 'AbortError' })
    const names = readdirSync(unfinishedFolder(cudaFolder, version))
    expect(names.filter((name) => name.startsWith('libcublas'))).toEqual([])
    server.requests.length = 0
    await fetchIt()
    expect(usableFolder(cudaFolder, version)).toBeDefined()
  })
})

describe('a package that is not the one it should be', () => {
  it('by its SHA-512 from the NuGet feed is deleted', async () => {
    const other = Buffer.from(feeds.files.get(pathOf(provider))!)
    other[100]! ^= 1
    feeds.files.set(pathOf(provider), other)
    await expect(fetchIt()).rejects.toMatchObject({
      code: 'unreadable-file',
      message: expect.stringMatching(
        /^package Microsoft\.ML\.OnnxRuntime\.Gpu\.Linux [\d.]+: expected sha512 [0-9a-f]{128}, got [0-9a-f]{128}; what came is deleted, fetch it again$/,
      ),
    })
    expect(readdirSync(join(cudaFolder, 'downloads'))).toEqual([])
  })

  it('by its pinned SHA-256 is deleted', async () => {
    const other = Buffer.from(feeds.files.get(pathOf(cublas))!)
    other[100]! ^= 1
    feeds.files.set(pathOf(cublas), other)
    await expect(fetchIt()).rejects.toThrow(
      /^package nvidia-cublas-cu12 12\.8\.4\.1: expected sha256 [0-9a-f]{64}, got/,
    )
    expect(readdirSync(join(cudaFolder, 'downloads'))).toEqual([])
  })

  it('by the hash that the index states is not even fetched', async () => {
    const { name, file } = feeds.wheels[0]!
    const listing = { files: [{ filename: file, url: pathOf(name), hashes: { sha256: 'ab'.repeat(32) } }] }
    feeds.files.set(`/simple/${name}/`, Buffer.from(JSON.stringify(listing)))
    await expect(fetchIt()).rejects.toThrow(
      /\/simple\/nvidia-cuda-runtime-cu12\/: expected sha256 .* got (ab){32}; name another mirror$/,
    )
    expect(rangesOf(provider)).toEqual([])
  })

  it('lacks an entry: it is named, and nothing takes its place', async () => {
    const content = zipOf({ 'runtimes/linux-x64/native/libonnxruntime_providers_shared.so': Buffer.from('x') })
    feeds.files.set(pathOf(provider), content)
    feeds.files.set('/catalog/entry.json', catalogEntryOf(content))
    await expect(fetchIt()).rejects.toThrow(
      /^package Microsoft.*: expected the entry runtimes\/linux-x64\/native\/libonnxruntime_providers_cuda\.so, got none; it is another package$/,
    )
    expect(usableFolder(cudaFolder, version)).toBeUndefined()
  })

  it('is not in the index', async () => {
    feeds.files.set('/simple/nvidia-cufft-cu12/', Buffer.from('{"files":[]}'))
    await expect(fetchIt()).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/^nvidia-cufft-cu12: expected nvidia_cufft_cu12-.*\.whl in .*, got other files/),
    })
  })

  it('is of a feed that answers something else', async () => {
    feeds.files.set('/v3/index.json', Buffer.from('<html>sign in</html>'))
    await expect(fetchIt()).rejects.toThrow(/\/v3\/index\.json: expected the JSON of a package feed, got other text/)
    feeds.files.set('/v3/index.json', Buffer.from('{"resources":[]}'))
    await expect(fetchIt()).rejects.toThrow(/expected a resource RegistrationsBaseUrl, got none/)
    feeds.files.delete('/v3/index.json')
    await expect(fetchIt()).rejects.toThrow(/expected the answer of a package feed, got 404 Not Found/)
  })
})

describe('a full disk', () => {
  it('is seen before anything is fetched', async () => {
    await expect(fetchIt({ freeBytes: async () => 50_000 })).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/expected room for \d+ bytes of CUDA libraries, got 50000; free space/),
    })
    expect(rangesOf(provider)).toEqual([])
  })

  it('while unpacking is seen before the libraries are written', async () => {
    let asked = 0
    // enough for everything when it begins, nothing once the first package is there
    const freeBytes = async () => (asked++ < 3 ? 1e9 : 10)
    await expect(fetchIt({ freeBytes })).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/expected room for \d+ bytes of ONNX Runtime for CUDA 12, got 10/),
    })
    await fetchIt()
    expect(rangesOf(provider)).toHaveLength(1)
  })
})

describe('a folder that was damaged', () => {
  it('is not used, and is filled again', async () => {
    const { folder: complete } = await fetchIt()
    writeFileSync(join(complete, 'libcublas.so.12'), 'cut short')
    expect(usableFolder(cudaFolder, version)).toBeUndefined()
    expect((await status()).state).toBe('missing')
    await fetchIt()
    expect(statSync(join(complete, 'libcublas.so.12')).size).toBeGreaterThan(noiseBytes)
    expect(usableFolder(cudaFolder, version)).toBe(complete)
  })
})

describe('systems without CUDA libraries', () => {
  it.each([
    ['win32', /on Windows ONNX Runtime comes with DirectML and WebGPU/],
    ['darwin', /macOS has no CUDA; WebGPU and CoreML are used/],
  ])('%s is told so in one sentence', async (platform, sentence) => {
    await expect(fetchIt({}, machine({ platform }))).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringMatching(sentence),
    })
    expect(await status(machine({ platform }))).toMatchObject({
      state: 'unsupported',
      reason: expect.stringMatching(sentence),
    })
    expect(server.requests).toEqual([])
  })
})

describe('the loader of the system', () => {
  it('is asked for libraries of this kind of processor only', () => {
    const cache = [
      "3 libs found in cache `/etc/ld.so.cache'",
      '\tlibcudnn.so.9 (libc6,x86-64) => /lib/x86_64-linux-gnu/libcudnn.so.9',
      '\tlibcufft.so.11 (libc6) => /lib/i386-linux-gnu/libcufft.so.11',
      '\tlibcudart.so.12 (libc6,AArch64) => /lib/aarch64-linux-gnu/libcudart.so.12',
    ]
    expect([...cachedLibraries(cache.join('\n'))]).toEqual(['libcudnn.so.9'])
  })
})

describe('the pinned wheels', () => {
  it('name every library once, with a whole hash', () => {
    const names = pinnedWheels.flatMap(({ entries }) => entries.map((entry) => basename(entry)))
    expect(new Set(names).size).toBe(names.length)
    for (const { sha256, file, version: of } of pinnedWheels) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(file).toContain(`-${of}-`)
    }
  })
})
