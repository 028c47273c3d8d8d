// Fetching against a host on this machine; the hashes are node:crypto's of what the host serves.

import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DownloadTiming } from '../../downloads/download-part.ts'
import type { FetchContext } from '../../downloads/fetch-file.ts'
import { FileServer } from '../../downloads/file-server.ts'
import { type FetchRequest, fetchWeights } from './fetch-weights.ts'
import { weightsState } from './library-state.ts'
import { removeModel } from './remove-model.ts'
import { weightsForBuild } from './weights-for-build.ts'
import type { LibraryModel } from './weights-source.ts'

const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) >> 3))
const changed = Buffer.from(content).fill(1, 1000, 2000)
const sha256 = sha256Of(content)

let modelsFolder: string
let server: FileServer
let pauses: number[]

beforeEach(async () => {
  modelsFolder = mkdtempSync(join(tmpdir(), 'library-'))
  server = await FileServer.start(content)
  pauses = []
})
afterEach(async () => {
  await server.stop()
  rmSync(modelsFolder, { recursive: true, force: true })
})

const timing: DownloadTiming = {
  stallMs: 20_000,
  pause: async (ms, signal) => {
    pauses.push(ms)
    signal.throwIfAborted()
  },
}

function model(weights: Partial<LibraryModel['weights']> = {}): LibraryModel {
  return { id: 'm', weights: { repository: 'some/weights', file: 'm.safetensors', howToGet: 'ask', ...weights } }
}

function fetchIt(
  weights: Partial<LibraryModel['weights']> = {},
  { context, ...request }: Partial<FetchRequest> & { context?: Partial<FetchContext> } = {},
) {
  const onProgress: FetchContext['onProgress'] = (progress) => {
    if (progress.stage === 'fetching') server.clientHas = progress.done
    context?.onProgress?.(progress)
  }
  return fetchWeights(
    { model: model(weights), modelsFolder, endpoint: server.address, acceptChange: false, ...request },
    { signal: new AbortController().signal, timing, ...context, onProgress },
  )
}

const folderOf = (name = 'some--weights') => join(modelsFolder, 'weights', name)
const finalFile = () => join(folderOf(), 'm.safetensors')
const partPath = () => `${finalFile()}.part`

/** Leaves the first `bytes` behind, as a fetch that broke off does. */
async function breakOff(bytes: number, weights: Partial<LibraryModel['weights']> = {}): Promise<void> {
  server.mishaps = [{ dropAfter: bytes }, ...new Array(6).fill({ status: 503 })]
  await expect(fetchIt(weights)).rejects.toMatchObject({ code: 'unreachable' })
  expect(statSync(partPath()).size).toBe(bytes)
  server.requests.length = 0
  pauses.length = 0
}

describe('a fetch', () => {
  it('brings the whole file under its name, with its hash and nothing beside it', async () => {
    const seen: number[] = []
    const report = await fetchIt(
      { sha256, bytes: content.length },
      { context: { onProgress: ({ stage, done }) => stage === 'fetching' && seen.push(done) } },
    )
    expect(report).toEqual({
      ...{ model: 'm', path: finalFile(), sha256, byteLength: 300_000, fetchedBytes: 300_000, warnings: [] },
      from: `${server.address}/some/weights/resolve/main/m.safetensors`,
    })
    expect(readFileSync(finalFile()).equals(content)).toBe(true)
    expect(readdirSync(folderOf())).toEqual(['m.safetensors'])
    expect(seen[0]).toBe(0)
    expect(seen.at(-1)).toBe(300_000)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  })

  it('of what is there asks nobody', async () => {
    await fetchIt()
    server.requests.length = 0
    expect(await fetchIt()).toMatchObject({ sha256, fetchedBytes: 0 })
    expect(server.requests).toEqual([])
  })

  it('takes the revision and address of the card', async () => {
    await fetchIt({ revision: 'abc123', file: 'deep/m.safetensors' })
    expect(server.requests[0]?.path).toBe('/some/weights/resolve/abc123/deep/m.safetensors')
    expect(existsSync(join(folderOf('some--weights--abc123--deep'), 'm.safetensors'))).toBe(true)
    const elsewhere = model({ url: `${server.address}/share/x/checkpoint-199.pth` }).weights
    const { repository: _, file: __, ...weights } = elsewhere
    const report = await fetchIt({}, { model: { id: 'm', weights } })
    expect(report.path).toBe(join(folderOf('127.0.0.1--share--x'), 'checkpoint-199.pth'))
  })

  it('without an address says how to get the weights', async () => {
    await expect(fetchIt({}, { model: { id: 'm', weights: { howToGet: 'ask' } } })).rejects.toThrow(
      'model m: expected an address of its weights, the card has none; ask',
    )
  })

  it('follows redirects, and gives up on a circle', async () => {
    const path = '/some/weights/resolve/main/m.safetensors'
    server.redirects = { [path]: '/moved', '/moved': `${server.address}/cdn/file` }
    expect(await fetchIt()).toMatchObject({ sha256 })
    server.redirects = { [path]: path }
    await expect(
      fetchIt({}, { model: { ...model(), id: 'n' }, modelsFolder: join(modelsFolder, 'other') }),
    ).rejects.toThrow(/got more than 10 redirects/)
  })

  it('of a file without a length is whole when the server ends it', async () => {
    server.hasLength = false
    expect(await fetchIt()).toMatchObject({ sha256, byteLength: 300_000 })
  })
})

