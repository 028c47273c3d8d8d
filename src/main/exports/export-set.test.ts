import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ByteSource, openFileSource } from '../bytes/byte-source.ts'
import { openParquet } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { readVectors } from '../geoparquet/read-vectors.ts'
import type { EmbeddingSet } from '../store/embedding-set.ts'
import { readSet } from '../store/read-set.ts'
import { writeTestSet } from '../store/test-set.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import type { ParsedExportRequest } from './export-request.ts'
import { exportSet } from './export-set.ts'
import { sourceRecord } from './source-record.ts'

let folder = ''
let set: EmbeddingSet
const query = { setId: 'eaa27d5e', rows: [{ row: 4, weight: 1 }], metric: 'cosine', topK: 3, from: '2020-02-19' }
const recorded = {
  examples: [
    {
      unique_id: 'id-4',
      grid_cell: '433U_79L',
      product_id: 'S2_433U_79L',
      timestamp: '20200219T112100',
      fragment_row: 1,
      fragment_col: 1,
      row: 4,
      weight: 1,
    },
  ],
  metric: 'cosine',
  measure: 'cosine similarity, higher is more alike',
  top_k: 3,
  filters: { from: '2020-02-19', one_per_cell: false, exclude_examples: true },
}
const context = (signal = new AbortController().signal): CallContext => ({ signal, onProgress: () => {} })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-'))
  await writeTestSet(join(folder, 'planet.parquet'), {
    places: [
      [38.9, -9.1],
      [52.5, 13.4],
    ],
    provenance: { model: 'rcf', recipe: 'intended', geometry: 'true', synthetic: true },
  })
  set = await readSet(join(folder, 'planet.parquet'), context())
})
afterAll(async () => {
  await set.source.close()
  await rm(folder, { recursive: true })
})

async function exported(
  name: string,
  format: ParsedExportRequest['format'],
  parts: Partial<Omit<ParsedExportRequest, 'path'>> = {},
) {
  const path = join(folder, 'out', name)
  const request = { setId: 's', format, query, path, rows: [17, 2, 9], similarity: [0.9, 0.5, 0.25], ...parts }
  return exportSet(set, { request, appVersion: '1.2.3' }, context())
}

describe('GeoParquet export', () => {
  it('keeps the standard columns, the order of the rows and adds similarity and the query', async () => {
    const report = await exported('rows.parquet', 'geoparquet')
    const source = await openFileSource(report.path)
    const file = await openParquet(source)
    const original = await readColumns(set.file, ['unique_id', 'geometry', 'utm_footprint', 'grid_row_u', 'pixel_bbox'])
    const written = await readColumns(file, [...Object.keys(original), 'similarity'])
    for (const name of Object.keys(original)) {
      expect(written[name]).toEqual([17, 2, 9].map((row) => original[name]![row]))
    }
    expect(written['similarity']).toEqual([0.9, 0.5, 0.25])
    expect(file.columns.map(({ name }) => name)).toEqual([...set.file.columns.map(({ name }) => name), 'similarity'])
    const { vectors, dimensions } = await readVectors(file)
    expect([...vectors.subarray(0, dimensions)]).toEqual([...set.table.vectors.subarray(17 * 8, 18 * 8)])
    expect(file.groundControl).toMatchObject({
      appVersion: '1.2.3',
      model: 'rcf',
      synthetic: true,
      geometry: 'true',
      sourceFiles: ['planet.parquet'],
      query: recorded,
      source: { name: 'planet.parquet', rows: 18 },
    })
    expect(file.geo?.bbox?.[0]).toBeLessThan(-9)
    expect(report).toEqual({ path: report.path, rows: 3, byteLength: source.byteLength })
    await source.close()
  })

  it('loses no column that the file has beyond the standard, and keeps their kinds', async () => {
    const connection = await (await DuckDBInstance.create()).connect()
    const source = join(folder, 'with-extras.parquet')
    await connection.run(`copy (select *, (row_number() over ())::bigint as tile_number, 0.25::double as cloud,
      grid_row_u > 450 as is_north, 'label ' || grid_row_u as label, [1, 2] as parts, 'ab'::blob as quicklook,
      date '2020-02-19' as day, null::varchar as remark, 0.1::double as similarity
      from '${join(folder, 'planet.parquet')}') to '${source}'`)
    const extended = await readSet(source, context())
    const path = join(folder, 'out', 'extras.parquet')
    const request = { setId: 's', format: 'geoparquet' as const, path, rows: [17, 2], similarity: [0.9, 0.5] }
    await exportSet(extended, { request, appVersion: '1' }, context())
    await extended.source.close()
    const read = async (where: string) =>
      (
        await connection.runAndReadAll(`select unique_id, tile_number, cloud, is_north, label, quicklook::varchar as quicklook,
          day::varchar as day, remark, ${where}`)
      ).getRowObjectsJson()
    const written = await read(`similarity, source_similarity, parts from '${path}'`)
    const expected = await read(
      `case unique_id when 'id-17' then 0.9::double else 0.5::double end as similarity, 0.1::double as source_similarity, '[1,2]' as parts
       from '${source}' where unique_id in ('id-17', 'id-2') order by unique_id`,
    )
    expect(written).toEqual(expected)
    const types = await connection.runAndReadAll(`select column_name, column_type from (describe from '${path}')`)
    expect(Object.fromEntries(types.getRows())).toMatchObject({
      tile_number: 'BIGINT',
      cloud: 'DOUBLE',
      is_north: 'BOOLEAN',
      label: 'VARCHAR',
      quicklook: 'BLOB',
    })
  })

  it('writes all rows when none are named', async () => {
    const path = join(folder, 'out', 'all.parquet')
    const report = await exportSet(
      set,
      { request: { setId: 's', format: 'geoparquet', path }, appVersion: '1' },
      context(),
    )
    expect(report.rows).toBe(18)
  })
})

