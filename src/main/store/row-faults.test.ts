// Faults of the sample planet, which were planted (docs/sample-planet.md), and of small tables, against DuckDB counting the same file.

import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { searchQuery } from '../../shared/contract.ts'
import { createVectorTable } from '../search/vector-table.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { readSet } from './read-set.ts'
import { findFaults } from './row-faults.ts'
import { RowSelections } from './row-selections.ts'
import { searchedSet } from './searched-set.ts'
import { SetSearch } from './set-search.ts'

const file = join(import.meta.dirname, '../../../sample/sample-planet.parquet')
const context = { signal: new AbortController().signal, onProgress: () => {} }
let set: EmbeddingSet

beforeAll(async () => {
  set = await readSet(file, context)
})
afterAll(() => set.source.close())

/** A set with one column beside its vectors. */
const small = (vectors: readonly number[], more: { column?: string; values?: readonly unknown[] } = {}) => ({
  table: createVectorTable(Float32Array.from(vectors), vectors.length / 2, 2),
  columns: more.column === undefined ? [] : [{ name: more.column, type: 'Float32' }],
  async *columnRuns() {
    yield { rowStart: 0, rowCount: vectors.length / 2, read: (_: string, at: number) => more.values?.[at] }
  },
})
const countsOf = async (...input: Parameters<typeof findFaults>) =>
  Object.fromEntries((await findFaults(...input)).summary.faults.map(({ kind, rows }) => [kind, rows]))

describe('faults of rows', () => {
  it('of the sample planet are the duplicates that were planted', async () => {
    const { summary } = await searchedSet(set).faults!()
    const duckdb = await (await DuckDBInstance.create(':memory:')).connect()
    const answer = await duckdb.runAndReadAll(`select (count(*) - count(distinct unique_id))::int,
      (count(*) - count(distinct (embedding, centre_lat, centre_lon, timestamp)))::int from '${file}'`)
    const [[ids, vectors]] = answer.getRows() as [[number, number]]
    expect(Object.fromEntries(summary.faults.map(({ kind, rows }) => [kind, rows]))).toEqual({
      nan: 0,
      zero: 0,
      'repeated-id': ids,
      'repeated-vector': vectors,
    })
    expect(vectors).toBe(50)
  })

  it('are vectors of zero, with NaN, and repeated to the last bit', async () => {
    const vectors = [1, 2, 0, 0, Number.NaN, 1, 1, 2, 1, 2.0000002, 2, 1]
    expect(await countsOf(small(vectors), {})).toEqual({ nan: 1, zero: 1, 'repeated-vector': 1 })
    const places = { lat: Float64Array.of(1, 1, 2), lon: Float64Array.of(5, 5, 5) }
    expect(await countsOf(small([1, 2, 1, 2, 1, 2]), places)).toMatchObject({ 'repeated-vector': 1 })
    expect(await countsOf(small([1, 2, 3, 4, 5, 6]), { uniqueId: ['a', 'a', null] })).toMatchObject({
      'repeated-id': 1,
    })
  })

  it.each([
    ['cloud_cover', [10, 49, 50, 100], 'cloud', 2, 50],
    ['eo:cloud_cover', [0, 0.4, 0.5, 1], 'cloud', 2, 0.5],
    ['nodata', [0, 0.05, 0.1, 0.9], 'nodata', 2, 0.1],
    ['cloudiness_of_name', [100, 100, 100, 100], 'cloud', undefined, undefined],
  ] as const)('are told by a column called %s', async (column, values, kind, rows, from) => {
    const { summary } = await findFaults(small([1, 2, 3, 4, 5, 6, 7, 8], { column, values }), {})
    const found = summary.faults.find((fault) => fault.kind === kind)
    expect([found?.rows, found?.from]).toEqual([rows, from])
  })

  it('are left out of a search, and can be selected', async () => {
    const searched = searchedSet(set)
    const search = new SetSearch(searched)
    const { any, summary } = await searched.faults!()
    const rows = [{ row: 100, weight: 1 }]
    const ask = (withoutFaults: boolean) =>
      search.answer(searchQuery.parse({ setId: '', rows, topK: 10_000, withoutFaults }), context)
    const [all, clean] = [await ask(false), await ask(true)]
    expect(all.compared - clean.compared).toBe(summary.rows)
    expect(clean.hits.some(({ row }) => ((any[row >>> 5]! >>> (row & 31)) & 1) === 1)).toBe(false)
    const choice = { faults: ['repeated-vector' as const] }
    const made = await new RowSelections(searched).select({ choice, combine: 'replace' }, context.signal)
    expect(made.count).toBe(summary.faults.find(({ kind }) => kind === 'repeated-vector')?.rows)
    await search.dispose()
  })
})