describe('a connection that breaks', () => {
  it('is made again and goes on where it broke', async () => {
    server.mishaps = [{ dropAfter: 100_000 }, { dropAfter: 50_000 }]
    expect(await fetchIt()).toMatchObject({ sha256, fetchedBytes: 300_000, warnings: [] })
    expect(server.requests.map(({ range, ifRange }) => [range, ifRange])).toEqual([
      [undefined, undefined],
      ['bytes=100000-', '"one"'],
      ['bytes=150000-', '"one"'],
    ])
    expect(pauses).toEqual([1000, 1000])
  })

  it('that brings nothing any more is given up and made again', async () => {
    server.mishaps = [{ stallAfter: 1000 }]
    expect(await fetchIt({}, { context: { timing: { ...timing, stallMs: 1000 } } })).toMatchObject({ sha256 })
    expect(server.requests[1]?.range).toBe('bytes=1000-')
  })

  it('is tried with growing pauses, then what came is kept and said', async () => {
    server.mishaps = [{ dropAfter: 1234 }, ...new Array(6).fill({ status: 503 })]
    await expect(fetchIt()).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(
        /^weights m\.safetensors: expected an answer of 127\.0\.0\.1:\d+, got 503 Service Unavailable; the 1234 bytes that came are kept, fetch again later$/,
      ),
    })
    expect(pauses).toEqual([1000, 2000, 5000, 10_000, 20_000, 40_000])
    expect(await weightsState(model(), { modelsFolder, endpoint: server.address })).toMatchObject({
      state: 'partial',
      fetchedBytes: 1234,
    })
    expect(existsSync(finalFile())).toBe(false)
  })

  it('that brings more than it said is begun again', async () => {
    const headers = { 'content-range': 'bytes 1000-1999/2000' }
    server.mishaps = [{ dropAfter: 1000 }, { headers }]
    expect(await fetchIt()).toMatchObject({ sha256 })
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=1000-', undefined])
  })

  it('to nobody is a sentence', async () => {
    const { address } = server
    await server.stop()
    await expect(fetchIt({}, { endpoint: address })).rejects.toThrow(
      /expected an answer of 127\.0\.0\.1:\d+, got ECONNREFUSED; fetch again later$/,
    )
    server = await FileServer.start(content)
  })

  it('is not tried against a server that asks for too much patience, and waits as long as others ask', async () => {
    server.mishaps = [{ status: 429, headers: { 'retry-after': '7' } }]
    expect(await fetchIt()).toMatchObject({ sha256 })
    expect(pauses).toEqual([7000])
    rmSync(folderOf(), { recursive: true })
    server.mishaps = [{ status: 429, headers: { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() } }]
    await expect(fetchIt()).rejects.toThrow(/got 429 Too Many Requests, which asks for 60 min of patience/)
  })
})

