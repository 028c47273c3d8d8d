import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSearchFixture, spoiledVectors } from '../bytes/fixture-vectors.ts'
import { halfToFloat } from '../kernels/plain-kernels.ts'
import type { Metric } from '../search/metric-space.ts'
import { type Query, queryFromExamples, queryFromVector, scoreOf, type WeightedRow } from '../search/query-vector.ts'
import { rowMask } from '../search/row-mask.ts'
import type { VectorDtype, VectorParts } from '../search/vector-parts.ts'
import { createVectorTable, meanPairwiseCosine, partsOfTable } from '../search/vector-table.ts'
import { drawParts } from './clustered-vectors.ts'
import { type BestRequest, VectorSearch } from './vector-search.ts'

interface SearchFixture {
  seed: number
  count: number
  dimensions: number
  nanCount: number
  zeroCount: number
  mean: number[]
  meanPairwiseCosine: number
  groups: number[]
  cases: {
    metric: Metric
    examples: WeightedRow[]
    topK: number
    everyThird?: boolean
    groups?: boolean
    rows: number[]
    scores: number[]
    compared: number
  }[]
}

const truth = readSearchFixture<SearchFixture>('search')
const table = createVectorTable(
  spoiledVectors(truth.seed, truth.count, truth.dimensions),
  truth.count,
  truth.dimensions,
)
const searches: VectorSearch[] = []
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vector-search-'))
})
afterAll(async () => {
  await Promise.all(searches.map((search) => search.dispose()))
  await rm(folder, { recursive: true })
})

function searchOf(parts: VectorParts, options?: { threads?: number; codesFrom?: number }): VectorSearch {
  const search = new VectorSearch(parts, options)
  searches.push(search)
  return search
}

async function queryOf(search: VectorSearch, metric: Metric, examples: readonly WeightedRow[]): Promise<Query> {
  const vectors = search.scanner.readVectors(examples.map(({ row }) => row))
  const { dimensions } = search.scanner.parts
  const vectorOf = (index: number) => vectors.subarray(index * dimensions, (index + 1) * dimensions)
  return queryFromExamples(
    await search.space(metric),
    examples.map(({ weight }, index) => ({ vector: vectorOf(index), weight })),
  )
}

/** All rows by `scoreOf`, best first: what every search is measured against. */
function exhaustive(search: VectorSearch, query: Query, isIn: (row: number) => boolean = () => true) {
  const { count, dimensions } = search.scanner.parts
  const vectors = search.scanner.readVectors(Uint32Array.from({ length: count }, (_, row) => row))
  return Array.from({ length: count }, (_, row) => row)
    .filter((row) => isIn(row) && search.scanner.isSearchable(row))
    .map((row) => ({ row, score: scoreOf(query, vectors.subarray(row * dimensions, (row + 1) * dimensions)) }))
    .sort((a, b) => b.score - a.score || a.row - b.row)
}

