import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  bulkRoutes,
  type ColumnChoice,
  type EmbedReport,
  type EngineEvent,
  type ExportReport,
  type JobState,
  type SetSummary,
} from '../shared/contract.ts'
import { createEngine, type EngineHost } from './engine.ts'
import { writeTestSet } from './store/test-set.ts'

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))

let folder = ''
let host: EngineHost
let events: EngineEvent[] = []

/** Lisbon, the cell north of it, Berlin, and both sides of the antimeridian in Fiji. */
const places = [
  [38.9, -9.1],
  [38.99, -9.1],
  [52.5, 13.4],
  [-16.8, 179.97],
  [-16.8, -179.85],
] as const

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'))
  host = startEngine('electron')
  host.onEvent((event) => events.push(event))
  await writeTestSet(join(folder, 'planet.parquet'), {
    places,
    dates: ['20200219T112100', '20210301T000000'],
    provenance: { model: 'rcf', recipe: 'intended', geometry: 'true' },
    spoil(vectors, dimensions) {
      vectors[2 * dimensions] = Number.NaN
      vectors.fill(0, 5 * dimensions, 6 * dimensions)
    },
  })
})

afterAll(async () => {
  await host.dispose()
  await rm(folder, { recursive: true })
})

function startEngine(door: 'electron' | 'browser', folders: readonly string[] = []): EngineHost {
  return createEngine({ door, version: '1.2.3', userDataDir: join(folder, 'data'), resourcesDir: folder, folders })
}

