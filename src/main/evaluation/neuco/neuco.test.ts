// Against NeuCo-Bench itself: fixtures/evaluation/neuco.py ran its code on the same seeded case.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { neucoRequest } from '../../../shared/contract.ts'
import type { CallContext } from '../../threads/thread-calls.ts'
import { readEvaluationFixture } from '../fixture.ts'
import { leaderboard } from './leaderboard.ts'
import { runNeuco } from './run-neuco.ts'
import { binaryF1, r2Score } from './scores.ts'
import { type SeededCase, writeSeededCase } from './seeded-case.ts'
import { readSubmission } from './submission.ts'
import { readTaskLabels } from './task-labels.ts'
import { trainProbe } from './train-probe.ts'

interface RunFixture {
  readonly seed: number
  readonly overallQ: number
  readonly overallScore: number
  readonly tasks: Readonly<Record<string, { q: number; mean: number; std: number; scores: readonly number[] }>>
}

interface NeucoFixture {
  readonly case: SeededCase
  readonly smallCase: SeededCase
  readonly paths: readonly {
    readonly task: string
    readonly test: readonly number[]
    readonly orders: readonly (readonly number[])[]
    readonly startWeights: readonly number[]
    readonly startBias: number
    readonly trainLoss: readonly number[]
    readonly metric: readonly number[]
    readonly best: number
    readonly endWeights: readonly number[]
    readonly endBias: number
    readonly firstVector: readonly number[]
    readonly firstTargets: readonly number[]
  }[]
  readonly runs: readonly RunFixture[]
  readonly paddedTo20: RunFixture
  readonly leaderboard: {
    readonly scores: Readonly<Record<string, readonly (number | null)[]>>
    readonly experiments: readonly string[]
    readonly board: readonly Record<string, number | string>[]
  }
}

const fixture = readEvaluationFixture<NeucoFixture>('neuco')
let folder = ''
const quiet: CallContext = { signal: new AbortController().signal, onProgress: () => {} }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neuco-'))
  await writeSeededCase(join(folder, 'case'), fixture.case)
  await writeSeededCase(join(folder, 'small'), fixture.smallCase)
})
afterAll(() => rm(folder, { recursive: true }))

const requestOf = (name: string, more: object = {}) =>
  neucoRequest.parse({
    submission: join(folder, name, 'submission.csv'),
    labels: join(folder, name, 'labels'),
    ...more,
  })

const expectClose = (got: ArrayLike<number>, truth: ArrayLike<number>, within: number) => {
  expect(got.length).toBe(truth.length)
  for (let i = 0; i < got.length; i++) expect(Math.abs(got[i]! - truth[i]!)).toBeLessThanOrEqual(within)
}

describe('one probe', () => {
  for (const path of fixture.paths) {
    it(`goes the way of the original's trainer, step by step, on ${path.task}`, async () => {
      const tasks = await readTaskLabels(join(folder, 'small', 'labels'))
      const { ids, labels, type } = tasks.find(({ task }) => task === path.task)!
      const submission = await readSubmission(join(folder, 'small', 'submission.csv'), {
        labelledIds: new Set(tasks.flatMap((task) => task.ids)),
        standardise: true,
      })
      expectClose(submission.vectors.subarray(0, submission.dimensions), path.firstVector, 2e-6)
      const [low, high] = [Math.min(...labels), Math.max(...labels)]
      const targets = labels.map((label) => (label - low) / (high - low))
      expectClose(targets.subarray(0, 5), path.firstTargets, 1e-6)
      const { weights, bias, epochs } = trainProbe(
        {
          vectors: submission.vectors,
          dimensions: submission.dimensions,
          rows: Int32Array.from(ids, (id) => submission.ids.indexOf(id)),
          labels: targets,
          type,
        },
        {
          weights: Float64Array.from(path.startWeights),
          bias: path.startBias,
          orderOf: (epoch) => Int32Array.from(path.orders[epoch]!),
        },
        { epochs: path.orders.length, batchSize: 64, learningRate: 0.001 },
        [Int32Array.from(path.test)],
      )
      expectClose(
        epochs.map(({ trainLoss }) => trainLoss),
        path.trainLoss,
        1e-5,
      )
      expectClose(
        epochs.map(({ scores }) => scores[0]!),
        path.metric,
        1e-4,
      )
      expectClose(weights, path.endWeights, 1e-5)
      expectClose([bias], [path.endBias], 1e-5)
    })
  }
})

