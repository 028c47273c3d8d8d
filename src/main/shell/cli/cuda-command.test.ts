// `cuda` as a user runs it: the built program against a host on this machine, which has no package of NVIDIA's.

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { installedRuntime, whyUnsupported } from '../../cuda/installed-runtime.ts'
import { standIns } from '../../cuda/stand-in-feeds.ts'
import { FileServer } from '../../downloads/file-server.ts'
import { projectRoot } from '../../entries.ts'

const program = join(projectRoot(), 'dist/main/cli.js')
const { version } = installedRuntime()
vi.setConfig({ testTimeout: 60_000 })

let folder: string
let server: FileServer
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cli-cuda-'))
  server = await FileServer.start(Buffer.alloc(0))
  server.files = standIns(version).files
})
afterEach(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

async function run(...words: readonly string[]) {
  const env = { ...process.env, GROUND_CONTROL_DATA: folder }
  const child = spawn(process.execPath, [program, 'cuda', ...words], { cwd: folder, env })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString()
  })
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString()
  })
  const status = await new Promise((resolve) => child.once('close', resolve))
  return { status, stdout, stderr }
}

const unsupported = whyUnsupported(installedRuntime())

describe.runIf(unsupported === undefined)('cuda', () => {
  it('names packages, sizes and licences, and asks nobody', async () => {
    const { status, stdout } = await run('status', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ runtime: version, state: 'missing', storedBytes: 0 })
    expect((await run('status')).stdout).toMatch(
      /state +not fetched\nfor +ONNX Runtime [\d.]+\n.*to fetch +[\d.]+ MB and the package of unknown size\n.*licence: NVIDIA CUDA Toolkit End User License Agreement/s,
    )
    expect((await run('remove')).stdout).toBe('nothing of them was here\n')
  })

  it('fetches nothing before the licences are accepted', async () => {
    const { status, stderr } = await run('fetch', '--from', server.address)
    expect(status).toBe(1)
    expect(stderr).toContain(`from ${new URL(server.address).host}, licence: NVIDIA CUDA Toolkit End User License`)
    expect(stderr).toMatch(
      /error: cuda fetch: expected --accept-licences once you have read the licences above, got none\n$/,
    )
    expect(server.requests).toEqual([])
  })

  it('takes a mirror, and refuses what the mirror says of other files', async () => {
    const { status, stderr } = await run('fetch', '--accept-licences', '--from', server.address)
    expect(status).toBe(1)
    expect(stderr).toMatch(/\/simple\/nvidia-cuda-runtime-cu12\/: expected sha256 [0-9a-f]{64} of .*, got [0-9a-f]{64}/)
    expect(existsSync(join(folder, 'cuda', version))).toBe(false)
    expect((await run('fetch', '--accept-licences', '--from', 'nowhere')).stderr).toMatch(
      /error: mirror: expected an address that begins with https:\/\/, got nowhere\n$/,
    )
  })
})

describe.runIf(unsupported !== undefined)('cuda on a system without such libraries', () => {
  it('says so in one sentence', async () => {
    const { status, stderr } = await run('fetch', '--accept-licences')
    expect({ status, stderr }).toEqual({ status: 1, stderr: `error: CUDA libraries: ${unsupported}\n` })
  })
})