async function endOf(engine: EngineHost, { jobId }: { jobId: string }): Promise<JobState> {
  for (;;) {
    const job = (await engine.engine.jobs({})).find((one) => one.jobId === jobId)!
    if (job.state !== 'running') return job
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** What a user reads of the end of an embedding or of its plan. */
function sentencesOf({ error, result }: JobState): string[] {
  const { warnings = [], failures = [] } = (result ?? {}) as Partial<EmbedReport>
  return [...(error ? [error.message] : []), ...warnings, ...failures.flatMap(({ reason, input }) => [reason, input])]
}

async function open(name: string, engine = host): Promise<SetSummary> {
  const job = await endOf(engine, await engine.engine.openSet({ path: join(folder, name) }))
  expect(job.error).toBeUndefined()
  return job.result as SetSummary
}

describe('opening a set', () => {
  it('tells what is in the file and that it is open', async () => {
    events = []
    const set = await open('planet.parquet')
    expect(set).toMatchObject({
      name: 'planet',
      product: 'major-tom',
      synthetic: false,
      count: 90,
      dimensions: 8,
      nanCount: 1,
      zeroCount: 1,
      cellCount: 5,
      dates: { first: '20200219T112100', last: '20210301T000000' },
      model: 'rcf',
      recipe: 'intended',
      hasThumbnails: false,
      geometryOrder: 'true',
    })
    expect(set.columns[1]).toEqual({ name: 'embedding', type: 'List<Float32>' })
    expect(set.warnings).toEqual([
      '1 row has NaN or infinity in the vector and will not be found by a search',
      '1 row has a vector of zeros and will not be found by a search',
    ])
    const states = events.flatMap((event) => (event.type === 'job' ? [event.job.state] : []))
    expect([states[0], states.at(-1)]).toEqual(['running', 'done'])
    expect(events.filter((event) => event.type === 'set-opened')).toHaveLength(1)
  })

  it('gives the same set again, and one job to all who ask at once', async () => {
    const first = await open('planet.parquet')
    const [a, b] = await Promise.all(
      ['x', 'y'].map(() => host.engine.openSet({ path: join(folder, 'planet.parquet') })),
    )
    expect(a).toEqual(b)
    expect(((await endOf(host, a!)).result as SetSummary).setId).toBe(first.setId)
    expect(await host.engine.openSets({})).toHaveLength(1)
  })

  it('remembers the file', async () => {
    await open('planet.parquet')
    const [recent] = await host.engine.recentFiles({})
    expect(recent).toMatchObject({ path: join(folder, 'planet.parquet'), name: 'planet', count: 90, missing: false })
  })

  it('closes it, and says so to whoever still asks', async () => {
    await writeTestSet(join(folder, 'other.parquet'), { places })
    const { setId } = await open('other.parquet')
    await host.engine.closeSet({ setId })
    expect(events.at(-1)).toEqual({ type: 'set-closed', setId })
    await expect(host.engine.row({ setId, row: 0 })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('bad files', () => {
  const expected = {
    'empty.parquet': /expected a file with content, got an empty one/,
    'truncated.parquet': /truncated/,
    'not-parquet.parquet': /expected Parquet, GeoTIFF/,
    'no-embedding.parquet': /expected a column "embedding"/,
    'unequal.parquet': /values in row \d+, expected \d+/,
    'damaged-page.parquet': /expected an intact Parquet file/,
    'no-rows.parquet': /expected rows with embeddings/,
    'does-not-exist.parquet': /nothing there/,
  }
  for (const [name, message] of Object.entries(expected)) {
    it(`${name} fails in one sentence that names it`, async () => {
      const path = new URL(`../../fixtures/geoparquet/${name}`, import.meta.url).pathname
      const failure = await host.engine
        .openSet({ path })
        .then((started) => endOf(host, started))
        .then(
          (job) => job.error!.message,
          (error: Error) => error.message,
        )
      expect(failure).toMatch(message)
      expect(failure).toContain(name)
      expect(failure).not.toMatch(/\n|\.$/)
    })
  }
})

describe('rows', () => {
  it('show every column in file order, the footprint and a summary of the vector', async () => {
    const { setId } = await open('planet.parquet')
    const row = await host.engine.row({ setId, row: 5 })
    expect(row).toMatchObject({ row: 5, uniqueId: 'id-5', gridCell: '433U_79L', fragmentRow: 1, fragmentCol: 2 })
    expect(row.columns.map(({ name }) => name).slice(0, 3)).toEqual(['unique_id', 'timestamp', 'product_id'])
    expect(row.columns.find(({ name }) => name === 'pixel_bbox')?.value).toBe('[342, 684, 726, 1068]')
    expect(row.columns.find(({ name }) => name === 'geometry')?.value).toMatch(/^POLYGON \(\(/)
    expect(row.columns.find(({ name }) => name === 'centre_lat')?.value).toMatch(/^38\.\d{1,7}$/)
    expect(row.footprint?.polygons[0]?.[0]).toHaveLength(5)
    expect(row.embedding).toMatchObject({ dimensions: 8, norm: 0 })
    await expect(host.engine.row({ setId, row: 90 })).rejects.toThrow(/row 90: expected a row below 90/)
  })

  it('of a place come fragment by fragment, then by date', async () => {
    const { setId } = await open('planet.parquet')
    const cell = await host.engine.cellRows({ setId, lat: 38.9, lon: -9.1 })
    expect(cell?.gridCell).toBe('433U_79L')
    expect(cell?.rows.slice(0, 3).map(({ row }) => row)).toEqual([0, 9, 1])
    expect(await host.engine.cellRows({ setId, gridCell: '433U_79L' })).toEqual(cell)
  })

  it('come from the nearest cell with rows, but not from far away', async () => {
    const { setId } = await open('planet.parquet')
    expect((await host.engine.cellRows({ setId, lat: 52.6, lon: 13.4 }))?.rows).toHaveLength(18)
    expect(await host.engine.cellRows({ setId, lat: 0, lon: 0 })).toBeUndefined()
    const across = await host.engine.cellRows({ setId, lat: -16.7, lon: -179.8, withinKm: 30 })
    expect(across?.rows[0]?.lon).toBeLessThan(0)
  })
})

describe('search', () => {
  it('never returns NaN, zero or example rows and sorts by similarity', async () => {
    const { setId } = await open('planet.parquet')
    const { hits, compared, exact } = await host.engine.search({ setId, rows: [{ row: 0, weight: 1 }], topK: 100 })
    expect({ compared, exact, count: hits.length }).toEqual({ compared: 87, exact: true, count: 87 })
    expect(hits.some(({ row }) => [0, 2, 5].includes(row))).toBe(false)
    expect(hits.every((hit, rank) => rank === 0 || hit.similarity! <= hits[rank - 1]!.similarity!)).toBe(true)
    const berlin = hits.find(({ row }) => row === 36 + 4)!
    expect(berlin.distanceKm).toBeGreaterThan(2275)
    expect(berlin.distanceKm).toBeLessThan(2295)
  })

  it('measures L2 as the distance of the vectors, least first', async () => {
    const { setId, dimensions } = await open('planet.parquet')
    const asked = { setId, rows: [{ row: 0, weight: 1 }], metric: 'l2' as const, topK: 100 }
    const { hits, metric } = await host.engine.search(asked)
    expect(metric).toBe('l2')
    const connection = await (await DuckDBInstance.create()).connect()
    const read =
      await connection.runAndReadAll(`with rows as (select unique_id, embedding::float[${dimensions}] as v, file_row_number as row
        from read_parquet('${join(folder, 'planet.parquet')}', file_row_number = true))
      select rows.unique_id, array_distance(rows.v, example.v)::double as distance
      from rows, (select v from rows where row = 0) example`)
    const distances = new Map(read.getRows() as [string, number][])
    expect(hits.length).toBe(87)
    for (const [rank, hit] of hits.entries()) {
      expect(hit.similarity).toBeUndefined()
      expect(hit.distance).toBeCloseTo(distances.get(hit.uniqueId!)!, 5)
      if (rank > 0) expect(hit.distance!).toBeGreaterThanOrEqual(hits[rank - 1]!.distance!)
    }
  })

  it('keeps to a box, also across 180 degrees, to dates, and to one row a cell', async () => {
    const { setId } = await open('planet.parquet')
    const rows = [{ row: 0, weight: 1 }]
    const fiji = await host.engine.search({ setId, rows, topK: 100, bbox: [179, -20, -179, -10] })
    expect(fiji.compared).toBe(36)
    const dated = await host.engine.search({ setId, rows, topK: 100, from: '2021-03-01', to: '2021-03-01' })
    expect(new Set(dated.hits.map(({ timestamp }) => timestamp))).toEqual(new Set(['20210301T000000']))
    const cells = await host.engine.search({ setId, rows, topK: 100, onePerCell: true })
    expect(new Set(cells.hits.map(({ gridCell }) => gridCell)).size).toBe(cells.hits.length)
    expect(cells.hits).toHaveLength(5)
  })

  it('answers the newest query and ends the one before it', async () => {
    const many = Array.from({ length: 300 }, (_, index) => [40 + (index % 20), Math.floor(index / 20)] as const)
    await writeTestSet(join(folder, 'large.parquet'), { places: many, dimensions: 1024 })
    const { setId } = await open('large.parquet')
    const older = expect(host.engine.search({ setId, rows: [{ row: 0, weight: 1 }] })).rejects.toMatchObject({
      code: 'cancelled',
    })
    const newer = await host.engine.search({ setId, rows: [{ row: 1, weight: 1 }], topK: 5 })
    await older
    expect(newer.hits).toHaveLength(5)
    await host.engine.closeSet({ setId })
  })

  it('says what is wrong with a query', async () => {
    const { setId } = await open('planet.parquet')
    await expect(host.engine.search({ setId })).rejects.toThrow(/example row or a query vector, got neither/)
    await expect(host.engine.search({ setId, rows: [{ row: 5, weight: 1 }] })).rejects.toThrow(/row 5 has a vector/)
    await expect(host.engine.search({ setId, rows: [{ row: 0, weight: 1 }], from: 'soon' })).rejects.toThrow(/"soon"/)
    await expect(host.engine.search({ setId, topK: 0 })).rejects.toThrow(/^search: field "topK"/)
  })
})

describe('the map', () => {
  it('is RGBA with a texel for every cell, served with an ETag', async () => {
    const { setId } = await open('planet.parquet')
    const map = await host.engine.setMap({ setId })
    const response = await host.handleBulk(new Request(`http://x${map.url}`))
    const rgba = new Uint8Array(await response.arrayBuffer())
    expect(rgba.byteLength).toBe(4 * map.width * map.height)
    expect(map).toMatchObject({ cellCount: 5, percentiles: [2, 98] })
    expect(map.ranges).toHaveLength(3)
    const etag = response.headers.get('etag')!
    const again = await host.handleBulk(new Request(`http://x${map.url}`, { headers: { 'if-none-match': etag } }))
    expect(again.status).toBe(304)
  })
})

describe('bulk paths', () => {
  it('that mean nothing answer 404, wrong methods 405', async () => {
    const status = async (path: string, init?: RequestInit) =>
      (await host.handleBulk(new Request(`http://x${path}`, init))).status
    expect(await status('/bulk/map/nobody')).toBe(404)
    expect(await status('/bulk/unknown/1')).toBe(404)
    expect(await status('/bulk')).toBe(404)
    expect(await status('/bulk/download/1')).toBe(404)
    expect(await status('/bulk/map/nobody', { method: 'POST' })).toBe(405)
    expect(await status('/bulk/drop/nobody?offset=0', { method: 'PUT', body: 'x' })).toBe(404)
  })
})

describe('the grid', () => {
  it('names the cell of a place and finds it again', async () => {
    const cell = await host.engine.locate({ lat: 38.9, lon: -9.1 })
    expect(cell).toMatchObject({ gridCell: '433U_79L', utmCrs: 'EPSG:32629' })
    expect(await host.engine.findCell({ gridCell: '433U_79L' })).toEqual(cell)
    expect(await host.engine.findCell({ gridCell: '9999U_0R' })).toBeUndefined()
  })
})

describe('the sample planet', () => {
  it('opens a table by the columns that were chosen, and the next with the same columns without asking', async () => {
    const names = ['two-vectors.parquet', 'two-more.parquet']
    for (const name of names) await copyFile(join(fixtures, 'products/two-vectors.parquet'), join(folder, name))
    const opened = async (name: string, columns?: ColumnChoice) => {
      const input = { path: join(folder, name), ...(columns === undefined ? {} : { columns }) }
      const job = await endOf(host, await host.engine.openSet(input))
      return job.state === 'done' ? (job.result as SetSummary) : job
    }
    expect(await opened(names[1]!)).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('expected a column "embedding" with one list of numbers a row') },
    })
    expect(await opened(names[0]!, { vectors: 'nowhere' })).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('expected a column "nowhere"') },
    })
    const choice = { vectors: 'image_side', lon: 'breite', lat: 'laenge' }
    const chosen = await opened(names[0]!, choice)
    expect(chosen).toMatchObject({ dimensions: 5, count: 4, extent: [8, 47, 11, 47] })
    expect(await opened(names[0]!)).toEqual(chosen)
    expect(await opened(names[1]!)).toMatchObject({ dimensions: 5, extent: [8, 47, 11, 47] })
    expect(await opened(names[1]!, { ...choice, vectors: 'text_side' })).toMatchObject({ dimensions: 3 })
  })

  it('that has not been made fails in a sentence with the remedy', async () => {
    await expect(host.engine.openSet({ path: 'sample-planet' })).rejects.toThrow(/make it with "ground-control sample"/)
    expect((await host.engine.status({})).samplePlanet).toMatchObject({ available: false, byteLength: 0 })
  })

  it('opens by its name once it is there', async () => {
    await writeTestSet(join(folder, 'sample', 'sample-planet.parquet'), { places, provenance: { synthetic: true } })
    const job = await endOf(host, await host.engine.openSet({ path: 'sample-planet' }))
    expect(job.result).toMatchObject({ name: 'sample-planet', synthetic: true })
  })
})

describe('the browser door', () => {
  let page: EngineHost
  beforeAll(async () => {
    await mkdir(join(folder, 'models'), { recursive: true })
    await copyFile(new URL('../../models/rcf-64.json', import.meta.url), join(folder, 'models/rcf-64.json'))
    page = startEngine('browser', [join(folder, 'named')])
  })
  afterAll(() => page.dispose())

  async function drop(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const { dropId, path } = await page.engine.announceDrop({ name, byteLength: bytes.byteLength })
    const middle = Math.floor(bytes.byteLength / 2)
    for (const [start, end] of [
      [0, middle],
      [middle, bytes.byteLength],
    ]) {
      const url = `http://x${bulkRoutes.drop(dropId, start!)}`
      const response = await page.handleBulk(new Request(url, { method: 'PUT', body: bytes.slice(start, end) }))
      expect(response.status).toBe(204)
    }
    return path
  }

  it('opens a dropped file, but does not remember it, and nothing by path that nobody named', async () => {
    await writeTestSet(join(folder, 'to-drop.parquet'), { places })
    const path = await drop('mine.parquet', new Uint8Array(await readFile(join(folder, 'to-drop.parquet'))))
    const job = await endOf(page, await page.engine.openSet({ path }))
    expect(job.result).toMatchObject({ name: 'mine', count: 45 })
    expect((await page.engine.recentFiles({})).map(({ name }) => name)).not.toContain('mine')
    expect(await page.engine.describeFiles({ paths: [path] })).toMatchObject([
      { product: 'major-tom', rows: 45, dimensions: 8 },
    ])
    const outside = join(folder, 'to-drop.parquet')
    const refused = [
      () => page.engine.openSet({ path: outside }),
      () => page.engine.describeFiles({ paths: [outside] }),
      () => page.engine.embed({ inputs: ['/etc/passwd'], model: 'rcf-64' }),
      () => page.engine.planEmbed({ inputs: [path], model: join(folder, 'x.onnx') }),
      () => page.engine.planEmbed({ inputs: [path], model: 'rcf-64', card: join(folder, 'x.json') }),
      () => page.engine.embed({ inputs: [path], model: 'rcf-64', out: join(folder, 'elsewhere') }),
      () => page.engine.listFolder({ path: '/' }),
    ]
    for (const call of refused) await expect(call()).rejects.toMatchObject({ code: 'not-permitted' })
  })

  it('offers an export as a download and refuses to write where a page says', async () => {
    const path = await drop('again.parquet', new Uint8Array(await readFile(join(folder, 'to-drop.parquet'))))
    const { setId } = (await endOf(page, await page.engine.openSet({ path }))).result as SetSummary
    const request = { setId, rows: [3, 1], format: 'csv' as const }
    const job = await endOf(page, await page.engine.exportRows(request))
    expect(job.title).toBe('Exporting again-selection.csv as CSV')
    const report = job.result as ExportReport
    const response = await page.handleBulk(new Request(`http://x${report.url}`))
    expect(response.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''again-selection.csv")
    const text = await response.text()
    expect(text.split('\r\n')[1]).toMatch(/^id-3,/)
    expect(text.length).toBe(report.byteLength)
    await expect(page.engine.exportRows({ ...request, path: '/tmp/x.csv' })).rejects.toMatchObject({
      code: 'not-permitted',
    })
  })

  const broken: Record<string, [fixture: string, sentence: RegExp]> = {
    'unequal.parquet': ['geoparquet/unequal.parquet', /^unequal\.parquet: .*values in row \d+/],
    'cut.tif': ['raster/broken-truncated.tif', /^cut\.tif: expected /],
    'text.jp2': ['geoparquet/not-parquet.parquet', /^text\.jp2: expected /],
    'text.png': ['geoparquet/not-parquet.parquet', /^text\.png: expected /],
  }
  for (const [name, [fixture, sentence]] of Object.entries(broken)) {
    it(`names a dropped ${name} by its own name, once, whichever call fails`, async () => {
      const bytes = new Uint8Array(await readFile(new URL(`../../fixtures/${fixture}`, import.meta.url)))
      const path = await drop(name, bytes)
      const ends = [
        await endOf(page, await page.engine.openSet({ path })),
        await endOf(page, await page.engine.planEmbed({ inputs: [path], model: 'rcf-64' })),
        await endOf(page, await page.engine.embed({ inputs: [path], model: 'rcf-64' })),
      ]
      const [description] = await page.engine.describeFiles({ paths: [path] })
      const sentences = [...description!.problems, ...ends.flatMap(sentencesOf)]
      expect(sentences.some((each) => sentence.test(each))).toBe(true)
      for (const each of sentences) {
        expect(each).not.toContain(folder)
        expect(each.split(name).length - 1, each).toBeLessThanOrEqual(1)
      }
    })
  }

  it('leaves no spooled file behind', async () => {
    const other = startEngine('browser')
    const { path } = await other.engine.announceDrop({ name: 'a.tif', byteLength: 100 })
    expect(existsSync(path)).toBe(true)
    await other.dispose()
    expect(existsSync(dirname(dirname(dirname(path))))).toBe(false)
  })
})

describe('thumbnails', () => {
  it('of a synthetic set are drawn from its world and marked as PNG', async () => {
    await writeTestSet(join(folder, 'synthetic.parquet'), { places, provenance: { synthetic: true } })
    const set = await open('synthetic.parquet')
    expect(set).toMatchObject({ synthetic: true, hasThumbnails: true })
    const { thumbnailUrl } = await host.engine.row({ setId: set.setId, row: 4 })
    const response = await host.handleBulk(new Request(`http://x${thumbnailUrl}`))
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect((await host.handleBulk(new Request(`http://x${bulkRoutes.thumbnail(set.setId, 999)}`))).status).toBe(404)
  })

  it('are not offered for sets without pictures', async () => {
    const { setId } = await open('planet.parquet')
    expect(await host.engine.row({ setId, row: 0 })).not.toHaveProperty('thumbnailUrl')
    expect((await host.handleBulk(new Request(`http://x${bulkRoutes.thumbnail(setId, 0)}`))).status).toBe(404)
  })
})

describe('models', () => {
  it('are read from the resources and the user folder, with whether they can run', async () => {
    await mkdir(join(folder, 'models'), { recursive: true })
    const card = new URL('../../models/mobilenet-v1.json', import.meta.url)
    await copyFile(card, join(folder, 'models', 'mobilenet-v1.json'))
    const [model] = await host.engine.models({})
    expect(model).toMatchObject({ id: 'mobilenet-v1', availability: 'missing', dimensions: 1024, fragmentSize: 224 })
    expect(model?.howToGet).toBeTruthy()
  })
})
