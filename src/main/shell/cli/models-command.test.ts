// `models fetch` and `models remove` as a user runs them: the built program against a host on this machine.

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession } from 'onnxruntime-node'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FileServer } from '../../downloads/file-server.ts'
import { projectRoot } from '../../entries.ts'
import { inputTensor, readCases } from '../../models/networks/fixture-networks.ts'

const program = join(projectRoot(), 'dist/main/cli.js')
const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251))
// several processes a test
vi.setConfig({ testTimeout: 120_000 })

let folder: string
let server: FileServer

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cli-models-'))
  server = await FileServer.start(content)
  writeOwnCard()
})
afterEach(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

/** A card whose weights are the server's. */
function writeOwnCard(fields: object = {}, more: object = {}): void {
  mkdirSync(join(folder, 'models'), { recursive: true })
  const card = JSON.parse(readFileSync(join(projectRoot(), 'models/mobilenet-v1.json'), 'utf8')) as object
  const weights = { repository: 'some/weights', file: 'net.safetensors', howToGet: 'fetch them', ...more }
  writeFileSync(join(folder, 'models', 'own-net.json'), JSON.stringify({ ...card, id: 'own-net', weights, ...fields }))
}

const file = () => join(folder, 'models', 'weights', 'some--weights', 'net.safetensors')

/** @param onProgress called with what has come on stderr */
async function run(
  words: readonly string[],
  onProgress: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
) {
  const env = { ...process.env, GROUND_CONTROL_DATA: folder, HF_ENDPOINT: server.address }
  const child = spawn(process.execPath, [program, 'models', ...words], { cwd: folder, env })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString()
  })
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString()
    onProgress(stderr, (signal) => child.kill(signal))
  })
  const status = await new Promise((resolve) => child.once('close', resolve))
  return { status, stdout, stderr }
}

describe('models', () => {
  it('are fetched, listed and removed', async () => {
    const before = await run(['list'])
    expect(before.stdout).toMatch(
      /own-net +MobileNet.*not built: models fetch own-net, then models build own-net\n {2}expects B04 B03 B02 in u8, fragments of 224 px\n {2}licence Apache-2\.0\n {2}weights downloadable\n/,
    )
    const fetched = await run(['fetch', 'own-net', '--json'])
    expect(fetched.status).toBe(0)
    expect(JSON.parse(fetched.stdout)).toMatchObject({ model: 'own-net', path: file(), byteLength: 200_000 })
    expect(readFileSync(file()).equals(content)).toBe(true)
    expect((await run(['list'])).stdout).toMatch(/weights fetched, 0\.2 MB\n/)
    expect((await run(['fetch', 'own-net'])).stdout).toMatch(/size +0\.2 MB, was there already\n/)
    const removed = await run(['remove', 'own-net'])
    expect(removed).toMatchObject({ status: 0, stdout: `removed ${file()}\n0.2 MB freed\n` })
    expect((await run(['remove', 'own-net'])).stdout).toBe('nothing of own-net was here\n')
  })

  it.each([
    ['SIGINT', 130],
    ['SIGKILL', null],
  ] as const)('that are ended with %s keep what came and go on', async (signal, code) => {
    server.mishaps = [{ stallAfter: 60_000 }]
    let isKilled = false
    const { status } = await run(['fetch', 'own-net'], (text, kill) => {
      if (isKilled || !text.includes('fetching')) return
      isKilled = true
      setTimeout(() => kill(signal), 1500)
    })
    expect(status).toBe(code)
    expect(existsSync(file())).toBe(false)
    expect(statSync(`${file()}.part`).size).toBe(60_000)
    expect((await run(['list'])).stdout).toMatch(/weights fetched in part, 0\.1 MB\n/)
    const again = await run(['fetch', 'own-net', '--json'])
    expect(JSON.parse(again.stdout)).toMatchObject({ fetchedBytes: 140_000 })
    expect(server.requests.at(-1)?.range).toBe('bytes=60000-')
  })

  it('that changed under their name fail with one sentence until the change is accepted', async () => {
    await run(['fetch', 'own-net'])
    await run(['remove', 'own-net'])
    server.content = Buffer.alloc(1000, 1)
    server.etag = '"two"'
    const { status, stdout, stderr } = await run(['fetch', 'own-net'])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(
      /error: weights net\.safetensors: expected sha256 .* accept the change \(models fetch own-net --accept-change\)\n$/,
    )
    expect((await run(['fetch', 'own-net', '--accept-change'])).status).toBe(0)
  })

  it.each([
    ['dinov2-42', 'networks/dinov2-published.safetensors'],
    ['resnet50-2-bands', 'state-dict/resnet50-2-bands.pth'],
  ])('from fetched weights answer as the original: %s from %s', async (name, weights) => {
    const one = readCases().find((found) => found.name === name)!
    writeOwnCard({ onnx: { kind: 'build', builder: one.builder, options: one.options } })
    server.content = readFileSync(join(projectRoot(), 'fixtures', weights))
    const early = await run(['build', 'own-net'])
    expect(early).toMatchObject({ status: 1, stdout: '' })
    expect(early.stderr).toMatch(/expected its weights at .*, got none; fetch them with: models fetch own-net\n$/)
    await run(['fetch', 'own-net'])
    expect((await run(['list'])).stdout).toMatch(/own-net .*not built: models build own-net\n/)
    const built = await run(['build', 'own-net', '--json'])
    expect(built.status, built.stderr).toBe(0)
    const network = join(folder, 'models', 'built', 'own-net.onnx')
    const session = await InferenceSession.create(network, { intraOpNumThreads: 1, logSeverityLevel: 3 })
    const outputs = await session.run({ [session.inputNames[0]!]: inputTensor(one) })
    const got = outputs['embedding']!.data as Float32Array
    const difference = one.output.flat().map((value, index) => Math.abs(value - got[index]!))
    expect(difference).toHaveLength(got.length)
    expect(Math.max(...difference)).toBeLessThan(1e-4 * Math.max(1, ...one.output.flat().map(Math.abs)))
    await session.release()
    expect((await run(['list'])).stdout).toMatch(/own-net .*ready\n/)
    expect((await run(['remove', 'own-net'])).stdout).toMatch(/removed .*own-net\.onnx\nremoved .*net\.safetensors\n/)
  })

  it('from a file that is not the one of the card are not built', async () => {
    writeOwnCard({}, { sha256: '0'.repeat(64) })
    writeFileSync(join(folder, 'mine.bin'), content)
    const { status, stderr } = await run(['build', 'own-net', '--weights', 'mine.bin'])
    expect(status).toBe(1)
    expect(stderr).toMatch(/mine\.bin: expected sha256 0{64}, got .*; it is not the file that the card means\n$/)
  })

  it('take a file that the user has', async () => {
    writeFileSync(join(folder, 'mine.bin'), content)
    const { status, stdout } = await run(['fetch', 'own-net', '--weights', 'mine.bin'])
    expect(status).toBe(0)
    expect(stdout).toMatch(/size +0\.2 MB, 0\.2 MB from .*mine\.bin\n/)
    expect(server.requests).toEqual([])
  })
})
