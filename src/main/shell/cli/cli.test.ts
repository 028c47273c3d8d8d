// The command line as a user runs it: the built program in a process of its own.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../entries.ts'
import { encodeGeoTiff } from '../../raster/encode-geotiff.ts'

import { writeTestSet } from '../../store/test-set.ts'

const root = projectRoot()
const program = join(root, 'dist/main/cli.js')
let folder: string
let env: NodeJS.ProcessEnv

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'))
  env = { ...process.env, GROUND_CONTROL_DATA: join(folder, 'data') }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  return { status, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> }
}

/** A chip of three bands whose values grow along its rows, scaled so that chips differ. */
function writeChip(name: string, scale: number): string {
  const side = 256
  const pixels = Uint16Array.from({ length: 3 * side * side }, (_, index) => 200 + ((index * scale) % 3000))
  const path = join(folder, name)
  const left = 500_000 + scale * 20_000
  const bounds = [left, 4_300_000, left + 2_560, 4_302_560] as const
  writeFileSync(
    path,
    encodeGeoTiff({ width: side, height: side, pixels, crs: 'EPSG:32629', bounds, bandNames: ['B04', 'B03', 'B02'] }),
  )
  return path
}

describe('grid and fragment', () => {
  it('prints one JSON document to stdout and nothing to stderr', () => {
    const { status, stdout, stderr } = run('grid', 'locate', '--lat', '38.9', '--lon', '-9.1', '--json')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^\{.*\}\n$/)
    expect(JSON.parse(stdout)).toMatchObject({ cell: '433U_79L', rowU: 433, colR: -79, utmCrs: 'EPSG:32629' })
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(['cell', 'rowU', 'colR', 'lat', 'lon', 'utmCrs'])
  })

  it('finds a cell by the name that it gave', () => {
    expect(run('grid', 'cell', '433U_79L', '--json').json()).toMatchObject({
      cell: '433U_79L',
      utmFootprint: expect.stringMatching(/^POLYGON \(\(/),
      geometry: expect.stringMatching(/^POLYGON \(\(-9\./),
    })
  })

  it('cuts the standard image as the standard does', () => {
    const { json } = run('fragment', '--image-size', '1068', '--fragment-size', '384', '--json')
    expect(json()).toEqual({ offsets: [0, 342, 684], count: 3, total: 9, stride: 342, warnings: [] })
  })

  it('warns of pixels that no fragment covers', () => {
    const { status, stdout } = run('fragment', '--image-size', '1068', '--fragment-size', '512')
    expect(status).toBe(0)
    expect(stdout).toMatch(/warning: .*44 of 1068 px/)
  })
})

describe('exit codes', () => {
  it.each([
    [['grid', 'cell', '433U_79L']],
    [['--help']],
    [['--version']],
    [['embed', '--help']],
    [['search', '--help']],
  ])('0: %j', (words) => {
    expect(run(...words).status).toBe(0)
  })

  it.each([
    [['fragment', '--image-size', '100', '--fragment-size', '384'], /expected an image of at least/],
    [['search', 'absent.parquet', '--row', '1'], /absent\.parquet: expected/],
    [['models', 'show', 'absent-model'], /absent-model: expected/],
    [['embed', 'absent.tif', '--model', 'rcf-64', '--out', 'out'], /absent\.tif: expected/],
    [['serve', '--no-open', 'absent-folder'], /absent-folder: expected a folder/],
  ])('1 with one sentence on stderr and nothing on stdout: %j', (words, sentence) => {
    const { status, stdout, stderr } = run(...words)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(sentence)
    expect(
      stderr
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('error: ')),
    ).toHaveLength(1)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it.each([
    [[]],
    [['grid']],
    [['grid', 'locate', '--lat', '91', '--lon', '0']],
    [['grid', 'locate', '--lat', '1']],
    [['fragment', '--image-size', 'x', '--fragment-size', '1']],
    [['grid', 'cell', 'nowhere', '--json'], /expected a cell name such as 433U_629L, got "nowhere"/],
    [
      ['fragment', '--image-size', '100', '--fragment-size', '50', '--overlap', '1'],
      /0 or more and below 1, e\.g\. 0\.5/,
    ],
    [['nonsense']],
    [['search', 'file.parquet']],
    [['search', 'file.parquet', '--lat', '3']],
    [
      ['search', 'file.parquet', '--row', '3', '--image', 'a.tif'],
      /expected --image or examples of the file, got both/,
    ],
    [['search', 'file.parquet', '--row', '1', '--queries', 'queries.txt']],
    [['search', 'file.parquet', '--row', '1', '--negative', '5:-1']],
    [['search', 'file.parquet', '--row', '1', '--bbox', '1', '2', '3']],
    [['export', 'file.parquet', '--format', 'shapefile', '--out', 'x']],
    [['pca', 'file.parquet', '--out', 'map.jpg']],
    [['embed', 'file.tif', '--model', 'rcf-64', '--out', 'out', '--shard', '3/2']],
    [['embed', 'file.tif', '--model', 'rcf-64'], /expected a folder for the result, got none/],
  ] as [string[], RegExp?][])('2: %j', (words, sentence = /./) => {
    const { status, stdout, stderr } = run(...words)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(sentence)
  })
})

it('describes what it can read, names what it cannot, and says so with code 1', () => {
  const chip = writeChip('chip.tif', 3)
  const { status, stdout, stderr } = run('info', chip, 'absent.parquet', '--json')
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^error: .*absent\.parquet: expected/),
  })
  expect(JSON.parse(stdout)).toMatchObject([
    { file: chip, kind: 'imagery', width: 256, height: 256, crs: 'EPSG:32629', problems: [] },
    { kind: 'unknown', problems: [expect.stringContaining('absent.parquet')] },
  ])
})

describe('the way from images to rows', () => {
  it('embeds, describes, searches, maps and exports', () => {
    const chips = [1, 7, 31].map((scale) => writeChip(`chip-${scale}.tif`, scale))
    const out = join(folder, 'out')
    const embedded = run('embed', ...chips, '--model', 'rcf-64', '--unit', 'reflectance-1e4', '--out', out, '--json')
    expect(embedded.status, embedded.stderr).toBe(0)
    expect(embedded.json()).toMatchObject({ rows: 12, failures: [], model: 'rcf-64' })
    const file = join(out, 'images.parquet')
    expect(readdirSync(out)).toEqual(['images.parquet'])

    const info = run('info', file, '--json')
    expect(JSON.parse(info.stdout)).toMatchObject([{ product: 'major-tom', rows: 12, dimensions: 64 }])

    const found = run('search', file, '--row', '0', '--top-k', '2', '--json')
    expect(found.json()).toMatchObject({
      exact: true,
      hits: [{ row: expect.any(Number) }, { row: expect.any(Number) }],
    })
    writeFileSync(join(folder, 'hits.json'), found.stdout)

    const exported = run(
      'export',
      file,
      '--rows',
      'hits.json',
      '--format',
      'geojson',
      '--out',
      'hits.geojson',
      '--json',
    )
    expect(exported.json()).toMatchObject({ rows: 2, path: join(folder, 'hits.geojson') })
    expect(readFileSync(join(folder, 'hits.geojson'), 'utf8')).toContain('"top_k":2')

    const onto = run('export', file, '--format', 'csv', '--out', file)
    expect(onto).toMatchObject({ status: 1, stderr: expect.stringContaining('got the input itself') })
    writeFileSync(join(folder, 'none.txt'), '')
    expect(run('export', file, '--rows', 'none.txt', '--format', 'csv', '--out', 'none.csv').status).toBe(1)

    expect(run('pca', file, '--out', 'map.png', '--json').status).toBe(0)
    expect(readFileSync(join(folder, 'map.png')).subarray(1, 4).toString()).toBe('PNG')
    expect(existsSync(join(folder, 'data', 'models'))).toBe(false)
  }, 60_000)

  it('searches with an image, made as the vectors of the file are', () => {
    const chips = [3, 11, 47].map((scale) => writeChip(`likeness-${scale}.tif`, scale))
    const settings = ['--model', 'rcf-64', '--unit', 'reflectance-1e4']
    expect(run('embed', ...chips, ...settings, '--out', join(folder, 'likeness')).status).toBe(0)
    const file = join(folder, 'likeness', 'images.parquet')
    const [first] = chips
    const found = run('search', file, '--image', first!, '--unit', 'reflectance-1e4', '--top-k', '4', '--json')
    expect(found.status, found.stderr).toBe(0)
    const { hits, query } = found.json() as { hits: { productId: string }[]; query: object }
    expect(hits.map(({ productId }) => productId)).toEqual(Array(4).fill('likeness-3'))
    expect(query).toMatchObject({
      image: { file: 'likeness-3.tif', model: 'rcf-64', recipe: 'intended', fragments: 4, unit: 'reflectance-1e4' },
    })
    writeFileSync(join(folder, 'likeness.json'), found.stdout)
    const words = ['--rows', 'likeness.json', '--format', 'geojson', '--out', 'likeness.geojson']
    expect(run('export', file, ...words).status).toBe(0)
    expect(readFileSync(join(folder, 'likeness.geojson'), 'utf8')).toContain('"file":"likeness-3.tif"')

    const other = run('search', file, '--image', first!, '--model', 'mobilenet-v1', '--unit', 'reflectance-1e4')
    expect(other).toMatchObject({
      ...{ status: 1, stdout: '' },
      stderr: expect.stringMatching(/mobilenet-v1/),
    })
    const lacks = run('search', file, '--image', chips[0]!, '--bands', 'B04,B03,B12')
    expect(lacks).toMatchObject({ status: 1, stderr: expect.stringContaining('expected band B12') })
  }, 60_000)

  it('plans without an output folder and writes nothing', () => {
    const plan = run('embed', writeChip('planned.tif', 3), '--model', 'rcf-64', '--dry-run', '--json')
    expect(plan.status, plan.stderr).toBe(0)
    expect(plan.json()).toMatchObject({ images: 1, fragments: 4, outputFiles: ['images.parquet'] })
    expect(existsSync(join(folder, 'images.parquet'))).toBe(false)
  })

  it('prints no address of a picture, which only a window has', async () => {
    const file = join(folder, 'pictures.parquet')
    await writeTestSet(file, { places: [[38.9, -9.1]], provenance: { synthetic: true } })
    const { hits } = run('search', file, '--row', '0', '--top-k', '2', '--json').json() as { hits: object[] }
    expect(hits).toHaveLength(2)
    for (const hit of hits) expect(hit).not.toHaveProperty('thumbnailUrl')
  })

  it('says L2 distance for --metric l2, in words, in JSON and in an export of what it found', async () => {
    const file = join(folder, 'l2.parquet')
    await writeTestSet(file, { places: [[38.9, -9.1]] })
    const words = ['search', file, '--row', '0', '--top-k', '2', '--metric', 'l2']
    expect(run(...words).stdout).toMatch(/^L2 distance \d+\.\d{4} +\d+\.\d\d % {2}row /)
    const found = run(...words, '--json')
    const { hits } = found.json() as { hits: { distance: number }[] }
    expect(hits[0]!.distance).toBeGreaterThan(0)
    expect(hits[0]).not.toHaveProperty('similarity')
    writeFileSync(join(folder, 'l2.json'), found.stdout)
    run('export', file, '--rows', 'l2.json', '--format', 'geojson', '--out', 'l2.geojson')
    const { features } = JSON.parse(readFileSync(join(folder, 'l2.geojson'), 'utf8'))
    expect(features.map((feature: { properties: object }) => feature.properties)).toMatchObject(
      hits.map(({ distance }) => ({ distance })),
    )
  })

  it('answers many queries of a file in one process, and checks each answer', async () => {
    const file = join(folder, 'many.parquet')
    await writeTestSet(file, {
      places: [
        [38.9, -9.1],
        [-17.8, 179.98],
      ],
    })
    writeFileSync(join(folder, 'queries.txt'), '0\n{"rows": [{"row": 1, "weight": 1}, {"row": 2, "weight": -0.5}]}\n')
    writeFileSync(join(folder, 'rows.txt'), '3 4 5 12')
    const words = ['--top-k', '3', '--rows', 'rows.txt', '--metric', 'whitened', '--exact', '--verify']
    const { answers } = run('search', file, '--queries', 'queries.txt', ...words, '--json').json() as {
      answers: { hits: { row: number; percentile: number }[] }[]
    }
    expect(answers).toMatchObject([
      { exact: true, compared: 4, check: { verified: true, missed: [] }, query: { rows: [{ row: 0, weight: 1 }] } },
      {
        query: {
          exact: true,
          metric: 'whitened',
          onlyRows: [3, 4, 5, 12],
          rows: [{ row: 1 }, { row: 2, weight: -0.5 }],
        },
      },
    ])
    for (const { hits } of answers) {
      expect(hits).toHaveLength(3)
      for (const hit of hits) expect([3, 4, 5, 12]).toContain(hit.row)
    }
    const text = run('search', file, '--row', '0', '--negative', '2:0.5', '--merge-overlapping', '--verify').stdout
    expect(text).toMatch(/every row compared, \d+ ms\nverified: all 16 rows were compared, none is missing/)
  })

  it('is cancelled by Ctrl+C with code 130 and leaves no output', async () => {
    const chips = Array.from({ length: 60 }, (_, index) => writeChip(`many-${index}.tif`, index + 1))
    const words = [
      'embed',
      ...chips,
      '--model',
      'rcf-64',
      '--unit',
      'reflectance-1e4',
      '--out',
      join(folder, 'cancelled'),
      '--json',
      '--batch',
      '1',
    ]
    const child = spawn(process.execPath, [program, ...words], { cwd: folder, env })
    let stdout = ''
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString()
    })
    child.stderr.once('data', () => child.kill('SIGINT'))
    const code = await new Promise((resolve) => child.once('exit', resolve))
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    const left = existsSync(join(folder, 'cancelled')) ? readdirSync(join(folder, 'cancelled')) : []
    expect(left).toEqual([])
  }, 60_000)
})

describe('serve', () => {
  it('prints its address, refuses strangers and ends with code 0 on Ctrl+C', async () => {
    const child = spawn(process.execPath, [program, 'serve', '--no-open', folder], { cwd: folder, env })
    const text = await new Promise<string>((resolve) =>
      child.stdout.once('data', (data: Buffer) => resolve(data.toString())),
    )
    const url = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(text)?.[0] ?? ''
    expect((await fetch(url)).status).toBe(200)
    expect((await fetch(new URL('/', url))).status).toBe(403)
    child.kill('SIGINT')
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
  })
})