describe('scores', () => {
  it('take logits that all lie in [0, 1] for probabilities, as torchmetrics does', () => {
    const labels = Float64Array.of(1, 1, 0, 0)
    expect(binaryF1(Float64Array.of(0.6, 0.4, 0.1, 0.2), labels)).toBeCloseTo(2 / 3, 12)
    expect(binaryF1(Float64Array.of(0.6, 0.4, -0.1, 0.2), labels)).toBeCloseTo(0.8, 12)
    expect(binaryF1(Float64Array.of(-1, -1, -1, -1), labels)).toBe(0)
  })

  it('call R2 0 where the labels hardly spread, and 1 where nothing is left', () => {
    expect(r2Score(Float64Array.of(0.1, 0.3), Float64Array.of(0.5, 0.5))).toBe(0)
    expect(r2Score(Float64Array.of(0.5, 0.501), Float64Array.of(0.5, 0.5))).toBe(1)
  })
})

describe('a whole evaluation', () => {
  it('scores as the original does: over several seeds the means are no further apart than chance puts them', async () => {
    const reports = []
    for (let seed = 1; seed <= 6; seed++) reports.push(await runNeuco(requestOf('case', { seed }), quiet))
    for (const [index, { task, type, scores }] of reports[0]!.tasks.entries()) {
      const ours = reports.map(({ tasks }) => tasks[index]!)
      const theirs = fixture.runs.map((run) => run.tasks[task]!)
      for (const name of ['mean', 'std', 'q'] as const) {
        const [a, b] = [spreadOf(ours.map((each) => each[name]!)), spreadOf(theirs.map((each) => each[name]))]
        const standardError = Math.sqrt(a.variance / ours.length + b.variance / theirs.length)
        expect(Math.abs(a.mean - b.mean)).toBeLessThan(3 * standardError)
      }
      expect(scores).toHaveLength(40)
      // the epoch that is chosen without the test part is not the best one of the test part
      expect(spreadOf(ours.map(({ heldOut }) => heldOut.mean!)).mean).toBeLessThan(
        spreadOf(ours.map(({ mean }) => mean!)).mean,
      )
      // the same splits: what is hard for the original is hard here (its own F1 runs correlate by 0.74 to 0.93; R2 after so few
      // steps is mostly the chance of the start)
      if (type === 'regression') continue
      const split = (at: number) => spreadOf(theirs.map((run) => run.scores[at]!)).mean
      expect(
        correlation(
          scores,
          scores.map((_, at) => split(at)),
        ),
      ).toBeGreaterThan(0.7)
    }
  }, 120_000)

  it('pads with zeros before it standardises', async () => {
    const report = await runNeuco(requestOf('small', { dimensions: 20 }), quiet)
    expect(report).toMatchObject({ dimensions: 20, foundDimensions: 12 })
    expect(report.warnings).toContain('12 dimensions are padded with zeros to 20')
    for (const { task, mean, std } of report.tasks) {
      const theirs = fixture.paddedTo20.tasks[task]!
      expect(Math.abs(mean! - theirs.mean)).toBeLessThan(Math.max(std!, theirs.std))
    }
  }, 60_000)

  it('gives the same numbers for the same seed, whichever thread computes them', async () => {
    const settings = { splits: 5, tasks: ['clouds', 'heat'] }
    const [first, second] = [
      await runNeuco(requestOf('small', settings), quiet),
      await runNeuco(requestOf('small', settings), quiet),
    ]
    expect(second.tasks).toEqual(first.tasks)
    const other = await runNeuco(requestOf('small', { ...settings, seed: 1 }), quiet)
    expect(other.tasks).not.toEqual(first.tasks)
  })

  it('ends as cancelled while it trains', async () => {
    const controller = new AbortController()
    const onProgress = ({ stage }: { stage: string }) => stage.startsWith('training') && controller.abort()
    await expect(runNeuco(requestOf('small'), { signal: controller.signal, onProgress })).rejects.toThrow(
      /closed|abort/,
    )
  })

  it('writes what the benchmark writes, and ranks every run of the phase', async () => {
    const out = join(folder, 'out')
    const settings = { splits: 3, out, phase: 'dev', tasks: ['clouds', 'heat'] }
    await runNeuco(requestOf('small', { ...settings, method: 'a' }), quiet)
    await mkdir(join(out, 'dev', 'theirs'))
    const theirs =
      '{"experiment": "theirs_1", "task_q_scores": {"clouds": 1000.0, "heat": 1000.0}, "overall_q_score": NaN}'
    await writeFile(join(out, 'dev', 'theirs', 'results_summary.json'), theirs)
    const report = await runNeuco(requestOf('small', { ...settings, method: 'b' }), quiet)
    const [place] = (await readdir(join(out, 'dev'))).filter((name) => name.startsWith('b_'))
    const summary = JSON.parse(await readFile(join(out, 'dev', place!, 'results_summary.json'), 'utf8'))
    expect(summary).toMatchObject({ experiment: place, overall_q_score: report.overallQ, config: { k_folds: 3 } })
    const task = JSON.parse(await readFile(join(out, 'dev', place!, 'heat', 'heat_result.json'), 'utf8'))
    expect(task).toMatchObject({
      q_stat: report.tasks[1]!.q,
      hyperparamaters: { epochs: 10, learning_rate: 0.001, batch_size: 64 },
    })
    const board = (await readFile(report.files.at(-1)!, 'utf8')).trimEnd().split('\n')
    expect(board[0]).toBe('experiment,mean_score,weighted_score,aggregated_rank')
    expect(board[1]).toMatch(/^theirs_1,1000,1,1$/)
    expect(board).toHaveLength(4)
  })
})