describe('a later fetch', () => {
  it('goes on from what came', async () => {
    await breakOff(100_000)
    const report = await fetchIt()
    expect(report).toMatchObject({ sha256, fetchedBytes: 200_000, warnings: [] })
    expect(server.requests).toMatchObject([{ range: 'bytes=100000-', ifRange: '"one"' }])
    expect(readFileSync(finalFile()).equals(content)).toBe(true)
  })

  it('begins again when the file on the server is another one, and says so', async () => {
    await breakOff(100_000)
    server.content = changed
    server.etag = '"two"'
    expect(await fetchIt()).toMatchObject({
      sha256: sha256Of(changed),
      warnings: ['m.safetensors was fetched from the start: the file on the server is another one now'],
    })
    expect(readFileSync(finalFile()).equals(changed)).toBe(true)
  })

  it('begins again when the server cannot continue, and says so', async () => {
    await breakOff(100_000)
    server.hasRanges = false
    expect(await fetchIt()).toMatchObject({
      sha256,
      warnings: ['m.safetensors was fetched from the start: the server cannot continue a download'],
    })
  })

  it('continues without an ETag only when a hash will tell', async () => {
    server.etag = undefined
    await breakOff(100_000)
    await fetchIt()
    expect(server.requests[0]?.range).toBeUndefined()
    rmSync(folderOf(), { recursive: true })
    await breakOff(100_000, { sha256 })
    expect(await fetchIt({ sha256 })).toMatchObject({ sha256, fetchedBytes: 200_000 })
    expect(server.requests[0]?.range).toBe('bytes=100000-')
  })

  it('continues from a mirror only when a hash will tell', async () => {
    await breakOff(100_000, { sha256 })
    server.etag = '"of the mirror"'
    const endpoint = server.address.replace('127.0.0.1', 'localhost')
    server.requests.length = 0
    expect(await fetchIt({ sha256 }, { endpoint })).toMatchObject({ fetchedBytes: 200_000 })
    expect(server.requests[0]).toMatchObject({ range: 'bytes=100000-', ifRange: undefined })
  })

  it('deletes damaged bytes that a hash shows', async () => {
    await breakOff(100_000, { sha256 })
    writeFileSync(partPath(), Buffer.alloc(100_000))
    await expect(fetchIt({ sha256 })).rejects.toThrow(/expected sha256 .*; what came is deleted, fetch it again/)
    expect(await fetchIt({ sha256 })).toMatchObject({ sha256 })
  })

  it('finds that all bytes had come', async () => {
    await breakOff(100_000)
    writeFileSync(partPath(), content)
    expect(await fetchIt()).toMatchObject({ sha256, fetchedBytes: 0 })
    expect(server.requests).toMatchObject([{ range: 'bytes=300000-' }])
  })

  it('begins again when more bytes are there than the file has', async () => {
    await breakOff(100_000)
    writeFileSync(partPath(), Buffer.concat([content, content]))
    expect(await fetchIt()).toMatchObject({ sha256, warnings: [expect.stringContaining('longer than the file')] })
  })
})

describe('a hash', () => {
  it('that is not the one of the card keeps nothing', async () => {
    server.content = changed
    await expect(fetchIt({ sha256 })).rejects.toMatchObject({
      code: 'unreadable-file',
      message: `weights m.safetensors: expected sha256 ${sha256}, got ${sha256Of(changed)}; what came is deleted, fetch it again`,
    })
    expect(readdirSync(folderOf())).toEqual([])
  })

  it('must begin as the file name or the card says', async () => {
    const file = `net-${sha256.slice(0, 8)}.pth`
    expect(await fetchIt({ file })).toMatchObject({ sha256 })
    await expect(fetchIt({ file: 'net-00abcdef.pth' })).rejects.toThrow(
      `weights net-00abcdef.pth: expected sha256 that begins with 00abcdef, got ${sha256}`,
    )
    await expect(fetchIt({ sha256Prefix: 'ffffffff' })).rejects.toThrow(/expected sha256 that begins with ffffffff/)
  })

  it('of weights that change under the same name is noticed, and taken when the user says so', async () => {
    await fetchIt()
    rmSync(finalFile())
    server.content = changed
    server.etag = '"two"'
    await expect(fetchIt()).rejects.toMatchObject({
      code: 'weights-changed',
      message: expect.stringMatching(
        new RegExp(
          `^weights m\\.safetensors: expected sha256 ${sha256} as on 20\\d\\d-\\d\\d-\\d\\d, got ${sha256Of(changed)}; the weights have changed under the same name .*\\(models fetch m --accept-change\\)$`,
        ),
      ),
    })
    expect(existsSync(finalFile())).toBe(false)
    // what came is not fetched twice
    expect(await fetchIt({}, { acceptChange: true })).toMatchObject({ sha256: sha256Of(changed), fetchedBytes: 0 })
    rmSync(finalFile())
    expect(await fetchIt()).toMatchObject({ sha256: sha256Of(changed) })
  })

  it('of a file that was changed here is noticed', async () => {
    await fetchIt()
    writeFileSync(finalFile(), changed)
    await expect(fetchIt()).rejects.toThrow(/; remove it with: models remove m$/)
    const place = { modelsFolder, endpoint: server.address }
    const progress = { signal: new AbortController().signal, onBytes: () => {} }
    await expect(weightsForBuild(model(), place, progress)).rejects.toThrow(/it is not the file that the card means/)
  })
})

