import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFileSource } from '../bytes/byte-source.ts'
import type { EmbeddingBatch } from './embedding-batch.ts'
import { openParquet } from './open-parquet.ts'
import { readColumns } from './read-columns.ts'
import { readVectors } from './read-vectors.ts'
import { footprintOfWkb, wkbOf } from './wkb.ts'
import { type WriteEmbeddingsOptions, writeEmbeddings } from './write-embeddings.ts'

const dimensions = 6
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'geoparquet-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const square = (lon: number) => [
  [
    [lon, 1],
    [lon, 0],
    [lon - 1, 0],
    [lon - 1, 1],
    [lon, 1],
  ] as const,
]

/** Rows `first .. first + count`; every seventh has no place, every fifth crosses 180 degrees. */
function batchOf(first: number, count: number): EmbeddingBatch {
  const rows = Array.from({ length: count }, (_, index) => first + index)
  const orNull = <T>(value: (row: number) => T) => rows.map((row) => (row % 7 === 6 ? null : value(row)))
  return {
    count,
    uniqueId: rows.map((row) => `id-${row}`),
    vectors: Float32Array.from({ length: count * dimensions }, (_, index) => first * dimensions + index + 0.5),
    timestamp: orNull(() => '20230119T161811'),
    productId: rows.map((row) => `product ${row % 3} ü`),
    gridCell: orNull((row) => `${row}U_3L`),
    gridRowU: orNull((row) => row),
    gridColR: orNull(() => -3),
    geometry: orNull((row) => wkbOf({ polygons: row % 5 === 0 ? [square(180), square(-179)] : [square(10)] })),
    centreLat: orNull((row) => row / 4),
    centreLon: orNull((row) => -row / 4),
    utmFootprint: orNull(() => 'POLYGON ((0 0, 0 1, 1 1, 0 0))'),
    utmCrs: orNull(() => 'EPSG:32629'),
    pixelBbox: rows.map((row) => [0, row, 224, row + 224] as const),
    extra: { similarity: rows.map((row) => row / 8), note: orNull((row) => `n${row}`) },
  }
}

const options: WriteEmbeddingsOptions = {
  dimensions,
  bbox: [-180, 0, 180, 1],
  geometryTypes: ['Polygon', 'MultiPolygon'],
  provenance: {
    appVersion: '0.1.0',
    model: 'rcf',
    inputUnit: 'reflectance-1e4',
    radiometricOffset: -1000,
    geometry: 'true',
    synthetic: true,
  },
}

async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const reader = await connection.runAndReadAll(sql)
  return reader.getRowObjectsJson() as Record<string, unknown>[]
}