describe('GeoJSON export', () => {
  it('has one polygon a row, counterclockwise, all attributes, and the query as a foreign member', async () => {
    const { path } = await exported('rows.geojson', 'geojson')
    const json = JSON.parse(await readFile(path, 'utf8'))
    expect(json.ground_control).toMatchObject({ query: recorded, model: 'rcf', synthetic: true })
    expect(json.features).toHaveLength(3)
    const [first] = json.features
    expect(first.properties).toMatchObject({ unique_id: 'id-17', similarity: 0.9, pixel_bbox: [684, 684, 1068, 1068] })
    expect(first.properties).not.toHaveProperty('embedding')
    expect(first.geometry.type).toBe('Polygon')
    const ring = first.geometry.coordinates[0] as [number, number][]
    const area = ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0] * y - x * ring[i]![1], 0)
    expect(area).toBeGreaterThan(0)
  })
})

describe('CSV export', () => {
  it('is RFC 4180 with the query in a column of its own, the same in every row', async () => {
    const { path } = await exported('rows.csv', 'csv')
    const lines = (await readFile(path, 'utf8')).split('\r\n')
    expect(lines).toHaveLength(5)
    expect(lines[0]).toBe(
      'unique_id,timestamp,product_id,grid_cell,grid_row_u,grid_col_r,centre_lat,centre_lon,utm_footprint,utm_crs,pixel_bbox,similarity,geometry_wkt,ground_control',
    )
    expect(lines[1]).toMatch(/^id-17,20200219T112100,S2_\w+,\w+,\d+,\d+,52\.\d+,13\.\d+,"POLYGON \(\(/)
    const connection = await (await DuckDBInstance.create()).connect()
    const read = await connection.runAndReadAll(`select unique_id, ground_control from read_csv('${path}')`)
    const rows = read.getRows() as [string, string][]
    expect(rows.map(([id]) => id)).toEqual(['id-17', 'id-2', 'id-9'])
    for (const [, origin] of rows) expect(JSON.parse(origin)).toMatchObject({ query: recorded, app_version: '1.2.3' })
  })
})

describe('an export of an L2 search', () => {
  const parts = { similarity: undefined, distance: [0, 1.5, 2.25], query: { vector: [1, 2], metric: 'l2' } }

  it('has the distance in a column of that name in every format, and the measure in the query', async () => {
    const connection = await (await DuckDBInstance.create()).connect()
    const { path } = await exported('l2.parquet', 'geoparquet', parts)
    const read = await connection.runAndReadAll(`select distance from '${path}'`)
    expect(read.getRows()).toEqual([[0], [1.5], [2.25]])
    const csv = await readFile((await exported('l2.csv', 'csv', parts)).path, 'utf8')
    expect(csv.split('\r\n')[0]).toMatch(/,pixel_bbox,distance,geometry_wkt,/)
    const geojson = JSON.parse(await readFile((await exported('l2.geojson', 'geojson', parts)).path, 'utf8'))
    expect(geojson.features.map((feature: { properties: object }) => feature.properties)).toMatchObject(
      parts.distance.map((distance) => ({ distance })),
    )
    expect(geojson.features[0].properties).not.toHaveProperty('similarity')
    expect(geojson.ground_control.query.measure).toBe('L2 distance, lower is more alike')
    const npy = await exported('l2.npy', 'npy', parts)
    expect(JSON.parse(await readFile(`${npy.path}.json`, 'utf8')).distance).toEqual(parts.distance)
  })

  it('cannot have both', async () => {
    const both = { ...parts, similarity: [1, 1, 1] }
    await expect(exported('x.csv', 'csv', both)).rejects.toThrow('expected similarity or distance, got both')
  })
})

describe('NumPy export', () => {
  it('is a float32 array that numpy.lib.format describes, with ids and query beside it', async () => {
    const { path } = await exported('rows.npy', 'npy')
    const bytes = await readFile(path)
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]))
    const headerEnd = 10 + bytes.readUInt16LE(8)
    expect(headerEnd % 64).toBe(0)
    const header = bytes.subarray(10, headerEnd).toString()
    expect(header).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(3, 8\), \} *\n$/)
    expect(bytes.readFloatLE(headerEnd)).toBe(set.table.vectors[17 * 8])
    expect(bytes.byteLength).toBe(headerEnd + 3 * 8 * 4)
    const sidecar = JSON.parse(await readFile(`${path}.json`, 'utf8'))
    expect(sidecar).toMatchObject({
      row: [17, 2, 9],
      unique_id: ['id-17', 'id-2', 'id-9'],
      ground_control: { query: recorded },
    })
  })
})