describe('a refusal', () => {
  it.each([
    [404, 'not-found', /got 404 Not Found; it was moved or renamed, get it by hand and give it as the weights file$/],
    [401, 'not-permitted', /got 401 Unauthorized; sign in there/],
    [403, 'not-permitted', /got 403 Forbidden; sign in there/],
    [400, 'unreachable', /got 400 Bad Request/],
  ])('%i is said once and not tried again', async (status, code, sentence) => {
    server.mishaps = [{ status }]
    await expect(fetchIt()).rejects.toMatchObject({ code, message: expect.stringMatching(sentence) })
    expect(server.requests).toHaveLength(1)
    expect(pauses).toEqual([])
  })

  it('is a file of another size than the card says, before it is fetched', async () => {
    await expect(fetchIt({ bytes: 299_999 })).rejects.toThrow(
      /expected 299999 bytes as the card of m says, got 300000; it is another file/,
    )
    expect(existsSync(finalFile())).toBe(false)
  })

  it('is a file of another size than the card says, also where the server does not say it', async () => {
    server.hasLength = false
    await expect(fetchIt({ bytes: 299_999 })).rejects.toThrow(/expected 299999 bytes as the card of m says, got 300000/)
    expect(readdirSync(folderOf())).toEqual([])
  })

  it('is a redirect from a secure place to one that is not', async () => {
    const { requestRest } = await import('../../downloads/request-rest.ts')
    const real = globalThis.fetch
    globalThis.fetch = async () => new Response(null, { status: 302, headers: { location: 'http://elsewhere.test/x' } })
    try {
      const answer = await requestRest({ address: 'https://a.test/x', start: 0, signal: new AbortController().signal })
      expect(answer).toMatchObject({ kind: 'refused', reason: expect.stringContaining('not secure') })
    } finally {
      globalThis.fetch = real
    }
  })
})

describe('a full disk', () => {
  it('is seen before anything is fetched', async () => {
    const freeBytes = async () => 1000
    await expect(fetchIt({}, { context: { freeBytes } })).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/expected room for 300000 bytes of m\.safetensors, got 1000; free space/),
    })
    await expect(fetchIt({ bytes: 300_000 }, { context: { freeBytes } })).rejects.toMatchObject({ code: 'disk-full' })
    // the second one knew it from the card
    expect(server.requests).toHaveLength(1)
  })

  it.skipIf(!existsSync('/dev/full'))(
    'while writing is a sentence (skipped where the system has no /dev/full)',
    async () => {
      mkdirSync(folderOf(), { recursive: true })
      symlinkSync('/dev/full', partPath())
      await expect(fetchIt()).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringMatching(/m\.safetensors\.part: expected room to write, got a full disk/),
      })
      expect(existsSync(finalFile())).toBe(false)
    },
  )

  it('counts only what is still to come', async () => {
    await breakOff(100_000)
    expect(await fetchIt({}, { context: { freeBytes: async () => 200_000 } })).toMatchObject({ sha256 })
  })
})

describe('a folder that cannot be made', () => {
  it('is a sentence', async () => {
    writeFileSync(join(modelsFolder, 'weights'), '')
    await expect(fetchIt()).rejects.toMatchObject({ code: 'invalid-input' })
  })
})