/** The table of the fixture as parts of files, cut at rows that are no round numbers. */
async function fileParts(dtype: VectorDtype, cuts: readonly number[]): Promise<VectorParts> {
  const { count, dimensions, vectors } = table
  const edges = [0, ...cuts, count]
  const parts = []
  for (const [index, rowStart] of edges.slice(0, -1).entries()) {
    const rowCount = edges[index + 1]! - rowStart
    const values = vectors.slice(rowStart * dimensions, (rowStart + rowCount) * dimensions)
    const { stored, scales, decoded } = encode(values, dtype, dimensions)
    const { parts: measured } = partsOfTable(createVectorTable(decoded, rowCount, dimensions))
    const norms = measured[0]!.norms
    const file = async (name: string, bytes: Uint8Array) => {
      const path = join(folder, `${dtype}-${cuts.join('-')}-${index}-${name}`)
      // a head of another file's bytes, to see that offsets count
      await writeFile(path, Buffer.concat([new Uint8Array(5), bytes]))
      return { kind: 'file' as const, path, byteOffset: 5, byteLength: bytes.length }
    }
    parts.push({
      ...{ rowStart, rowCount, dtype, vectors: await file('vectors', bytesOf(stored)) },
      ...(scales === undefined ? {} : { scales: await file('scales', bytesOf(scales)) }),
      norms: await file('norms', norms.kind === 'memory' ? new Uint8Array(norms.buffer) : new Uint8Array()),
    })
  }
  return { count, dimensions, parts }
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function encode(values: Float32Array, dtype: VectorDtype, dimensions: number) {
  if (dtype === 'f32') return { stored: values, decoded: values }
  if (dtype === 'f16') {
    const stored = Uint16Array.from(values, toHalf)
    return { stored, decoded: Float32Array.from(stored, halfToFloat) }
  }
  const stored = new Int8Array(values.length)
  const scales = new Float32Array(values.length / dimensions)
  const decoded = new Float32Array(values.length)
  for (let row = 0; row < scales.length; row++) {
    const one = values.subarray(row * dimensions, (row + 1) * dimensions)
    const isUsable = one.every(Number.isFinite)
    scales[row] = isUsable ? one.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127 : Number.NaN
    for (let i = 0; i < dimensions; i++) {
      stored[row * dimensions + i] = Math.round(one[i]! / (scales[row]! || 1))
      decoded[row * dimensions + i] = Math.fround(stored[row * dimensions + i]! * scales[row]!)
    }
  }
  return { stored, scales, decoded }
}

/** Nearest half of the few magnitudes that the fixture has (normal numbers), NaN and infinity. */
function toHalf(value: number): number {
  const sign = value < 0 ? 0x8000 : 0
  if (Number.isNaN(value)) return 0x7e00
  if (value === 0) return sign
  const size = Math.abs(value)
  if (size === Number.POSITIVE_INFINITY) return sign | 0x7c00
  const exponent = Math.max(-14, Math.floor(Math.log2(size)))
  const units = Math.round(size / 2 ** (exponent - 10))
  return sign | (exponent === -14 && units < 1024 ? units : ((exponent + 15) << 10) + (units - 1024))
}

describe('best by comparing every row', () => {
  const search = searchOf(partsOfTable(table))
  for (const [index, one] of truth.cases.entries()) {
    if (one.groups) continue
    const kind = one.everyThird ? 'masked' : `top ${one.topK}`
    it(`agrees with scikit-learn: ${one.metric}, ${one.examples.length} examples, ${kind} (case ${index})`, async () => {
      const query = await queryOf(search, one.metric, one.examples)
      const mask = one.everyThird ? rowMask(table.count, (row) => row % 3 === 0) : undefined
      const answer = await search.best(query, { topK: one.topK, mask })
      expect(answer).toMatchObject({ compared: one.compared, exact: true })
      expect(answer.reason).toBeUndefined()
      expect([...answer.rows]).toEqual(one.rows)
      for (const [rank, score] of one.scores.entries()) expect(answer.scores[rank]).toBeCloseTo(score, 8)
    })
  }

  it('takes the mean over the searchable rows', async () => {
    const { mean } = await search.space('cosine-centred')
    for (const [index, value] of truth.mean.entries()) expect(mean![index]).toBeCloseTo(value, 12)
  })

  it('returns nothing when the mask is empty', async () => {
    const query = await queryOf(search, 'cosine', [{ row: 3, weight: 1 }])
    const answer = await search.best(query, { topK: 5, mask: rowMask(table.count, () => false) })
    expect(answer).toMatchObject({ compared: 0, rows: new Uint32Array(0) })
  })

  for (const dtype of ['f32', 'f16', 'i8'] as const) {
    for (const threads of [1, 3]) {
      it(`gives the same answer from files of ${dtype} with ${threads} threads as comparing one by one`, async () => {
        const files = searchOf(await fileParts(dtype, [1, 130, 131]), { threads })
        expect(files.scanner.searchable).toBe(table.count - truth.nanCount - truth.zeroCount)
        for (const metric of ['cosine', 'cosine-centred', 'l2', 'whitened'] as const) {
          const query = await queryOf(files, metric, [
            { row: 129, weight: 1 },
            { row: 131, weight: -0.5 },
          ])
          const answer = await files.best(query, { topK: 40 })
          const expected = exhaustive(files, query).slice(0, 40)
          expect([...answer.rows]).toEqual(expected.map(({ row }) => row))
          expect([...answer.scores]).toEqual(expected.map(({ score }) => score))
        }
      })
    }
  }

  it('says which file ends too early', async () => {
    const parts = await fileParts('f32', [200])
    const [first, second] = parts.parts
    const longer = { ...second!, vectors: { ...second!.vectors, byteOffset: 50 } }
    const damaged = searchOf({ ...parts, parts: [first!, longer] }, { threads: 1 })
    const query = queryFromVector(await damaged.space('cosine'), new Float32Array(truth.dimensions).fill(1))
    await expect(damaged.best(query, { topK: 3 })).rejects.toThrow(/f32-200-1-vectors: expected \d+ bytes from \d+/)
  })
})

describe('best by codes', () => {
  const kinds = [
    { kind: 'clustered', count: 6000, dimensions: 96 },
    { kind: 'non-negative', count: 6000, dimensions: 160 },
    { kind: 'common-direction', count: 6000, dimensions: 96 },
  ] as const
  for (const drawn of kinds) {
    for (const threads of [1, 3]) {
      it(`keeps its promise on ${drawn.kind} vectors, ${threads} threads`, async () => {
        const search = searchOf(drawParts({ ...drawn, clusters: 20 }), { threads, codesFrom: 1000 })
        const ask = async (metric: Metric, row: number, request: Partial<BestRequest> = {}) =>
          search.best(await queryOf(search, metric, [{ row, weight: 1 }]), { topK: 100, ...request })
        expect(await ask('cosine', 5)).toMatchObject({ exact: true, reason: 'the codes of the set are not there yet' })
        await search.prepare()
        const known = search.recallOf('cosine')
        expect(known).toMatchObject({ queries: 200 })
        if (typeof known !== 'object') throw new Error(known)
        expect(known.mean).toBeGreaterThanOrEqual(0.999)
        expect(known.worst).toBeGreaterThanOrEqual(0.97)
        const recalls: number[] = []
        let settled = 0
        for (let row = 1; row < 6000; row += 150) {
          const exact = await ask('cosine', row, { exact: true })
          const byCodes = await ask('cosine', row)
          expect(exact.exact).toBe(true)
          // a query that the measured depth leaves in doubt is searched deeper, in so small a set by comparing every row
          if (byCodes.exact) expect(byCodes.reason).toBe('the codes did not settle this query')
          else expect(byCodes.recall).toMatchObject({ mean: known.mean, topK: 100 })
          settled += Number(!byCodes.exact)
          const found = new Set(byCodes.rows)
          recalls.push(exact.rows.filter((each) => found.has(each)).length / 100)
          // what both found has the same score to the last bit
          expect(byCodes.scores[0]).toBe(exact.scores[0])
        }
        expect(settled / recalls.length).toBeGreaterThan(0.6)
        expect(recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length).toBeGreaterThanOrEqual(0.999)
        expect(Math.min(...recalls)).toBeGreaterThanOrEqual(0.97)
      })
    }
  }

  it('compares every row, and says so, where codes cannot tell the rows apart', async () => {
    // two values a row: a code has two bits
    const search = searchOf(drawParts({ kind: 'clustered', count: 4000, dimensions: 2, clusters: 1 }), {
      codesFrom: 1000,
    })
    await search.prepare()
    const answer = await search.best(await queryOf(search, 'cosine', [{ row: 7, weight: 1 }]), { topK: 10 })
    expect(answer).toMatchObject({ exact: true, reason: 'codes do not find 99.9 % of the nearest rows of this set' })
  })

  it('fills a filtered list, and never returns rows that have no direction', async () => {
    const count = 8000
    const parts = drawParts({ kind: 'clustered', count, dimensions: 64, clusters: 40 })
    const vectors = parts.parts[0]!.vectors
    if (vectors.kind !== 'memory') throw new Error('expected vectors in memory')
    const values = new Float32Array(vectors.buffer)
    for (let row = 0; row < count; row += 5) values.fill(row % 2 === 0 ? 0 : Number.NaN, row * 64, (row + 1) * 64)
    const search = searchOf(partsOfTable(createVectorTable(values, count, 64)), { threads: 2, codesFrom: 1000 })
    await search.prepare()
    const query = await queryOf(search, 'cosine', [{ row: 33, weight: 1 }])
    for (const share of [2, 90]) {
      const mask = rowMask(count, (row) => row % share === 1)
      const answer = await search.best(query, { topK: 60, mask })
      expect(answer.rows).toHaveLength(60)
      expect(answer.rows.every((row) => row % share === 1 && row % 5 !== 0)).toBe(true)
      const expected = exhaustive(search, query, (row) => row % share === 1).slice(0, 60)
      const found = new Set(answer.rows)
      expect(expected.filter(({ row }) => found.has(row)).length).toBeGreaterThanOrEqual(59)
    }
  })

  it('is not fooled by a filter that leaves out what is nearest', async () => {
    const drawn = { kind: 'clustered', count: 20_000, dimensions: 128, clusters: 80 } as const
    const search = searchOf(drawParts(drawn), { codesFrom: 1000 })
    await search.prepare()
    expect(search.recallOf('cosine')).toBeTypeOf('object')
    const query = await queryOf(search, 'cosine', [{ row: 33, weight: 1 }])
    // without its cluster the rows of a query are all about as far: codes cannot tell their order
    const cluster = new Set((await search.best(query, { topK: 300, exact: true })).rows)
    for (const share of [1, 2, 5]) {
      const mask = rowMask(drawn.count, (row) => row % share === 0 && !cluster.has(row))
      const [byCodes, exact] = [
        await search.best(query, { topK: 50, mask }),
        await search.best(query, { topK: 50, mask, exact: true }),
      ]
      const found = new Set(byCodes.rows)
      expect(exact.rows.filter((row) => found.has(row)).length).toBeGreaterThanOrEqual(49)
      expect(byCodes.reason).toMatch(share === 5 ? /beyond the 100 nearest rows/ : /./)
    }
  })

  it('uses codes for another metric once they were tried out for it', async () => {
    const search = searchOf(drawParts({ kind: 'clustered', count: 6000, dimensions: 96, clusters: 20 }), {
      codesFrom: 1000,
    })
    await search.prepare()
    for (const metric of ['cosine-centred', 'l2'] as const) {
      const query = await queryOf(search, metric, [{ row: 4, weight: 1 }])
      const before = await search.best(query, { topK: 50 })
      expect(before).toMatchObject({ exact: true, reason: 'the codes are still being tried out on this set' })
      await expect.poll(() => search.recallOf(metric), { timeout: 20_000 }).toBeDefined()
      const after = await search.best(query, { topK: 50 })
      expect(after).toMatchObject({ exact: false })
      expect([...after.rows].filter((row) => before.rows.includes(row)).length).toBeGreaterThanOrEqual(49)
    }
    const whitened = await queryOf(search, 'whitened', [{ row: 4, weight: 1 }])
    expect(await search.best(whitened, { topK: 5 })).toMatchObject({ exact: true, reason: /whitened/ })
  })

  it('ends when its signal is aborted, and answers the next query', async () => {
    const search = searchOf(drawParts({ kind: 'clustered', count: 30_000, dimensions: 96, clusters: 60 }), {
      threads: 2,
    })
    const query = await queryOf(search, 'cosine', [{ row: 4, weight: 1 }])
    const controller = new AbortController()
    const older = search.best(query, { topK: 5, signal: controller.signal })
    controller.abort(new Error('a newer one'))
    await expect(older).rejects.toThrow('a newer one')
    expect((await search.best(query, { topK: 5 })).rows[0]).toBe(4)
  })
})

describe('what is shown while every row is compared', () => {
  it('has the best rows of ever more of the set', async () => {
    const search = searchOf(drawParts({ kind: 'clustered', count: 150_000, dimensions: 8, clusters: 60 }), {
      threads: 1,
    })
    const query = await queryOf(search, 'cosine', [{ row: 140_000, weight: 1 }])
    const shown: { row: number; done: number }[] = []
    const answer = await search.best(query, {
      ...{ topK: 3, exact: true },
      onBest: ({ rows }, done) => shown.push({ row: rows[0]!, done }),
    })
    expect(shown.length).toBeGreaterThan(0)
    expect(shown[0]!.done).toBe(65_536)
    expect(shown[0]!.row).toBeLessThan(65_536)
    expect(answer.rows[0]).toBe(140_000)
    expect(answer.compared).toBe(150_000)
  })
})

describe('createVectorTable', () => {
  it('counts NaN, infinite and zero rows', () => {
    expect(table).toMatchObject({ nanCount: truth.nanCount, zeroCount: truth.zeroCount })
  })

  it('refuses vectors that do not fill the table', () => {
    expect(() => createVectorTable(new Float32Array(7), 2, 4)).toThrow('expected 2 x 4 values, got 7')
  })

  it('knows the mean cosine over all pairs', () => {
    expect(meanPairwiseCosine(table)).toBeCloseTo(truth.meanPairwiseCosine, 12)
    expect(meanPairwiseCosine(createVectorTable(new Float32Array([1, 2]), 1, 2))).toBeUndefined()
  })
})

describe('query vectors', () => {
  it('say that examples cancel out', async () => {
    const search = searchOf(partsOfTable(table))
    const examples = [
      { row: 3, weight: 1 },
      { row: 7, weight: -1 },
    ]
    await expect(queryOf(search, 'cosine', examples)).rejects.toThrow(/no direction/)
    await expect(queryOf(search, 'l2', [{ row: 3, weight: -1 }])).rejects.toThrow(/positive weight/)
  })

  it('of the wrong length or with NaN are refused', () => {
    const space = { metric: 'cosine', dimensions: 19 } as const
    expect(() => queryFromVector(space, [1, 2])).toThrow(/19 values as in the set, got 2/)
    expect(() => queryFromVector(space, new Array<number>(19).fill(Number.NaN))).toThrow(/finite values/)
  })
})
