import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SearchQuery, searchQuery } from '../../shared/contract.ts'
import { readSearchFixture, spoiledVectors } from '../bytes/fixture-vectors.ts'
import { mulberry32 } from '../bytes/mulberry32.ts'
import { drawParts } from '../scan/clustered-vectors.ts'
import { isInBbox } from '../search/great-circle.ts'
import { convexOverlap } from '../search/polygon.ts'
import type { VectorParts } from '../search/vector-parts.ts'
import { createVectorTable, partsOfTable } from '../search/vector-table.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { readSet } from './read-set.ts'
import { type SearchedSet, searchedSet } from './searched-set.ts'
import { rowFootprint } from './set-rows.ts'
import { SetSearch } from './set-search.ts'
import { writeTestSet } from './test-set.ts'

const context = { signal: new AbortController().signal, onProgress: () => {} }
const ask = (query: Partial<SearchQuery>) => searchQuery.parse({ setId: '', ...query })
const one = (row: number, weight = 1) => ({ row, weight })

let folder = ''
let set: EmbeddingSet
let search: SetSearch
/** three cells of nine fragments, two dates each; one of the cells in Fiji */
const places = [
  [38.9, -9.1],
  [-17.8, 179.98],
  [52.5, 13.4],
] as const
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'set-search-'))
  const path = join(folder, 'set.parquet')
  await writeTestSet(path, { places, dates: ['20200219T112100', '20210305T103000'] })
  set = await readSet(path, context)
  search = new SetSearch(searchedSet(set))
})
afterAll(async () => {
  await search.dispose()
  await set.source.close()
  await rm(folder, { recursive: true })
})

const rowsOf = async (query: Partial<SearchQuery>) =>
  (await search.answer(ask({ topK: 100, ...query }), context)).hits.map(({ row }) => row)

/** A set of vectors alone; what a test needs beside them it gives. */
function bareSet(parts: VectorParts, more: Partial<SearchedSet> = {}): SearchedSet {
  return {
    parts,
    filterColumns: () => [],
    columns: [],
    async *columnRuns() {},
    rowsOfCell: async () => undefined,
    cellsOf: async (rows) => Int32Array.from(rows, () => -1),
    places: async (rows) => rows.map((row) => ({ row })),
    footprints: async (rows) => rows.map(() => undefined),
    ...more,
  }
}

describe('filters of a search', () => {
  it('take a polygon across 180 degrees', async () => {
    const ring = [
      [179, -19],
      [-179, -19],
      [-179, -17],
      [179, -17],
      [179, -19],
    ] as const
    const found = await rowsOf({ rows: [one(0)], polygon: { polygons: [[ring]] } })
    expect(found.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 18 }, (_, index) => 18 + index))
  })

  it('take the cells named, and refuse what is no cell', async () => {
    const cell = set.columns.gridCell![40]!
    const found = await rowsOf({ rows: [one(0)], cells: [cell, '1U_1R'] })
    expect(found.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 18 }, (_, index) => 36 + index))
    await expect(rowsOf({ rows: [one(0)], cells: ['here'] })).rejects.toThrow(/grid cells like 922D_249L, got "here"/)
  })

  it('take the rows named, together with the others', async () => {
    const onlyRows = [1, 2, 20, 30, 31]
    expect((await rowsOf({ rows: [one(0)], onlyRows })).toSorted((a, b) => a - b)).toEqual(onlyRows)
    const some = await rowsOf({ rows: [one(0)], onlyRows, bbox: [179, -20, -179, -10], to: '2020-12-31' })
    expect(some).toEqual([20])
    await expect(rowsOf({ rows: [one(0)], onlyRows: [54] })).rejects.toThrow(/rows below 54 as a filter, got 54/)
  })

  it('that keep one row of a hundred across 180 degrees still fill the list, as comparing every row does', async () => {
    const count = 6000
    const draw = mulberry32(3)
    const lat = Float64Array.from({ length: count }, () => -60 + draw() * 120)
    const lon = Float64Array.from({ length: count }, () => -180 + draw() * 360)
    const parts = drawParts({ kind: 'common-direction', count, dimensions: 96, clusters: 20 })
    const columns = {
      ...{ rowStart: 0, rowCount: count },
      places: async () => ({ lat, lon }),
      timeMs: async () => [],
    }
    const searching = new SetSearch(bareSet(parts, { filterColumns: () => [columns] }), { codesFrom: 1000 })
    await searching.search.prepare()
    const bbox = [178.2, -90, -178.2, 90] as const
    const inside = Array.from({ length: count }, (_, row) => row).filter((row) => isInBbox(lat[row]!, lon[row]!, bbox))
    expect(inside.length).toBeGreaterThan(40)
    expect(inside.length).toBeLessThan(90)
    for (let row = 0; row < count; row += 500) {
      const query = ask({ rows: [one(row)], topK: 25, bbox })
      const [byCodes, exact] = [
        await searching.answer(query, context),
        await searching.answer({ ...query, exact: true }, context),
      ]
      expect(byCodes.hits).toHaveLength(25)
      expect(byCodes.hits).toEqual(exact.hits)
      expect(byCodes.hits.every((hit) => inside.includes(hit.row))).toBe(true)
      expect(byCodes.compared).toBe(inside.length - Number(inside.includes(row)))
    }
    await searching.dispose()
  })
})