it('ranks as the leaderboard of the original does', () => {
  const { scores, experiments, board } = fixture.leaderboard
  const runs = experiments.map((experiment, run) => ({
    experiment,
    q: Object.fromEntries(Object.entries(scores).map(([task, values]) => [task, values[run]!])),
  }))
  const rows = leaderboard(runs)
  expect(rows.map(({ experiment, rank }) => [experiment, rank])).toEqual(
    board.map((row) => [row['experiment'], row['aggregated_rank']]),
  )
  expectClose(
    rows.map(({ weightedScore }) => weightedScore),
    board.map((row) => Number(row['weighted_score'])),
    1e-12,
  )
  expectClose(
    rows.map(({ meanScore }) => meanScore),
    board.map((row) => Number(row['mean_score'])),
    1e-12,
  )
})

describe('bad input', () => {
  /** A folder with a submission and one label file; absent ones are those of the small case in two samples. */
  async function given(name: string, submission: string, labels: Readonly<Record<string, string>>): Promise<string> {
    await mkdir(join(folder, name, 'labels'), { recursive: true })
    await writeFile(join(folder, name, 'submission.csv'), submission)
    for (const [file, text] of Object.entries(labels)) await writeFile(join(folder, name, 'labels', file), text)
    return name
  }
  const rowsOf = (count: number, row: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => row(i)).join('\n')
  const submission = `id,0,1\n${rowsOf(20, (i) => `s${i},${i},${i * i}`)}\n`
  const labels = `id,label\n${rowsOf(20, (i) => `s${i},${i % 2}`)}\n`

  it('more dimensions than declared are refused', async () => {
    const request = requestOf(await given('wide', submission, { 'a__cls.csv': labels }), { dimensions: 1 })
    await expect(runNeuco(request, quiet)).rejects.toThrow(
      'submission.csv: expected at most 1 dimensions as declared, got 2',
    )
  })

  it('an id that comes twice is refused with its lines', async () => {
    const request = requestOf(await given('twice', `${submission}s3.zarr.zip,1,2\n`, { 'a__cls.csv': labels }))
    await expect(runNeuco(request, quiet)).rejects.toThrow(
      'submission.csv: expected every id once, got 1 repeated, first "s3" in lines 5 and 22',
    )
  })

  it('labels for unknown ids are counted, and refused where nothing is left', async () => {
    const unknown = `id,label\n${rowsOf(20, (i) => `x${i},${i % 2}`)}\n`
    const request = requestOf(await given('unknown', submission, { 'a__cls.csv': unknown }))
    await expect(runNeuco(request, quiet)).rejects.toThrow(
      'submission.csv: expected rows with labels, got 20 rows of which none has a label',
    )
    const both = requestOf(await given('some', submission, { 'a__cls.csv': labels, 'b__cls.csv': unknown }))
    const report = await runNeuco({ ...both, splits: 2 }, quiet)
    expect(report.tasks[1]).toMatchObject({ task: 'b', q: null, samples: 0, withoutVector: 20 })
    expect(report.overallQ).toBeNull()
    expect(report.warnings).toContain(
      'task b: expected labels for ids of the submission, got 20 labels for other ids; it has no score',
    )
  })

  it('one class only is refused', async () => {
    const same = labels.replaceAll(/,[01]$/gm, ',1')
    const request = requestOf(await given('one-class', submission, { 'a__cls.csv': same }))
    await expect(runNeuco(request, quiet)).rejects.toThrow(
      'task a: expected labels of two values or more, got one value on all 20 samples',
    )
  })

  it('three classes are refused, for the benchmark is binary', async () => {
    const three = `id,label\n${rowsOf(20, (i) => `s${i},${i % 3}`)}\n`
    const request = requestOf(await given('three', submission, { 'a__cls.csv': three }))
    await expect(runNeuco(request, quiet)).rejects.toThrow(
      'task a: expected two classes, got 3 label values; the benchmark knows binary classification only',
    )
  })

  it('a label that is no number is refused with its line', async () => {
    const request = requestOf(await given('nan', submission, { 'a__regr.csv': labels.replace('s1,1', 's1,NaN') }))
    await expect(runNeuco(request, quiet)).rejects.toThrow(
      'a__regr.csv: expected a finite number as label in line 3, got "NaN"',
    )
  })

  it('too few samples are refused', async () => {
    const few = labels.split('\n').slice(0, 9).join('\n')
    const request = requestOf(await given('few', submission, { 'a__regr.csv': few }))
    await expect(runNeuco(request, quiet)).rejects.toThrow(
      'task a: expected at least 11 samples with label and vector, got 8',
    )
  })

  it('values that are empty or words count as 0 and are counted; infinite ones are refused', async () => {
    const odd = submission.replace('s2,2,4', 's2,,x')
    const report = await runNeuco({ ...requestOf(await given('odd', odd, { 'a__cls.csv': labels })), splits: 2 }, quiet)
    expect(report.warnings).toContain('2 values of the submission are empty or no numbers and count as 0')
    const infinite = requestOf(
      await given('infinite', submission.replace('s2,2,4', 's2,inf,4'), { 'a__cls.csv': labels }),
    )
    await expect(runNeuco(infinite, quiet)).rejects.toThrow(
      'submission.csv: expected finite values, got Infinity in line 4, column 2',
    )
  })

  it('a submission without ids and a label file with another name are refused', async () => {
    const noId = requestOf(await given('no-id', submission.replace('id', 'name'), { 'a__cls.csv': labels }))
    await expect(runNeuco(noId, quiet)).rejects.toThrow('submission.csv: expected a column "id", got name, 0, 1')
    const name = requestOf(await given('name', submission, { 'a.csv': labels }))
    await expect(runNeuco(name, quiet)).rejects.toThrow(
      'a.csv: expected a name <task>__<type>.csv with the type classification, cls, regression, regr, got "a"',
    )
  })

  it('excluded ids, columns in any order and quoted cells are read as pandas reads them', async () => {
    const mixed = `1,"id",0,note\r\n${rowsOf(20, (i) => `${i * i},"s${i}.zarr",${i},"a, ""b"""`).replaceAll('\n', '\r\n')}`
    const name = await given('mixed', mixed, { 'a__cls.csv': labels })
    await writeFile(join(folder, name, 'exclude.txt'), 's3\n\n s4 \n')
    const read = await readSubmission(join(folder, name, 'submission.csv'), {
      labelledIds: new Set(rowsOf(20, (i) => `s${i}`).split('\n')),
      excludedIds: new Set(['s3', 's4']),
      standardise: false,
    })
    expect(read).toMatchObject({ dimensions: 2, excludedCount: 2, rowCount: 20 })
    expect([...read.vectors.subarray(4, 8)]).toEqual([2, 4, 5, 25])
    const report = await runNeuco({ ...requestOf(name), splits: 2, exclude: join(folder, name, 'exclude.txt') }, quiet)
    expect(report.rows).toEqual({ submitted: 20, used: 18, unlabelled: 0, excluded: 2 })
  })
})

function spreadOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) }
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanA, meanB] = [mean(a), mean(b)]
  const sum = (of: (i: number) => number) => a.reduce((total, _, i) => total + of(i), 0)
  const [aa, bb] = [sum((i) => (a[i]! - meanA) ** 2), sum((i) => (b[i]! - meanB) ** 2)]
  return sum((i) => (a[i]! - meanA) * (b[i]! - meanB)) / Math.sqrt(aa * bb)
}
