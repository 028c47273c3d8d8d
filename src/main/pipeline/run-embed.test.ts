import { copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Binary, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type EmbedReport, type EmbedRequest, embedRequest } from '../../shared/contract.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { openParquet } from '../geoparquet/open-parquet.ts'
import { loadParquetWasm } from '../geoparquet/parquet-wasm.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { readVectors } from '../geoparquet/read-vectors.ts'
import { encodeGeoTiff, type GeoTiffImage } from '../raster/encode-geotiff.ts'
import { encodePng } from '../raster/plain-image.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import type { EmbedInput } from './pipeline-calls.ts'
import { planEmbed } from './plan-embed.ts'
import { runEmbed } from './run-embed.ts'

const models = join(import.meta.dirname, '../../../fixtures/models')
const context = (): CallContext & { controller: AbortController } => {
  const controller = new AbortController()
  return { controller, signal: controller.signal, onProgress: () => {} }
}

let folder = ''
let out = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-embed-'))
  out = join(folder, 'out')
})
afterEach(() => rm(folder, { recursive: true }))

type Settings = Omit<EmbedRequest, 'model'> & { model?: string; modelFolders?: string[] }
function input({ modelFolders = [], ...settings }: Settings): EmbedInput {
  const parsed = embedRequest.parse({ model: join(models, 'tiny-rgb.json'), device: 'cpu', out, ...settings })
  return { request: { ...parsed, out: parsed.out ?? out }, context: { modelFolders, version: '1.2.3', threads: 1 } }
}

/** A GeoTIFF of reflectance; value of a pixel = base + 10 x row + col + 100 x band. */
async function writeTiff(name: string, size: number, change: Partial<GeoTiffImage> & { base?: number } = {}) {
  const { base = 500, ...rest } = change
  const pixels = Uint16Array.from({ length: 3 * size * size }, (_, i) => {
    const band = Math.floor(i / (size * size))
    return base + 100 * band + 10 * (Math.floor(i / size) % size) + (i % size)
  })
  const path = join(folder, name)
  await writeFile(
    path,
    encodeGeoTiff({
      ...{ width: size, height: size, pixels, crs: 'EPSG:32629', bandNames: ['B04', 'B03', 'B02'] },
      ...{ transform: [10, 0, 500_000, 0, -10, 4_300_000] },
      ...rest,
    }),
  )
  return path
}

async function writePicture(name: string, width: number, height: number, seed: number): Promise<string> {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + seed * 101) % 256)
  const path = join(folder, name)
  await writeFile(path, encodePng({ width, height, channels: 3, data }))
  return path
}

/** A Core part; each column has a value for each row. */
async function writeCore(path: string, columns: Readonly<Record<string, readonly Uint8Array[]>>): Promise<void> {
  const rows = Object.values(columns)[0]!.length
  const text = (values: readonly string[]) => vectorFromArray(values.slice(0, rows), new Utf8())
  const table = new Table({
    product_id: text(['S2A', 'S2B']),
    grid_cell: text(['433U_629L', '433U_628L']),
    product_datetime: text(['2020-02-19 11:21:11', '2020-02-20 11:21:11']),
    ...Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, vectorFromArray(values, new Binary())]),
    ),
  })
  const wasm = loadParquetWasm()
  await writeFile(path, wasm.writeParquet(wasm.Table.fromIPCStream(tableToIPC(table, 'stream'))))
}

/** One band of 40 px that is not from a product whose name tells its unit. */
function somePixels(): Uint16Array {
  return Uint16Array.from({ length: 40 * 40 }, (_, i) => 300 + ((i * 31) % 2000))
}

async function rowsOf(path: string) {
  const source = await openFileSource(path)
  const file = await openParquet(source)
  const columns = await readColumns(file, [
    'unique_id',
    'product_id',
    'grid_cell',
    'pixel_bbox',
    'timestamp',
    'utm_crs',
    'utm_footprint',
  ])
  const { vectors, dimensions } = await readVectors(file)
  await source.close()
  return { columns, vectors, dimensions, provenance: file.groundControl, count: file.rowCount }
}