describe('one result a cell or a place', () => {
  interface GroupFixture {
    readonly seed: number
    readonly count: number
    readonly dimensions: number
    readonly groups: readonly number[]
    readonly cases: readonly {
      readonly metric: SearchQuery['metric']
      readonly examples: SearchQuery['rows']
      readonly topK: number
      readonly groups?: boolean
      readonly rows: readonly number[]
    }[]
  }
  const truth = readSearchFixture<GroupFixture>('search')
  const { seed, count, dimensions } = truth
  const parts = partsOfTable(createVectorTable(spoiledVectors(seed, count, dimensions), count, dimensions))
  const grouped = new SetSearch(
    bareSet(parts, { cellsOf: async (rows) => Int32Array.from(rows, (row) => truth.groups[row]!) }),
  )
  for (const { metric, examples, topK, groups, rows } of truth.cases) {
    if (!groups) continue
    it(`agrees with scikit-learn: ${metric}, ${examples.length} examples`, async () => {
      const query = ask({ metric, rows: examples, topK, onePerCell: true, excludeExamples: false })
      expect((await grouped.answer(query, context)).hits.map(({ row }) => row)).toEqual(rows)
    })
  }

  it('leaves out rows that overlap a better hit, and counts them', async () => {
    const answer = await search.answer(ask({ rows: [one(0)], topK: 100, mergeOverlapping: true }), context)
    const outlines = answer.hits.map(({ row }) => rowFootprint(set, row)!.polygons[0]![0]!)
    for (const [index, ring] of outlines.entries()) {
      for (const other of outlines.slice(0, index)) expect(convexOverlap(ring, other)).toBe(false)
    }
    // all rows but the example are listed or stand behind a better one
    expect(answer.hits.reduce((sum, { merged = 0 }) => sum + 1 + merged, 0)).toBe(53)
    // fragments of one cell overlap their neighbours only: the corners stay when a corner comes first
    expect(answer.hits.length).toBeGreaterThan(places.length)
    expect(answer.hits.length).toBeLessThan(54 / 2)
  })
})

describe('scores', () => {
  it('have their percentile among all rows: by rank without a filter, else from a sample', async () => {
    const all = await search.answer(ask({ rows: [one(5)], topK: 53 }), context)
    expect(all.percentilesFrom).toBe('ranks')
    expect(all.hits[0]!.percentile).toBeCloseTo((100 * 52) / 54, 10)
    expect(all.hits.at(-1)!.percentile).toBe(0)
    const some = await search.answer(ask({ rows: [one(5)], topK: 5, bbox: [179, -20, -179, -10] }), context)
    expect(some.percentilesFrom).toBe('sample')
    for (const { row, percentile } of some.hits) {
      // the sample of so small a set is the whole set
      expect(percentile).toBeCloseTo(all.hits.find((hit) => hit.row === row)!.percentile!, 10)
    }
  })
})

