// The packaging rules, proven with the `dir` target and a stand-in for the Electron folder; nothing may be downloaded.

import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildSides } from '../../scripts/build.mjs'

const root = join(import.meta.dirname, '../..')
const unreachable = 'http://127.0.0.1:9'

interface AsarEntry {
  readonly files?: Readonly<Record<string, AsarEntry>>
  readonly size?: number
  readonly unpacked?: boolean
}

let folder: string
let resources: string
let archived: readonly string[]

beforeAll(async () => {
  await buildSides(undefined, { onlyStale: true })
  folder = mkdtempSync(join(tmpdir(), 'packaging-'))
  packageWithStandIn()
  resources = join(folder, 'release/linux-unpacked/resources')
  archived = filesOfAsar(join(resources, 'app.asar'))
}, 180_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function packageWithStandIn(): void {
  const electronDist = join(folder, 'electron')
  mkdirSync(join(electronDist, 'resources'), { recursive: true })
  writeFileSync(join(electronDist, 'electron'), '#!/bin/sh\n', { mode: 0o755 })
  mkdirSync(join(electronDist, 'locales'))
  for (const name of ['locales/en-US.pak', 'version', 'LICENSE', 'LICENSES.chromium.html'])
    writeFileSync(join(electronDist, name), '')
  const config = join(folder, 'config.json')
  const output = join(folder, 'release')
  // the stand-in has no fuses to set
  const rules = {
    extends: join(root, 'electron-builder.yml'),
    electronDist,
    electronFuses: null,
    directories: { output },
  }
  writeFileSync(config, JSON.stringify(rules))
  const builder = join(root, 'node_modules/electron-builder/cli.js')
  const result = spawnSync(
    process.execPath,
    [builder, '--linux', 'dir', '--x64', '--publish', 'never', '--config', config],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, HTTP_PROXY: unreachable, HTTPS_PROXY: unreachable, ELECTRON_MIRROR: unreachable },
    },
  )
  if (result.status !== 0) throw new Error(`${result.stdout}\n${result.stderr}`)
}

/** Paths in the archive's header (a Chromium pickle: the JSON's length at byte 12, the JSON from byte 16). */
function filesOfAsar(path: string): string[] {
  const file = openSync(path, 'r')
  const head = Buffer.alloc(16)
  readSync(file, head, 0, 16, 0)
  const json = Buffer.alloc(head.readUInt32LE(12))
  readSync(file, json, 0, json.length, 16)
  closeSync(file)
  return pathsOf(JSON.parse(json.toString()) as AsarEntry, '')
}

function pathsOf(entry: AsarEntry, path: string): string[] {
  if (entry.files === undefined) return [path]
  return Object.entries(entry.files).flatMap(([name, child]) => pathsOf(child, path === '' ? name : `${path}/${name}`))
}

function filesUnder(path: string): string[] {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => statSync(join(path, name)).isFile()).map((name) => relative(path, join(path, name)))
}

describe('the package', () => {
  it('holds the built application', () => {
    const needed = ['cli', 'electron', 'set-worker', 'task-worker', 'pipeline-process'].map(
      (name) => `dist/main/${name}.js`,
    )
    expect(archived).toEqual(
      expect.arrayContaining([...needed, 'package.json', 'dist/preload/preload.cjs', 'dist/renderer/index.html']),
    )
  })

  it('holds nothing but the built application and the runtime of inference', () => {
    const allowed = /^(package\.json|dist\/(main|preload|renderer)\/|node_modules\/onnxruntime-(node|common)\/)/
    expect(archived.filter((path) => !allowed.test(path))).toEqual([])
  })

  it('holds no sources, tests, maps, fixtures or install scripts', () => {
    const unwanted = /\.(ts|tsx|map|test\.js|md)$|^(src|e2e|bench|fixtures|docs|scripts)\/|onnxruntime-node\/script\//
    expect(archived.filter((path) => unwanted.test(path))).toEqual([])
  })

  it('brings the native files of its own platform only, outside the archive', () => {
    const native = archived.filter((path) => path.includes('/bin/'))
    expect(native.length).toBeGreaterThan(0)
    expect(native.filter((path) => !path.includes('/bin/napi-v6/linux/x64/'))).toEqual([])
    const unpacked = filesUnder(join(resources, 'app.asar.unpacked'))
    expect(unpacked).toEqual(expect.arrayContaining(native))
  })

  it('ships the models and the sample planet beside the archive', () => {
    const shipped = filesUnder(resources)
    const cards = readdirSync(join(root, 'models')).filter((name) => name.endsWith('.json'))
    expect(shipped).toEqual(expect.arrayContaining(cards.map((name) => `models/${name}`)))
    const sample = join(root, 'sample', 'sample-planet.parquet')
    if (existsSync(sample)) expect(shipped).toContain('sample/sample-planet.parquet')
  })

  it('stays small: the archive without native files under 30 MB', () => {
    expect(statSync(join(resources, 'app.asar')).size).toBeLessThan(30e6)
  })
})