describe('a cancelled fetch', () => {
  it('ends at once and keeps what came', async () => {
    const controller = new AbortController()
    server.mishaps = [{ stallAfter: 50_000 }]
    const onProgress = ({ done }: { done: number }) => {
      if (done >= 50_000) controller.abort()
    }
    const started = performance.now()
    await expect(fetchIt({}, { context: { signal: controller.signal, onProgress } })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(performance.now() - started).toBeLessThan(5000)
    expect(statSync(partPath()).size).toBe(50_000)
    expect(await fetchIt()).toMatchObject({ sha256, fetchedBytes: 250_000 })
  })

  it('ends within a pause', async () => {
    const controller = new AbortController()
    server.mishaps = [{ status: 503, headers: { 'retry-after': '100' } }]
    setTimeout(() => controller.abort(), 200)
    const { timing: _, ...context } = { timing, signal: controller.signal, onProgress: () => {} }
    const started = performance.now()
    await expect(
      fetchWeights({ model: model(), modelsFolder, endpoint: server.address, acceptChange: false }, context),
    ).rejects.toMatchObject({ name: 'AbortError' })
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe('a file that the user has', () => {
  const own = (bytes: Buffer) => {
    const path = join(modelsFolder, 'downloads', 'mine.bin')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
    return path
  }

  it('is copied under the name of the library, without the network', async () => {
    const file = own(content)
    expect(await fetchIt({ sha256 }, { file })).toMatchObject({ from: file, path: finalFile(), sha256 })
    expect(readFileSync(finalFile()).equals(content)).toBe(true)
    expect(server.requests).toEqual([])
  })

  it('is refused when it is another one', async () => {
    await expect(fetchIt({ sha256 }, { file: own(changed) })).rejects.toThrow(
      /mine\.bin: expected sha256 .*; it is not the file that the card means$/,
    )
    await expect(fetchIt({ bytes: 7 }, { file: own(content) })).rejects.toThrow(
      /expected 7 bytes as the card of m says/,
    )
    await expect(fetchIt({}, { file: join(modelsFolder, 'absent') })).rejects.toThrow(/expected a file, got none/)
    expect(readdirSync(folderOf()).filter((name) => name !== 'lock.json')).toEqual([])
  })

  it('is what a network is built from, its hash checked', async () => {
    const progress = { signal: new AbortController().signal, onBytes: () => {} }
    const place = { modelsFolder, endpoint: server.address }
    const file = own(content)
    expect(await weightsForBuild(model({ sha256 }), { ...place, file }, progress)).toEqual({ path: file, sha256 })
    await expect(weightsForBuild(model(), place, progress)).rejects.toThrow(
      /expected its weights at .*m\.safetensors, got none; fetch them with: models fetch m$/,
    )
    await fetchIt()
    expect(await weightsForBuild(model(), place, progress)).toEqual({ path: finalFile(), sha256 })
  })
})

describe('the library', () => {
  const state = (weights = {}) => weightsState(model(weights), { modelsFolder, endpoint: server.address })
  const from = () => `${server.address}/some/weights/resolve/main/m.safetensors`

  it('knows what it has', async () => {
    expect(await state()).toEqual({ state: 'downloadable', from: from() })
    expect(await state({ bytes: 300_000 })).toEqual({ state: 'downloadable', byteLength: 300_000, from: from() })
    await breakOff(100_000)
    expect(await state({ bytes: 300_000 })).toEqual({
      state: 'partial',
      byteLength: 300_000,
      fetchedBytes: 100_000,
      from: from(),
    })
    await fetchIt()
    expect(await state()).toEqual({ state: 'fetched', byteLength: 300_000, fetchedBytes: 300_000, from: from() })
    expect(await weightsState({ id: 'x', weights: { howToGet: 'y' } }, { modelsFolder, endpoint: '' })).toEqual({
      state: 'no-address',
    })
  })

  it('removes weights and network, names who shared them, and remembers the hash', async () => {
    await fetchIt()
    mkdirSync(join(modelsFolder, 'built'))
    writeFileSync(join(modelsFolder, 'built', 'm.onnx'), 'network')
    const place = { modelsFolder, endpoint: server.address }
    const report = await removeModel(model(), place, {
      others: [model(), { ...model(), id: 'text' }, { ...model({ file: 'o' }), id: 'o' }],
    })
    expect(report).toEqual({
      ...{ model: 'm', freedBytes: 300_007, sharedWith: ['text'] },
      removed: [join(modelsFolder, 'built', 'm.onnx'), finalFile()],
    })
    expect(await state()).toEqual({ state: 'downloadable', byteLength: 300_000, from: from() })
    expect(await removeModel(model(), place)).toMatchObject({ removed: [], freedBytes: 0, sharedWith: [] })
  })
})

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