describe('a written file', () => {
  it('has the columns, types and values of the standard, as DuckDB reads them', async () => {
    const path = join(folder, 'standard.parquet')
    const written = await writeEmbeddings(path, [batchOf(0, 10), batchOf(10, 4)], options)
    expect(written).toEqual({ rows: 14, byteLength: readFileSync(path).byteLength })
    const types = await rowsOf(`describe select * from read_parquet('${path}')`)
    // DuckDB knows the geo key and gives the column its own type; the Parquet type below is binary.
    expect(types.map((row) => `${row['column_name']} ${String(row['column_type']).replace(/\(.*\)/, '')}`)).toEqual([
      'unique_id VARCHAR',
      'embedding FLOAT[]',
      'timestamp VARCHAR',
      'product_id VARCHAR',
      'grid_cell VARCHAR',
      'grid_row_u SMALLINT',
      'grid_col_r SMALLINT',
      'geometry GEOMETRY',
      'centre_lat FLOAT',
      'centre_lon FLOAT',
      'utm_footprint VARCHAR',
      'utm_crs VARCHAR',
      'pixel_bbox BIGINT[]',
    ])
    const schema = await rowsOf(`select name, type, repetition_type, converted_type from parquet_schema('${path}')`)
    const parquetTypes = schema.map((row) =>
      `${row['name']} ${row['type'] ?? 'group'} ${row['repetition_type']} ${row['converted_type'] ?? ''}`.trim(),
    )
    expect(parquetTypes.slice(1)).toEqual([
      'unique_id BYTE_ARRAY OPTIONAL UTF8',
      'embedding group OPTIONAL LIST',
      'list group REPEATED',
      'element FLOAT OPTIONAL',
      'timestamp BYTE_ARRAY OPTIONAL UTF8',
      'product_id BYTE_ARRAY OPTIONAL UTF8',
      'grid_cell BYTE_ARRAY OPTIONAL UTF8',
      'grid_row_u INT32 OPTIONAL INT_16',
      'grid_col_r INT32 OPTIONAL INT_16',
      'geometry BYTE_ARRAY OPTIONAL',
      'centre_lat FLOAT OPTIONAL',
      'centre_lon FLOAT OPTIONAL',
      'utm_footprint BYTE_ARRAY OPTIONAL UTF8',
      'utm_crs BYTE_ARRAY OPTIONAL UTF8',
      'pixel_bbox group OPTIONAL LIST',
      'list group REPEATED',
      'element INT64 OPTIONAL',
    ])
    const rows = await rowsOf(`select * exclude geometry from read_parquet('${path}') order by pixel_bbox[2]`)
    expect(rows[3]).toEqual({
      unique_id: 'id-3',
      embedding: [18.5, 19.5, 20.5, 21.5, 22.5, 23.5],
      timestamp: '20230119T161811',
      product_id: 'product 0 ü',
      grid_cell: '3U_3L',
      grid_row_u: 3,
      grid_col_r: -3,
      centre_lat: 0.75,
      centre_lon: -0.75,
      utm_footprint: 'POLYGON ((0 0, 0 1, 1 1, 0 0))',
      utm_crs: 'EPSG:32629',
      pixel_bbox: ['0', '3', '224', '227'],
    })
    expect(rows[6]).toMatchObject({
      grid_cell: null,
      grid_row_u: null,
      centre_lat: null,
      utm_crs: null,
      timestamp: null,
    })
  })

  it('keeps the geometry bytes and says in the geo key what they are', async () => {
    const path = join(folder, 'geometry.parquet')
    await writeEmbeddings(path, [batchOf(0, 10)], options)
    const source = await openFileSource(path)
    const file = await openParquet(source)
    const { geometry } = await readColumns(file, ['geometry'])
    expect(geometry!.map((bytes) => bytes && footprintOfWkb(bytes as Uint8Array)!.polygons.length)).toEqual([
      2,
      1,
      1,
      1,
      1,
      2,
      null,
      1,
      1,
      1,
    ])
    expect(file.geo).toEqual({
      version: '1.1.0',
      primaryColumn: 'geometry',
      encoding: 'WKB',
      geometryTypes: ['Polygon', 'MultiPolygon'],
      crs: 'OGC:CRS84',
      bbox: [-180, 0, 180, 1],
    })
    expect(file.groundControl).toEqual(options.provenance)
    await source.close()
  })

  it('has row groups of at most 2,000 rows however the batches come, and the vectors that went in', async () => {
    const path = join(folder, 'groups.parquet')
    const batches = [batchOf(0, 1500), batchOf(1500, 1700), batchOf(3200, 1801)]
    const written = await writeEmbeddings(path, batches, { ...options, compression: 'zstd' })
    expect(written.rows).toBe(5001)
    const source = await openFileSource(path)
    const file = await openParquet(source)
    expect(file.rowGroups.map(({ rowCount }) => rowCount)).toEqual([2000, 2000, 1001])
    const { vectors } = await readVectors(file)
    expect(vectors).toHaveLength(5001 * dimensions)
    expect(vectors.every((value, index) => value === index + 0.5)).toBe(true)
    await source.close()
  })

  it('may carry further columns and split bytes, still read by DuckDB', async () => {
    const path = join(folder, 'extra.parquet')
    const extraColumns = [
      { name: 'similarity', type: 'float' },
      { name: 'note', type: 'string' },
    ] as const
    await writeEmbeddings(path, [batchOf(0, 9)], {
      ...options,
      extraColumns,
      compression: 'zstd',
      vectorEncoding: 'byte-stream-split',
    })
    const rows = await rowsOf(`select embedding, similarity, note from read_parquet('${path}')`)
    expect(rows[2]).toEqual({ embedding: [12.5, 13.5, 14.5, 15.5, 16.5, 17.5], similarity: 0.25, note: 'n2' })
    const source = await openFileSource(path)
    expect((await readVectors(await openParquet(source))).vectors[17]).toBe(17.5)
    await source.close()
  })

  it('without rows has its columns all the same', async () => {
    const path = join(folder, 'none.parquet')
    expect(await writeEmbeddings(path, [], { ...options, bbox: undefined })).toMatchObject({ rows: 0 })
    expect(await rowsOf(`select count(*)::int as n from read_parquet('${path}')`)).toEqual([{ n: 0 }])
  })
})

describe('a write that fails', () => {
  const left = () => readdirSync(join(folder, 'failed'))
  const path = () => join(folder, 'failed', 'out.parquet')
  async function* thenFail(error: Error) {
    yield batchOf(0, 3000)
    throw error
  }

  it('leaves nothing behind and an older file as it was', async () => {
    await writeEmbeddings(path(), [batchOf(0, 5)], options)
    const before = readFileSync(path())
    await expect(writeEmbeddings(path(), thenFail(new Error('the model broke')), options)).rejects.toThrow(
      'the model broke',
    )
    expect(left()).toEqual(['out.parquet'])
    expect(readFileSync(path())).toEqual(before)
    rmSync(path())
  })

  it('stops at a signal', async () => {
    const controller = new AbortController()
    async function* endless() {
      for (let first = 0; ; first += 500) {
        if (first === 5000) controller.abort()
        yield batchOf(first, 500)
      }
    }
    await expect(writeEmbeddings(path(), endless(), { ...options, signal: controller.signal })).rejects.toThrow('abort')
    expect(left()).toEqual([])
  })

  it('says in a sentence that the place is no folder', async () => {
    writeFileSync(join(folder, 'a-file'), '')
    const inFile = writeEmbeddings(join(folder, 'a-file', 'out.parquet'), [batchOf(0, 1)], options)
    await expect(inFile).rejects.toThrow('got a file where a folder must be')
  })

  it('names a batch that does not fit its dimensions', async () => {
    await expect(writeEmbeddings(path(), [batchOf(0, 2)], { ...options, dimensions: 7 })).rejects.toThrow(
      '12 values, expected 2 x 7',
    )
    expect(left()).toEqual([])
  })
})