describe('check', () => {
  it('verifies an answer, and names what a list lacks', async () => {
    const query = ask({ rows: [one(3), one(9, -0.5)], topK: 10, onePerCell: true })
    const { hits } = await search.answer(query, context)
    const rows = hits.map(({ row }) => row)
    const good = await search.check(query, rows, context)
    expect(good).toMatchObject({ verified: true, missed: [], recall: 1, compared: 52 })
    const bad = await search.check(query, [...rows.slice(0, 1), 50, ...rows.slice(2)], context)
    expect(bad).toMatchObject({ verified: false, missed: [{ row: rows[1], similarity: hits[1]!.similarity }] })
    expect(bad.recall).toBeCloseTo(1 - 1 / rows.length, 12)
  })
})

describe('examples of a search', () => {
  it('are rows of the set with a usable vector', async () => {
    await expect(rowsOf({ rows: [one(54)] })).rejects.toThrow(/example row below 54, got 54/)
    await expect(rowsOf({})).rejects.toThrow(/example row or a query vector, got neither/)
  })
})

describe('several examples', () => {
  // what numpy would do, written out: unit rows of the fixture's own vectors, compared by dot products
  const unit = (row: number) => {
    const { vectors, dimensions } = set.table
    const vector = [...vectors.subarray(row * dimensions, (row + 1) * dimensions)]
    const length = Math.hypot(...vector)
    return vector.map((value) => value / length)
  }
  const dotOf = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, index) => sum + value * b[index]!, 0)
  const ranked = (scoreOf: (row: number) => number, left: readonly number[]) =>
    Array.from({ length: set.table.count }, (_, row) => row)
      .filter((row) => !left.includes(row))
      .sort((a, b) => scoreOf(b) - scoreOf(a))

  it('count each by itself with max: a row is as alike as to the example it is most like', async () => {
    const expected = ranked((row) => Math.max(dotOf(unit(row), unit(3)), dotOf(unit(row), unit(30))), [3, 30])
    expect(await rowsOf({ rows: [one(3), one(30)], combine: 'max', topK: 12 })).toEqual(expected.slice(0, 12))
    expect(expected.slice(0, 12)).not.toEqual(await rowsOf({ rows: [one(3), one(30)], topK: 12 }))
  })

  it('are the mean of the positive minus the mean of the negative with difference', async () => {
    const score = (row: number) =>
      (dotOf(unit(row), unit(3)) + dotOf(unit(row), unit(30))) / 2 - dotOf(unit(row), unit(20))
    const rows = [one(3), one(30), one(20, -1)]
    expect(await rowsOf({ rows, combine: 'difference', topK: 12 })).toEqual(ranked(score, [3, 30, 20]).slice(0, 12))
    expect(await rowsOf({ rows, topK: 12 })).not.toEqual(ranked(score, [3, 30, 20]).slice(0, 12))
  })
})

describe('results apart', () => {
  it('are no two within the distance, the better one kept', async () => {
    const hits = (await search.answer(ask({ rows: [one(0)], topK: 100, apartKm: 5 }), context)).hits
    const all = await rowsOf({ rows: [one(0)], topK: 100 })
    const kmApart = (a: (typeof hits)[number], b: (typeof hits)[number]) => {
      const radians = Math.PI / 180
      const [latA, latB] = [a.lat! * radians, b.lat! * radians]
      const cosine =
        Math.sin(latA) * Math.sin(latB) + Math.cos(latA) * Math.cos(latB) * Math.cos((b.lon! - a.lon!) * radians)
      return 6371.0088 * Math.acos(Math.min(1, cosine))
    }
    for (const [index, hit] of hits.entries())
      for (const other of hits.slice(0, index)) expect(kmApart(hit, other)).toBeGreaterThanOrEqual(5)
    expect(hits[0]!.row).toBe(all[0])
    // nothing is lost: every row left out lies near a better one
    expect(hits.reduce((sum, { merged = 0 }) => sum + 1 + merged, 0)).toBe(all.length)
  })
})
