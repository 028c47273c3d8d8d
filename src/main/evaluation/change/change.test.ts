import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeRequest } from '../../../shared/contract.ts'
import { fixtureVectors } from '../../bytes/fixture-vectors.ts'
import { projectRoot } from '../../entries.ts'
import { writeTestSet } from '../../store/test-set.ts'
import type { CallContext } from '../../threads/thread-calls.ts'
import { changeScores, changeThreshold } from './change-score.ts'
import { runChange } from './run-change.ts'

const quiet: CallContext = { signal: new AbortController().signal, onProgress: () => {} }
const places = Array.from({ length: 10 }, (_, i) => [40 + 0.5 * i, 5] as const)
const dates = ['20200219T112100', '20210301T000000', '20220101T000000']
const dimensions = 16
/** fragment 31 changes between the first two dates, fragment 60 between the last two */
const changed = [
  { fragment: 31, date: 1 },
  { fragment: 60, date: 2 },
]
let folder = ''
let set = ''

/** Rows by place, date and fragment of nine; every later date is the first with a little noise, unless it changed. */
function rowOf(fragment: number, date: number): number {
  return Math.floor(fragment / 9) * 27 + date * 9 + (fragment % 9)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'change-'))
  set = join(folder, 'set.parquet')
  const spoil = (vectors: Float32Array) => {
    const ground = fixtureVectors(3, 90, dimensions)
    const noise = fixtureVectors(4, 270, dimensions)
    const other = fixtureVectors(5, 90, dimensions)
    for (let fragment = 0; fragment < 90; fragment++) {
      for (let date = 0; date < 3; date++) {
        const isOther = changed.some((one) => one.fragment === fragment && date >= one.date)
        const row = rowOf(fragment, date)
        for (let i = 0; i < dimensions; i++) {
          const value = (isOther ? other : ground)[fragment * dimensions + i]! - i / dimensions
          const drift = 0.03 * (noise[row * dimensions + i]! - i / dimensions)
          // the last date is hazy: every vector moves the same way
          vectors[row * dimensions + i] = value + drift + (date === 2 ? 0.05 : 0)
        }
      }
    }
  }
  await writeTestSet(set, { places, dates, dimensions, spoil })
  const rows = Array.from({ length: 270 }, (_, row) => row)
  const burnt = new Set(
    changed.flatMap(({ fragment, date }) => [0, 1, 2].filter((d) => d >= date).map((d) => rowOf(fragment, d))),
  )
  await writeFile(
    join(folder, 'truth.csv'),
    `unique_id,label\n${rows.map((row) => `id-${row},${burnt.has(row) ? 'burn field' : 'field'}`).join('\n')}\n`,
  )
})
afterAll(() => rm(folder, { recursive: true }))

const change = (more: object = {}, path = set) => runChange(changeRequest.parse({ set: path, ...more }), quiet)

describe('the dates of a fragment', () => {
  it('make steps in the order of time, and what changed comes first', async () => {
    const report = await change()
    expect(report).toMatchObject({ rows: 270, footprints: 90, stepCount: 180, warnings: [] })
    const first = report.steps.slice(0, 2).map(({ toRow }) => toRow)
    expect(first.sort((a, b) => a - b)).toEqual(changed.map(({ fragment, date }) => rowOf(fragment, date)))
    for (const { fromRow, toRow, from, to } of report.steps) {
      expect(toRow - fromRow).toBe(9)
      expect(from < to).toBe(true)
    }
    expect(report.steps.slice(0, 2).every(({ isChange }) => isChange)).toBe(true)
    // about one of a hundred stable steps may be called a change besides
    expect(report.changed).toBeLessThan(2 + 8)
  })

  it('are held against what is known', async () => {
    const truth = { table: join(folder, 'truth.csv'), changeLabel: 'burn' }
    const report = await change({ truth })
    expect(report.truth).toMatchObject({ steps: 180, changes: 2, rocAuc: 1, recall: 1 })
    expect(report.steps[0]).toMatchObject({ isKnownChange: true })
  })

  it('tell the burn scars of the sample planet from ground that stayed', async () => {
    const sample = join(projectRoot(), 'sample')
    const truth = { table: join(sample, 'truth.parquet'), label: 'objects', changeLabel: 'burn' }
    const report = await change({ truth, limit: 2000 }, join(sample, 'sample-planet.parquet'))
    expect(report).toMatchObject({ footprints: 1875, stepCount: 1875, truth: { changes: 110, recall: 1 } })
    // scikit-learn's roc_auc_score(known change, -cosine) over the same steps; what else changes there is cloud and smaller scars
    expect(report.truth!.rocAucOfCosine).toBeCloseTo(0.9701983, 6)
    expect(report.truth!.rocAuc!).toBeGreaterThan(0.95)
  }, 60_000)
})

describe('scores', () => {
  const step = (cosine: number, datePair: string) => ({ fromRow: 0, toRow: 1, cosine, datePair })

  it('are held against the steps between the same dates', () => {
    const clear = Array.from({ length: 40 }, (_, i) => step(0.99 + 0.0001 * i, 'clear'))
    const hazy = Array.from({ length: 40 }, (_, i) => step(0.8 + 0.001 * i, 'hazy'))
    const scores = changeScores([...clear, step(0.9, 'clear'), ...hazy, step(0.82, 'hazy')])
    // the lower cosine is usual on its dates, the higher one is not
    expect(scores[40]!).toBeGreaterThan(5)
    expect(Math.abs(scores[81]!)).toBeLessThan(1.5)
  })

  it('have a threshold that the mirrored lower half lets few stable steps pass', () => {
    const scores = Float64Array.from({ length: 1001 }, (_, i) => (i - 500) / 100)
    expect(changeThreshold(scores, 0.01)).toBeCloseTo(4.9, 10)
    const withChanges = Float64Array.of(...scores, ...Array.from({ length: 100 }, () => 50))
    expect(changeThreshold(withChanges, 0.01)).toBeLessThan(6.5)
  })
})

describe('bad input', () => {
  it('a set with one date is refused', async () => {
    const path = join(folder, 'one-date.parquet')
    await writeTestSet(path, { places })
    await expect(change({}, path)).rejects.toThrow(
      'one-date.parquet: expected fragments on two dates or more, got 90 fragments on one date each (0 rows have no date)',
    )
  })

  it('a truth that tells no change is refused with the counts', async () => {
    const truth = { table: join(folder, 'truth.csv'), changeLabel: 'flood' }
    await expect(change({ truth })).rejects.toThrow(
      'truth.csv: expected steps with and without a change of "flood", got 0 with and 180 without of 180 steps',
    )
  })
})
