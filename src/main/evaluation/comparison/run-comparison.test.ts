import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CompareReport, type CompareRequest, compareRequest } from '../../../shared/contract.ts'
import { fixtureVectors } from '../../bytes/fixture-vectors.ts'
import { type TestSetOptions, writeTestSet } from '../../store/test-set.ts'
import type { CallContext } from '../../threads/thread-calls.ts'
import { readEvaluatedSet } from '../sets/evaluated-set.ts'
import { joinRows } from './join-rows.ts'
import { runComparison } from './run-comparison.ts'

const quiet: CallContext = { signal: new AbortController().signal, onProgress: () => {} }
const places = Array.from({ length: 12 }, (_, i) => [40 + 0.5 * Math.floor(i / 4), 5 + 0.5 * (i % 4)] as const)
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compare-'))
  await write('a', {})
})
afterAll(() => rm(folder, { recursive: true }))

const pathOf = (name: string) => join(folder, `${name}.parquet`)
const write = (name: string, options: Partial<TestSetOptions>) => writeTestSet(pathOf(name), { places, ...options })

function compare(a: string, b: string, more: Partial<CompareRequest> = {}): Promise<CompareReport> {
  return runComparison(compareRequest.parse({ a: pathOf(a), b: pathOf(b), ...more }), quiet)
}

describe('two sets of the same ground', () => {
  it('are the same when one is the other turned and doubled', async () => {
    await write('turned', {
      spoil(vectors, dimensions) {
        // a permutation of the dimensions is a rotation; cosine and CKA do not see it
        for (let start = 0; start < vectors.length; start += dimensions) {
          const row = vectors.slice(start, start + dimensions).reverse()
          vectors.set(
            row.map((value) => 2 * value),
            start,
          )
        }
      },
    })
    const report = await compare('a', 'turned', { perPlace: true })
    expect(report).toMatchObject({
      joined: 108,
      usable: 108,
      compared: 108,
      k: 10,
      overlap: 1,
      mutualPairs: 1,
      warnings: [],
    })
    expect(report.linearCka).toBeCloseTo(1, 5)
    expect(report.overlapByChance).toBeCloseTo(10 / 107, 12)
    expect(report.places).toHaveLength(108)
    expect(report.a.intrinsicDimension).toBeCloseTo(report.b.intrinsicDimension!, 6)
  })

  it('have little in common when one is noise', async () => {
    await write('noise', { dimensions: 5, spoil: (vectors) => vectors.set(fixtureVectors(99, 108, 5)) })
    const report = await compare('a', 'noise')
    expect(report.linearCka!).toBeLessThan(0.2)
    expect(report.overlap).toBeLessThan(0.25)
    expect(report.b).toMatchObject({ dimensions: 5, rows: 108, alone: 0 })
  })

  it('are joined by name, whatever the order of their rows', async () => {
    const reversed = [...places].reverse()
    await write('reversed', {
      places: reversed,
      spoil(vectors, dimensions) {
        const original = vectors.slice()
        const block = 9 * dimensions
        for (let place = 0; place < 12; place++) {
          vectors.set(original.subarray(place * block, (place + 1) * block), (11 - place) * block)
        }
      },
    })
    expect(await compare('a', 'reversed')).toMatchObject({ joined: 108, overlap: 1 })
  })

  it('draw some of many rows, the same for the same seed', async () => {
    const first = await compare('a', 'noise', { rows: 50 })
    expect(first).toMatchObject({ joined: 108, compared: 50 })
    expect(first.warnings).toContain('50 of 108 rows were drawn; ask for more rows to compare them all')
    expect((await compare('a', 'noise', { rows: 50 })).overlap).toBe(first.overlap)
  })

  it('leave out vectors that are no vectors, and count them', async () => {
    await write('spoilt', {
      spoil(vectors, dimensions) {
        vectors[3] = Number.NaN
        vectors.fill(0, dimensions, 2 * dimensions)
      },
    })
    const report = await compare('a', 'spoilt')
    expect(report).toMatchObject({ joined: 108, usable: 106 })
    expect(report.warnings).toContain('2 joined rows have NaN, infinite or zero vectors and are left out')
  })
})

describe('sets of other ground', () => {
  it('are refused with the counts, unless the shared rows are asked for', async () => {
    await write('part', { places: places.slice(2) })
    await expect(compare('a', 'part')).rejects.toThrow(
      'a.parquet and part.parquet: expected the same fragments in both, got 90 rows in both, 18 only in a.parquet, 0 only in part.parquet; ask for the shared rows alone to compare those',
    )
    const shared = await compare('a', 'part', { sharedOnly: true })
    expect(shared).toMatchObject({ joined: 90, a: { alone: 18 }, b: { alone: 0 } })
  })

  it('are refused when nothing is shared', async () => {
    await write('elsewhere', { places: [[-20, 100]] })
    await expect(compare('a', 'elsewhere', { sharedOnly: true })).rejects.toThrow(
      'a.parquet and elsewhere.parquet: expected rows of the same fragments, got 0 rows in both, 108 only in a.parquet, 9 only in elsewhere.parquet; join by place when the products differ',
    )
  })

  it('are joined where one holds the central fragments alone', async () => {
    await write('central', { fragments: 1 })
    expect(await compare('a', 'central', { sharedOnly: true })).toMatchObject({ joined: 12, a: { alone: 96 } })
  })

  it('are refused when joined rows show other windows of their image, as fragments of another size do', async () => {
    const { set } = await readEvaluatedSet(pathOf('a'), quiet, async () => undefined)
    const pixelBbox = set.columns.pixelBbox!.map((offset, at) => (at < 40 && at % 4 > 1 ? offset - 160 : offset))
    const other = { ...set, name: 'small.parquet', columns: { ...set.columns, pixelBbox } }
    expect(() => joinRows(set, other, { key: 'fragment', needsAll: true })).toThrow(
      'a.parquet and small.parquet: expected the same pixel windows in joined rows, got 10 of 108 that differ; compare models with fragments of one size',
    )
  })

  it('count a fragment once when a set has several dates of it', async () => {
    await write('dates', { dates: ['20200219T112100', '20210301T000000'] })
    const report = await compare('a', 'dates')
    expect(report.b).toMatchObject({ rows: 216, repeated: 108 })
    expect(report.warnings).toContain('dates.parquet: 108 rows repeat a fragment of the set; the first of each counts')
  })
})