describe('runEmbed', () => {
  it('writes one row a fragment with geometry, sorted, and says how in the file', async () => {
    const tiff = await writeTiff('S2A_scene.tif', 40)
    const report = await runEmbed(input({ inputs: [tiff], timestamp: '20240531T100000' }), context())
    expect(report).toMatchObject({
      rows: 9,
      cells: 1,
      failures: [],
      provider: 'cpu',
      model: 'tiny-rgb',
      recipe: 'intended',
    })
    expect(report.files).toEqual([join(out, 'images.parquet')])
    const { columns, dimensions, provenance } = await rowsOf(join(out, 'images.parquet'))
    expect(dimensions).toBe(12)
    expect(columns['pixel_bbox']?.[1]).toEqual([0, 12, 16, 28])
    expect(columns['utm_crs']?.[0]).toBe('EPSG:32629')
    expect(columns['timestamp']?.[0]).toBe('20240531T100000')
    expect(provenance).toMatchObject({
      ...{ appVersion: '1.2.3', model: 'tiny-rgb', recipe: 'intended', bands: ['B04', 'B03', 'B02'] },
      ...{ inputUnit: 'reflectance-1e4', radiometricOffset: 0, geometry: 'true', sourceFiles: ['S2A_scene.tif'] },
    })
  })

  it('embeds an image that does not fit into memory window by window, to the same file', async () => {
    // beyond what the card clips on both sides, and nodata in the corner
    const pixels = Uint16Array.from({ length: 3 * 90 * 90 }, (_, i) =>
      i % 90 < 20 && i % 8100 < 900 ? 0 : (i * 97) % 14_000,
    )
    const tiff = await writeTiff('large.tif', 90, { pixels, nodata: 0, tileSize: 16 })
    const whole = await runEmbed(input({ inputs: [tiff], out: join(folder, 'whole') }), context())
    for (const windowBytes of [1, 20 * 90 * 3 * 8, 45 * 90 * 3 * 8]) {
      const small = input({ inputs: [tiff] })
      const report = await runEmbed({ ...small, context: { ...small.context, windowBytes } }, context())
      expect(report).toMatchObject({ rows: 36, clipped: whole.clipped, failures: [] })
      expect(await rowsOf(report.files[0]!)).toEqual(await rowsOf(whole.files[0]!))
    }
    expect(whole.clipped[0]?.nodata).toBeCloseTo(200 / 8100, 12)
  })

  it('embeds a large image in pieces, several chunks of them, to the same file and with the same counts', async () => {
    const pixels = Uint16Array.from({ length: 3 * 90 * 90 }, (_, i) =>
      i % 90 < 20 && i % 8100 < 900 ? 0 : (i * 97) % 14_000,
    )
    const tiff = await writeTiff('large.tif', 90, { pixels, nodata: 0, tileSize: 16 })
    const whole = await runEmbed(input({ inputs: [tiff], out: join(folder, 'whole') }), context())
    const small = input({ inputs: [tiff] })
    const pieces = { ...small.context, windowBytes: 45 * 90 * 3 * 8, chunkFragments: 7 }
    const seen: string[] = []
    const onProgress = ({ done, total }: { done: number; total?: number | undefined }) => seen.push(`${done}/${total}`)
    const report = await runEmbed({ ...small, context: pieces }, { ...context(), onProgress })
    expect(report).toMatchObject({ rows: 36, clipped: whole.clipped, warnings: whole.warnings })
    expect(seen.at(-1)).toBe('36/36')
    expect(await rowsOf(report.files[0]!)).toEqual(await rowsOf(whole.files[0]!))
  })

  it.each([512, 6])(
    'writes no row of an image that turns out to be damaged half-way, and all rows of the others: chunks of %i',
    async (chunkFragments) => {
      const [good, bad] = [await writeTiff('good.tif', 90), await writeTiff('bad.tif', 90, { tileSize: 16 })]
      const bytes = await readFile(bad)
      // not cut: a file that ends early is known to when it is listed
      await writeFile(bad, bytes.fill(0xff, bytes.length - 2000))
      const small = input({ inputs: [bad, good], unit: 'reflectance-1e4', radiometricOffset: 0 })
      const report = await runEmbed(
        { ...small, context: { ...small.context, windowBytes: 1, chunkFragments } },
        context(),
      )
      expect(report.failures).toEqual([
        {
          input: 'bad.tif',
          reason: expect.stringMatching(/bad\.tif: expected pixels .* is damaged, copy it again/),
        },
      ])
      expect(report.rows).toBe(36)
      const { columns } = await rowsOf(report.files[0]!)
      expect(new Set(columns['product_id'])).toEqual(new Set(['good']))
    },
  )

  it('gives footprints where the pixels are, or in the published order', async () => {
    const tiff = await writeTiff('a.tif', 40)
    const places: unknown[] = []
    for (const geometry of ['true', 'as-released'] as const) {
      await runEmbed(input({ inputs: [tiff], geometry }), context())
      const { columns, provenance } = await rowsOf(join(out, 'images.parquet'))
      expect(provenance?.geometry).toBe(geometry)
      places.push(columns['utm_footprint'])
    }
    const [right, released] = places as [string[], string[]]
    // rows are fragment row-major, three in a row: the published order is the transposed one
    expect(released).toEqual([0, 3, 6, 1, 4, 7, 2, 5, 8].map((row) => right[row]))
    expect(new Set(right).size).toBe(9)
  })

  it('embeds pictures without a place, in the order of their names', async () => {
    const inputs = [await writePicture('b.png', 16, 16, 2), await writePicture('a.png', 16, 16, 1)]
    const report = await runEmbed(input({ inputs, unit: '0-1' }), context())
    expect(report.rows).toBe(2)
    const { columns, vectors } = await rowsOf(join(out, 'images.parquet'))
    expect(columns['product_id']).toEqual(['a', 'b'])
    expect(columns['grid_cell']).toEqual([null, null])
    expect(vectors.slice(0, 12)).not.toEqual(vectors.slice(12))
  })

  it('gives the same vectors whatever the batch size', async () => {
    const tiff = await writeTiff('a.tif', 50)
    await runEmbed(input({ inputs: [tiff], batchSize: 1 }), context())
    const one = await rowsOf(join(out, 'images.parquet'))
    await runEmbed(input({ inputs: [tiff], batchSize: 7 }), context())
    expect((await rowsOf(join(out, 'images.parquet'))).vectors).toEqual(one.vectors)
  })

  it('tells a bad image by name and embeds the others', async () => {
    const good = await writeTiff('good.tif', 20)
    const small = await writeTiff('small.tif', 10)
    const broken = join(folder, 'broken.tif')
    await writeFile(broken, (await readFile(good)).subarray(0, 200))
    const report = await runEmbed(input({ inputs: [good, small, broken] }), context())
    expect(report.rows).toBe(4)
    expect(report.failures.map((failure) => failure.reason)).toEqual([
      expect.stringContaining('broken.tif'),
      expect.stringMatching(/small\.tif: expected at least 16 x 16 px for model tiny-rgb, got 10 x 10/),
    ])
  })

  it('fails a Core row by cell and band and writes the others, in the order of their cells', async () => {
    const part = join(import.meta.dirname, '../../../fixtures/scenes/core/part_00001.parquet')
    const report = await runEmbed(input({ inputs: [part] }), context())
    expect(report.files).toEqual([join(out, 'part_00001.parquet')])
    expect(report.failures).toEqual([
      {
        input: expect.any(String),
        reason: expect.stringMatching(/part_00001\.parquet 435U_627L: expected a GeoTIFF in band B04/),
      },
    ])
    const { columns, provenance } = await rowsOf(report.files[0]!)
    expect(report.rows).toBe(columns['grid_cell']?.length)
    expect([...new Set(columns['grid_cell'])]).toEqual(['433U_629L', '434U_628L'])
    expect(provenance?.other?.['result']).toMatchObject({ failures: report.failures })
    const sidecar = join(out, 'part_00001.report.json')
    expect(JSON.parse(await readFile(sidecar, 'utf8'))).toEqual({
      rows: report.rows,
      failures: report.failures,
      skipped: [],
    })
  })

  it('adds the shares of cloud and nodata of each fragment when asked', async () => {
    // clouds in columns 0 to 9 (thick) and 26 to 28 (thin), shadow in 10 to 12, unknown from 30; no data from row 30
    const classAt = (col: number) => (col < 10 ? 1 : col < 13 ? 3 : col >= 30 ? 255 : col >= 26 && col <= 28 ? 2 : 0)
    const size = { width: 40, height: 40, crs: 'EPSG:32629', transform: [10, 0, 500_000, 0, -10, 4_300_000] } as const
    const cloudMask = encodeGeoTiff({ ...size, pixels: Uint8Array.from({ length: 1600 }, (_, i) => classAt(i % 40)) })
    const pixels = Uint16Array.from({ length: 1600 }, (_, i) => (i < 1200 ? 900 + i : 0))
    const band = encodeGeoTiff({ ...size, pixels, nodata: 0 })
    const part = join(folder, 'part_00001.parquet')
    await writeCore(part, { B02: [band], B03: [band], B04: [band], cloud_mask: [cloudMask] })
    const columnsOf = async (path: string) => {
      const source = await openFileSource(path)
      const file = await openParquet(source)
      const names = file.columns.map(({ name }) => name)
      const columns = await readColumns(file, names.slice(13))
      await source.close()
      return columns
    }
    const report = await runEmbed(input({ inputs: [part], fractions: true, radiometricOffset: 0 }), context())
    const { cloud_fraction, nodata_fraction } = await columnsOf(report.files[0]!)
    const [left, middle, right] = [10 / 16, 2 / 16, 3 / 6]
    expect(cloud_fraction).toEqual([left, middle, right, left, middle, right, left, middle, right])
    expect(nodata_fraction).toEqual([0, 0, 0, 0, 0, 0, 10 / 16, 10 / 16, 10 / 16])
    const plain = await runEmbed(input({ inputs: [part], radiometricOffset: 0, resume: true }), context())
    expect(await columnsOf(plain.files[0]!)).toEqual({})
  })

  it('refuses to write a part over the Core file that it comes from', async () => {
    const part = join(folder, 'part_00001.parquet')
    await copyFile(join(import.meta.dirname, '../../../fixtures/scenes/core/part_00001.parquet'), part)
    const before = await readFile(part)
    for (const start of [runEmbed, planEmbed]) {
      await expect(start(input({ inputs: [part], out: folder }), context())).rejects.toThrow('got the input itself')
    }
    expect(await readFile(part)).toEqual(before)
  })

  it('writes dates as the standard does, however they were told', async () => {
    const tiff = await writeTiff('a.tif', 20)
    const report = await runEmbed(input({ inputs: [tiff], timestamp: '2024-05-31T10:00:00Z' }), context())
    expect((await rowsOf(report.files[0]!)).columns['timestamp']?.[0]).toBe('20240531T100000')
  })

  it('embeds the bands that there are with the built-in model', async () => {
    const pixels = Uint16Array.from({ length: 4 * 230 * 230 }, (_, i) => 300 + ((i * 7) % 2000))
    const bandNames = ['B02', 'B03', 'B04', 'B08']
    const tiff = await writeTiff('four.tif', 230, { pixels, bandNames })
    const model = { model: 'rcf-64', modelFolders: [join(models, '../../models')] }
    const report = await runEmbed(input({ inputs: [tiff], ...model }), context())
    expect(report).toMatchObject({ rows: 4, model: 'rcf-64', failures: [] })
    const chosen = await runEmbed(input({ inputs: [tiff], ...model, bands: ['B08', 'B03', 'B02', 'B04'] }), context())
    const { provenance, dimensions } = await rowsOf(chosen.files[0]!)
    expect([dimensions, provenance?.bands]).toEqual([64, ['B08', 'B03', 'B02', 'B04']])
  })

  it('takes small pictures of different sizes as they are where the network takes any size', async () => {
    const sizes = [64, 230, 64, 100]
    const inputs = await Promise.all(sizes.map((size, i) => writePicture(`p${i}.png`, size, size, i)))
    const builtIn = { model: 'rcf-64', modelFolders: [join(models, '../../models')] }
    const report = await runEmbed(input({ inputs, ...builtIn }), context())
    expect(report).toMatchObject({ rows: 1 + 4 + 1 + 1, failures: [] })
    const alone = await runEmbed(
      input({ inputs: inputs.slice(2, 3), ...builtIn, out: join(folder, 'alone') }),
      context(),
    )
    const [together, single] = [await rowsOf(report.files[0]!), await rowsOf(alone.files[0]!)]
    const row = together.columns['product_id']!.indexOf('p2')
    for (let d = 0; d < 64; d++) {
      expect(Math.abs(together.vectors[row * 64 + d]! - single.vectors[d]!)).toBeLessThan(1e-5)
    }
  })

  it('counts clipped and nodata pixels and warns of mixed offsets', async () => {
    const bright = await writeTiff('bright.tif', 16, { base: 12_000 })
    const dark = await writeTiff('dark.tif', 16, { base: 950 })
    const report = await runEmbed(input({ inputs: [bright, dark] }), context())
    expect(report.clipped.map(({ band, high }) => [band, high])).toEqual([
      ['B04', 0.5],
      ['B03', 0.5],
      ['B02', 0.5],
    ])
    expect(report.warnings.join()).toMatch(/differ in radiometric offset \(0 for 1, -1000 for 1\)/)
    const { provenance } = await rowsOf(join(out, 'images.parquet'))
    expect(provenance?.radiometricOffset).toBe('mixed')
  })

  it('says so when the unit leaves hardly a pixel unclipped', async () => {
    const tiff = await writeTiff('scene.tif', 16, { base: 800 })
    const report = await runEmbed(input({ inputs: [tiff], unit: '0-1' }), context())
    expect(report.warnings).toContain(
      'most pixels are clipped (B04 100 %, B03 100 %, B02 100 %): check that unit and radiometric offset fit these images',
    )
  })

  it('refuses an unknown recipe, an input without images and a file in place of the folder', async () => {
    const tiff = await writeTiff('a.tif', 20)
    await expect(runEmbed(input({ inputs: [tiff], recipe: 'released' }), context())).rejects.toThrow(
      'model tiny-rgb: expected one of the recipes intended, got "released"',
    )
    await mkdir(join(folder, 'empty'))
    await expect(runEmbed(input({ inputs: [join(folder, 'empty')] }), context())).rejects.toThrow(
      /empty: expected images/,
    )
    await expect(runEmbed(input({ inputs: [tiff], out: join(tiff, 'out') }), context())).rejects.toMatchObject({
      message: expect.stringMatching(/a\.tif\/out: expected .*got a file where a folder must be/),
    })
  })

  it('refuses a folder that may not be written, before it reads anything', async (test) => {
    const isRoot = process.getuid?.() === 0
    if (isRoot && process.platform !== 'linux') test.skip('root may write everywhere')
    // not even root creates files in sysfs
    const closed = isRoot ? '/sys/kernel' : out
    if (!isRoot) await mkdir(out, { mode: 0o555 })
    await expect(runEmbed(input({ inputs: ['nowhere.tif'], out: closed }), context())).rejects.toMatchObject({
      code: 'not-permitted',
      message: expect.stringContaining(closed),
    })
  })

  it('leaves no unfinished output when it is cancelled or the disk is full', async () => {
    const tiff = await writeTiff('a.tif', 60)
    const cancelled = context()
    const stop = { ...cancelled, onProgress: () => cancelled.controller.abort() }
    await expect(runEmbed(input({ inputs: [tiff], batchSize: 1 }), stop)).rejects.toMatchObject({ name: 'AbortError' })
    expect(await readdir(out)).toEqual([])

    const probe = await open(join(folder, 'probe'), 'w')
    const writes = vi.spyOn(Object.getPrototypeOf(probe), 'writeFile')
    await probe.close()
    writes.mockRejectedValue(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }))
    await expect(runEmbed(input({ inputs: [tiff] }), context())).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/images\.parquet: expected room to write, got a full disk/),
    })
    writes.mockRestore()
    expect(await readdir(out)).toEqual(['images.parquet.spool'])
  })

  it('goes on after a full disk with what was embedded, and the sentence says so', async () => {
    const inputs = await Promise.all([1, 2, 3].map((seed) => writePicture(`p${seed}.png`, 40, 40, seed)))
    const request = { inputs, unit: '0-1' as const }
    const whole = await runEmbed(input({ ...request, out: join(folder, 'whole') }), context())
    const probe = await open(join(folder, 'probe'), 'w')
    await probe.close()
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    let ends = 0
    const write = Object.getPrototypeOf(probe).write as (...args: unknown[]) => unknown
    const failing = vi.spyOn(Object.getPrototypeOf(probe), 'write').mockImplementation(function (
      this: unknown,
      ...args: unknown[]
    ) {
      if (ends >= 2) throw full
      if (args[0] instanceof Uint8Array && Buffer.from(args[0]).includes('"type":"end"')) ends++
      return write.apply(this, args)
    })
    const small = input(request)
    const chunked = { ...small, context: { ...small.context, chunkFragments: 9 } }
    await expect(runEmbed(chunked, context())).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(
        /spool: expected room .*; 18 embedded fragments are kept in .*; resume the run to go on/,
      ),
    })
    failing.mockRestore()
    const resumed = { ...chunked, request: { ...chunked.request, resume: true } }
    const report = await runEmbed(resumed, context())
    expect(report.skipped).toEqual([
      { input: 'images.parquet', reason: '2 of 3 images done in an interrupted run, kept' },
    ])
    expect(report).toMatchObject({ rows: whole.rows, clipped: whole.clipped })
    expect(await readdir(out)).toEqual(['images.parquet'])
    expect(await rowsOf(report.files[0]!)).toEqual(await rowsOf(whole.files[0]!))
  })

  it('keeps a finished part on resume, and makes it again when the run differs', async () => {
    const tiff = await writeTiff('a.tif', 40)
    const first = await runEmbed(input({ inputs: [tiff], resume: true }), context())
    const before = await readFile(first.files[0]!)
    const kept = await runEmbed(input({ inputs: [tiff], resume: true }), context())
    expect(kept).toMatchObject({
      rows: 9,
      cells: 1,
      skipped: [{ reason: expect.stringMatching(/finished in an earlier run/) }],
    })
    expect(await readFile(first.files[0]!)).toEqual(before)
    const other = await runEmbed(input({ inputs: [tiff], resume: true, geometry: 'as-released' }), context())
    expect(other.skipped).toEqual([])
    await writeFile(first.files[0]!, before.subarray(0, 900))
    expect((await runEmbed(input({ inputs: [tiff], resume: true }), context())).skipped).toEqual([])
  })

  it('removes the temporary file that a killed run left', async () => {
    const tiff = await writeTiff('a.tif', 20)
    await mkdir(out)
    for (const name of ['images.parquet.0123abcd.part', 'notes.part']) await writeFile(join(out, name), 'torn')
    await runEmbed(input({ inputs: [tiff] }), context())
    expect((await readdir(out)).sort()).toEqual(['images.parquet', 'notes.part'])
  })

  it('shares loose images among shards', async () => {
    const inputs = await Promise.all([1, 2, 3].map((seed) => writePicture(`p${seed}.png`, 16, 16, seed)))
    const reports: EmbedReport[] = []
    for (const index of [1, 2]) {
      reports.push(await runEmbed(input({ inputs, unit: '0-1', shard: { index, count: 2 } }), context()))
    }
    expect(reports.map((report) => report.rows)).toEqual([1, 2])
    expect((await readdir(out)).sort()).toEqual(['images-1-of-2.parquet', 'images-2-of-2.parquet'])
  })

  it.each([
    ['half of its bytes', 0.5],
    ['its last pixels', 0.05],
  ])('embeds the other rows of a Core part where a band lacks %s, and names cell and band', async (_, lack) => {
    const tiff = await readFile(
      await writeTiff('band.tif', 40, { pixels: somePixels(), bandNames: ['B02'], tileSize: 16 }),
    )
    const cut = tiff.subarray(0, tiff.length * (1 - lack))
    const part = join(folder, 'part.parquet')
    await writeCore(part, { B02: [tiff, tiff], B03: [cut, tiff], B04: [tiff, tiff] })
    const reason =
      /part\.parquet 433U_629L band B03: expected pixels up to byte \d+, the file ends at byte \d+; it is trunc/
    const plan = await planEmbed(input({ inputs: [part] }), context())
    expect(plan).toMatchObject({ images: 2, warnings: [expect.stringMatching(reason)] })
    const report = await runEmbed(input({ inputs: [part] }), context())
    expect(report).toMatchObject({
      ...{ rows: 9, cells: 1 },
      failures: [{ input: 'part.parquet 433U_629L', reason: expect.stringMatching(reason) }],
    })
  })

  it('tells of a cut band in a dry run without the model', async () => {
    const tiff = await readFile(await writeTiff('band.tif', 40, { pixels: somePixels(), bandNames: ['B02'] }))
    const part = join(folder, 'part.parquet')
    await writeCore(part, { B02: [tiff], B03: [tiff.subarray(0, -200)], B04: [tiff] })
    const card = JSON.parse(await readFile(join(models, 'tiny-rgb.json'), 'utf8'))
    const model = join(folder, 'card.json')
    await writeFile(model, JSON.stringify({ ...card, onnx: { kind: 'file', file: 'elsewhere.onnx' } }))
    const { warnings } = await planEmbed(input({ inputs: [part], model }), context())
    expect(warnings.join()).toMatch(/433U_629L band B03: expected pixels up to byte/)
  })

  it('fails an image by name when the network gives NaN for it', async () => {
    const inputs = [await writeTiff('plain.tif', 20)]
    const model = join(models, 'tiny-log.json')
    const report = await runEmbed(input({ inputs, model }), context())
    expect(report).toMatchObject({ rows: 0, files: [] })
    expect(report.failures[0]?.reason).toMatch(/plain\.tif: expected finite values from the model, got NaN or infinity/)
  })
})

