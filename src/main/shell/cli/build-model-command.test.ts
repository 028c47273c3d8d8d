// Building networks from the command line, and embedding with what was built.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../entries.ts'
import { encodeGeoTiff } from '../../raster/encode-geotiff.ts'

const program = join(projectRoot(), 'dist/main/cli.js')
const fixtures = join(projectRoot(), 'fixtures/networks')
let folder: string

/** a DINOv2 of the size of fixtures/networks/dinov2-published.safetensors */
const smallCard = {
  ...{ id: 'small', name: 'small', source: 'test', licence: 'none', bands: ['B04', 'B03', 'B02'] },
  ...{ unit: 'reflectance-1e4', fragment: { size: 98 } },
  recipes: [{ name: 'intended', reason: 'test', steps: [{ step: 'scale', divide: 10000 }] }],
  ...{ input: { name: 'pixels', size: 98 }, output: { name: 'embedding', dimensions: 32 } },
  onnx: {
    kind: 'build',
    builder: 'dinov2',
    options: { width: 32, layers: 2, heads: 2, mlpWidth: 128, imageSize: 98, positionGrid: 7, pooling: 'mean-tokens' },
  },
  ...{ weights: { howToGet: 'make them' }, verified: false, verification: 'test' },
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'))
  mkdirSync(join(folder, 'data/models'), { recursive: true })
  writeFileSync(join(folder, 'data/models/small.json'), JSON.stringify(smallCard))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(...words: string[]) {
  const env = { ...process.env, GROUND_CONTROL_DATA: join(folder, 'data') }
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    ...{ cwd: folder, env, encoding: 'utf8' },
  })
  return { status, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> }
}

function writeChip(): string {
  const side = 98
  const pixels = Uint16Array.from({ length: 3 * side * side }, (_, i) => 200 + ((i * 7919) % 3000))
  const path = join(folder, 'chip.tif')
  const bounds = [500_000, 4_300_000, 500_980, 4_300_980] as const
  const bandNames = ['B04', 'B03', 'B02']
  writeFileSync(path, encodeGeoTiff({ width: side, height: side, pixels, crs: 'EPSG:32629', bounds, bandNames }))
  return path
}

describe('models build', () => {
  it('makes a network that embed finds by its id, and says what is missing before', () => {
    const chip = writeChip()
    const before = run('embed', chip, '--model', 'small', '--out', 'out')
    expect(before.status).toBe(1)
    expect(before.stderr).toContain(
      'model small: expected a network built from its weights, got none, it is not built yet',
    )
    const built = run('models', 'build', 'small', '--weights', join(fixtures, 'dinov2-published.safetensors'), '--json')
    expect(built.status).toBe(0)
    expect(built.json()).toMatchObject({ files: [join(folder, 'data/models/built/small.onnx')], warnings: [] })
    const embedded = run('embed', chip, '--model', 'small', '--out', 'out', '--json')
    expect(embedded.json()).toMatchObject({ rows: 1, model: 'small', failures: [] })
    // also by its file, beside its card
    expect(run('embed', chip, '--model', 'data/models/built/small.onnx', '--out', 'other', '--json').status).toBe(0)
  }, 60_000)

  it('lists texts and places among the models, and takes them for no imagery', () => {
    const { stdout } = run('models', 'list')
    expect(stdout).toMatch(/^siglip-so400m-text .*\n +expects texts$/m)
    expect(stdout).toMatch(/^satclip-l10 .*not verified.*\n +expects places$/m)
    const embed = run('embed', writeChip(), '--model', 'satclip-l10', '--out', 'out')
    expect(embed.status).toBe(1)
    expect(embed.stderr).toContain('model satclip-l10: expected a model of images, got one of places')
  }, 60_000)

  it('makes networks of random weights only where they cannot be taken for real ones', () => {
    const refused = run('models', 'build', 'satclip-l10', '--random-weights', '7')
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain('expected --out for a network of random weights')
    expect(existsSync(join(folder, 'data/models/built/satclip-l10.onnx'))).toBe(false)
    expect(run('models', 'build', 'satclip-l10', '--random-weights', '7', '--out', 'random').status).toBe(0)
    expect(readdirSync(join(folder, 'random'))).toEqual(['satclip-l10.onnx'])
  }, 60_000)

  it('says where weights are to be had that nobody fetched', () => {
    const { status, stderr } = run('models', 'build', 'dinov2-base')
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /model dinov2-base: expected its weights at .*, got none; fetch them with: models fetch dinov2-base/,
    )
  })

  it('names the tensor that does not fit, and leaves nothing', () => {
    const wrong = run('models', 'build', 'small', '--weights', join(fixtures, 'softcon.safetensors'), '--out', 'wrong')
    expect(wrong.status).toBe(1)
    expect(wrong.stderr).toMatch(/softcon\.safetensors: expected tensor "[\w.]+" of shape \(.*\), got /)
    expect(existsSync(join(folder, 'wrong'))).toBe(false)
    const missing = run('models', 'build', 'small', '--weights', 'nowhere.safetensors', '--out', 'wrong')
    expect(missing.status).toBe(1)
    expect(missing.stderr).toContain('nowhere.safetensors')
  }, 60_000)

  it('asks for what the weights do not hold, and refuses float16 where it is too coarse', () => {
    const weights = join(fixtures, 'siglip-timm.safetensors')
    const statistics = run('models', 'build', 'mmearth-atto', '--weights', weights, '--out', 'wrong')
    expect(statistics.stderr).toContain('model mmearth-atto: expected the band statistics of its training')
    const half = run(
      'models',
      'build',
      'mmearth-atto',
      '--random-weights',
      '1',
      '--precision',
      'float16',
      '--out',
      'wrong',
    )
    expect(half.stderr).toContain('model mmearth-atto: expected a network that keeps its accuracy in float16')
    expect([statistics.status, half.status]).toEqual([1, 1])
  }, 60_000)
})