describe('the query in an export', () => {
  const originOf = async (parts: Parameters<typeof exported>[2]) =>
    JSON.parse(await readFile((await exported('query.geojson', 'geojson', parts)).path, 'utf8')).ground_control

  it('names the source by what sha256sum says of it, and holds no id of this process', async () => {
    const origin = await originOf({})
    const bytes = await readFile(set.path)
    const [sha256] = execFileSync('sha256sum', [set.path], { encoding: 'utf8' }).split(' ')
    expect(origin.source).toEqual({ name: 'planet.parquet', rows: 18, byte_length: bytes.byteLength, sha256 })
    expect(JSON.stringify(origin)).not.toMatch(/setId|eaa27d5e/)
  })

  it('tells a source of more than 256 MB by its size and date, without reading it', async () => {
    const source: ByteSource = {
      ...set.source,
      byteLength: 256 * 1024 * 1024 + 1,
      slice: () => Promise.reject(new Error('read')),
    }
    const record = await sourceRecord({ ...set, source }, new AbortController().signal)
    const modified = (await stat(set.path)).mtime.toISOString()
    expect(record).toEqual({ name: 'planet.parquet', rows: 18, byte_length: source.byteLength, modified })
  })

  it('keeps a query by vector, a box without examples, and what is no search', async () => {
    expect((await originOf({ query: { vector: [1, 2], metric: 'l2' } })).query).toMatchObject({
      vector: [1, 2],
      metric: 'l2',
      top_k: 60,
    })
    expect((await originOf({ query: { bbox: [-10, 38, -9, 39] } })).query).toEqual({
      filters: { bbox: [-10, 38, -9, 39] },
    })
    expect((await originOf({ query: { setId: 'x', bbox: 'Portugal' } })).query).toEqual({ bbox: 'Portugal' })
  })
})

describe('a failing export', () => {
  it('names what is wrong with the request', async () => {
    await expect(exported('x.csv', 'csv', { rows: [18] })).rejects.toThrow('expected rows below 18, got 18')
    await expect(exported('x.csv', 'csv', { similarity: [1] })).rejects.toThrow('one similarity a row (3), got 1')
  })

  it('leaves nothing behind when it is cancelled or cannot write', async () => {
    const aborted = AbortSignal.abort()
    for (const format of ['geoparquet', 'geojson', 'csv', 'npy'] as const) {
      const request = { setId: 's', format, path: join(folder, 'cancelled', `x.${format}`) }
      await expect(exportSet(set, { request, appVersion: '1' }, context(aborted))).rejects.toThrow(/abort/)
    }
    expect(await readdir(join(folder, 'cancelled')).catch(() => [])).toEqual([])
    await writeFile(join(folder, 'a-file'), '')
    const request = { setId: 's', format: 'csv' as const, path: join(folder, 'a-file', 'x.csv') }
    await expect(exportSet(set, { request, appVersion: '1' }, context())).rejects.toMatchObject({
      code: 'invalid-input',
    })
  })
})