describe('planEmbed', () => {
  it('counts, measures and shows what it takes the input for', async () => {
    const tiff = await writeTiff('S2A_scene.tif', 40)
    const plan = await planEmbed(input({ inputs: [tiff] }), context())
    expect(plan).toMatchObject({
      ...{ images: 1, cells: 1, fragments: 9, provider: 'cpu', outputFiles: [join(out, 'images.parquet')] },
      inputs: [
        { file: tiff, kind: 'geotiff', unit: 'reflectance-1e4', unitSource: 'product-id', radiometricOffset: 0 },
      ],
    })
    expect(plan.estimatedSeconds).toBeGreaterThan(0)
    expect(await readdir(folder)).not.toContain('out')
  })

  it('tells of a truncated file from the listing, and promises nothing of it', async () => {
    const whole = await writeTiff('S2A_scene.tif', 40)
    const cut = join(folder, 'cut.tif')
    await writeFile(cut, (await readFile(whole)).subarray(0, -100))
    const plan = await planEmbed(input({ inputs: [whole, cut] }), context())
    expect(plan).toMatchObject({ images: 1, fragments: 9 })
    expect(plan.warnings).toEqual([expect.stringMatching(/cut\.tif: expected pixels up to .* it is truncated/)])
    await expect(planEmbed(input({ inputs: [cut] }), context())).rejects.toThrow(/it is truncated, copy it again/)
  })

  it('says why the time is not measured when no image of the batch can be read', async () => {
    const path = await writeTiff('S2A_damaged.tif', 40)
    const bytes = await readFile(path)
    await writeFile(path, bytes.fill(0xff, bytes.length - 1000))
    const plan = await planEmbed(input({ inputs: [path], unit: 'reflectance-1e4', radiometricOffset: 0 }), context())
    expect(plan.estimatedSeconds).toBeUndefined()
    expect(plan.warnings.join()).toMatch(/S2A_damaged\.tif: expected pixels .*the time is not measured/)
  })

  it('works without the weights and says where they would be', async () => {
    const card = JSON.parse(await readFile(join(models, 'tiny-rgb.json'), 'utf8'))
    const path = join(folder, 'card.json')
    await writeFile(path, JSON.stringify({ ...card, onnx: { kind: 'file', file: 'elsewhere.onnx' } }))
    const plan = await planEmbed(input({ inputs: [await writeTiff('a.tif', 40)], model: path }), context())
    expect(plan.estimatedSeconds).toBeUndefined()
    expect(plan.warnings.join()).toMatch(/expected elsewhere\.onnx in .*got no such file/)
  })
})
