// Similarity of every row of the sample planet to one, against DuckDB's list_cosine_similarity over the same file.

import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FieldRequest, fieldRequest, type SearchQuery } from '../../shared/contract.ts'
import { CellLayers } from './cell-layers.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { readSet } from './read-set.ts'
import { ScoreFields } from './score-field.ts'
import { searchedSet } from './searched-set.ts'
import { SetSearch } from './set-search.ts'

const file = join(import.meta.dirname, '../../../sample/sample-planet.parquet')
const context = { signal: new AbortController().signal, onProgress: () => {} }
const example = 1234
let set: EmbeddingSet
let search: SetSearch
let layers: CellLayers
let fields: ScoreFields
let duckdb: DuckDBConnection

beforeAll(async () => {
  set = await readSet(file, context)
  search = new SetSearch(searchedSet(set))
  layers = new CellLayers(set.cells)
  fields = new ScoreFields(set, layers)
  duckdb = await (await DuckDBInstance.create(':memory:')).connect()
  await duckdb.run(`create table scored as select grid_cell, timestamp, file_row_number as row,
    list_cosine_similarity(embedding, (select embedding from read_parquet('${file}', file_row_number = true)
      where file_row_number = ${example}))::double as score from read_parquet('${file}', file_row_number = true)`)
})
afterAll(async () => {
  await search.dispose()
  await set.source.close()
})

const make = (query: Partial<SearchQuery> = {}, reduction: FieldRequest['reduction'] = 'max') =>
  fields.make(
    search,
    fieldRequest.parse({ query: { setId: '', rows: [{ row: example, weight: 1 }], ...query }, reduction }),
    context,
  )
const numbers = async (sql: string) =>
  (await duckdb.runAndReadAll(sql)).getRows().map((row) => row.map((value) => Number(value)))
const texelsOf = ({ layer }: Awaited<ReturnType<typeof make>>) =>
  layers.texels(layer.layerId).filter((value) => !Number.isNaN(value))

describe('a score field', () => {
  it.each(['max', 'mean'] as const)('has the %s of a cell', async (reduction) => {
    const field = await make({}, reduction)
    const of = reduction === 'max' ? 'max' : 'avg'
    const [[low, high, p2, p98, cells]] = (await numbers(`select min(value), max(value), quantile_cont(value, 0.02),
      quantile_cont(value, 0.98), count(*) from (select ${of}(score) as value from scored group by grid_cell)`)) as [
      [number, number, number, number, number],
    ]
    const { values, cellCount, missingRows } = field.layer
    if (values.kind !== 'number') throw new Error('expected numbers')
    expect([cellCount, missingRows, field.scored, field.exact]).toEqual([cells, 0, 24_095, true])
    for (const [got, expected] of [
      [values.low, low],
      [values.high, high],
      [values.middle[0], p2],
      [values.middle[1], p98],
    ] as const) {
      expect(got).toBeCloseTo(expected, 5)
    }
    expect(Math.max(...texelsOf(field))).toBeCloseTo(high, 5)
  })

  it('knows the score of a percentile of the rows', async () => {
    const { quantiles } = await make()
    const [[half, last]] = (await numbers(
      'select quantile_disc(score, 0.5), quantile_disc(score, 0.999) from scored',
    )) as [[number, number]]
    expect(quantiles).toHaveLength(1001)
    expect(quantiles[500]).toBeCloseTo(half, 4)
    expect(quantiles[999]).toBeCloseTo(last, 3)
  })

  it('counts rows and cells above a threshold without searching again', async () => {
    const { layer } = await make()
    for (const least of [0.2, 0.6, 0.9]) {
      const [[rows, cells]] = (await numbers(
        `select count(*), count(distinct grid_cell) from scored where score >= ${least}`,
      )) as [[number, number]]
      expect(fields.matches(layer.layerId, least)).toMatchObject({ rows, cells, withoutFootprint: 0 })
    }
  })

  it('keeps to the filters of the query', async () => {
    const field = await make({ cells: ['511U_173R'] })
    // shapely.unary_union of the 25 geometries of this cell, measured by pyproj.Geod(ellps='WGS84'): 114.1208 km2; one by one they are 125.50
    const matched = fields.matches(field.layer.layerId, -1)
    expect(matched).toMatchObject({ rows: 25, cells: 1 })
    expect(matched.areaKm2).toBeCloseTo(114.1208, 3)
    expect(field.layer.missingRows).toBe(24_095 - 25)
    await expect(make({ where: "grid_cell = 'none'" })).rejects.toThrow(/expected a row that passes the filters/)
  })

  it('of several examples has the best of each, and by l2 minus the distance', async () => {
    const rows = [example, 20_000].map((row) => ({ row, weight: 1 }))
    const best = await make({ rows, combine: 'max' })
    expect(best.quantiles.at(-1)).toBeCloseTo(1, 5)
    const [first, second] = await Promise.all(rows.map((row) => make({ rows: [row] })))
    const [a, b, both] = [first!, second!, best].map(texelsOf)
    expect(both!.every((value, texel) => Math.abs(value - Math.max(a![texel]!, b![texel]!)) < 1e-6)).toBe(true)
    const { quantiles } = await make({ metric: 'l2' })
    expect(quantiles.at(-1)).toBeCloseTo(0, 3)
    expect(quantiles[0]).toBeLessThan(0)
  })

  it('ends when nobody wants it any more', async () => {
    const ended = AbortSignal.abort(new Error('not wanted'))
    const request = fieldRequest.parse({ query: { setId: '', rows: [{ row: 0, weight: 1 }] } })
    await expect(fields.make(search, request, { signal: ended })).rejects.toThrow('not wanted')
    expect(() => fields.matches('v99', 0)).toThrow(/expected one of this set, got none; make it again/)
  })
})
