import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ProbeReport, type ProbeRequest, probeRequest } from '../../../shared/contract.ts'
import { projectRoot } from '../../entries.ts'
import { writeTestSet } from '../../store/test-set.ts'
import type { CallContext } from '../../threads/thread-calls.ts'
import { readEvaluationFixture } from '../fixture.ts'
import { runProbe } from './run-probe.ts'
import { seededSamples } from './seeded-samples.ts'

interface FoldsFixture {
  readonly samples: { count: number; dimensions: number; classes: number; seed: number }
  /** scores of scikit-learn's folds, its cross_val_score */
  readonly folds: Readonly<
    Record<'logistic' | 'balanced' | 'ridgeClasses' | 'nearest' | 'binary' | 'numbers', readonly number[]>
  >
  readonly labelF1: readonly number[]
}

const fixture = readEvaluationFixture<FoldsFixture>('probes')
const { count, dimensions, classes, seed } = fixture.samples
const samples = seededSamples(count, dimensions, classes, seed)
const quiet: CallContext = { signal: new AbortController().signal, onProgress: () => {} }
const places = Array.from({ length: count }, (_, i) => [40 + 0.2 * Math.floor(i / 20), 5 + 0.3 * (i % 20)] as const)
let folder = ''
let set = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-'))
  set = join(folder, 'set.parquet')
  await writeTestSet(set, { places, fragments: 1, dimensions, spoil: (vectors) => vectors.set(samples.vectors) })
  await writeTable('kinds.csv', (i) => `k${samples.kinds[i]}`)
  await writeTable('numbers.csv', (i) => samples.numbers[i]!)
})
afterAll(() => rm(folder, { recursive: true }))

/** A table with the columns unique_id and label; rows without a text are left out. */
async function writeTable(
  name: string,
  label: (index: number) => string | number | undefined,
  rows = count,
): Promise<void> {
  const lines = Array.from({ length: rows }, (_, i) => (label(i) === undefined ? [] : `id-${i},${label(i)}`))
  await writeFile(join(folder, name), `unique_id,label\n${lines.flat().join('\n')}\n`)
}

function probe(table: string, more: Partial<ProbeRequest> = {}): Promise<ProbeReport> {
  return runProbe(probeRequest.parse({ set, labels: { table: join(folder, table) }, ...more }), quiet)
}

const expectFolds = ({ folds }: ProbeReport, truth: readonly number[], within = 1e-9) => {
  for (const [fold, value] of truth.entries()) expect(Math.abs(folds[fold]!.score! - value)).toBeLessThan(within)
}

describe('cross-validation', () => {
  it('of classes has the accuracy of each fold of scikit-learn', async () => {
    const report = await probe('kinds.csv')
    expect(report).toMatchObject({
      probe: 'logistic',
      split: 'stratified',
      metric: 'accuracy',
      samples: count,
      warnings: [],
    })
    expectFolds(report, fixture.folds.logistic)
    expectFolds(await probe('kinds.csv', { classWeights: 'balanced' }), fixture.folds.balanced)
    expectFolds(await probe('kinds.csv', { probe: 'ridge' }), fixture.folds.ridgeClasses)
    expectFolds(await probe('kinds.csv', { probe: 'nearest' }), fixture.folds.nearest)
  }, 60_000)

  it('of two classes is one column, with its area under the curve', async () => {
    await writeTable('binary.csv', (i) => Number(samples.kinds[i] === 1))
    const report = await probe('binary.csv')
    expectFolds(report, fixture.folds.binary)
    if (report.scores.kind !== 'classes') throw new Error('expected classes')
    expect(report.scores.perClass.map(({ name }) => name)).toEqual(['0', '1'])
    expect(report.scores.rocAuc).toBeGreaterThan(0.5)
  })

  it('of numbers has the R2 of each fold of scikit-learn', async () => {
    const report = await probe('numbers.csv')
    expect(report).toMatchObject({ probe: 'ridge', split: 'random', metric: 'r2' })
    expectFolds(report, fixture.folds.numbers, 1e-5)
  })

  it('of several labels has the F1 of each label of scikit-learn, samples without any label included', async () => {
    const name = (k: number) => ['a', 'b', 'c'][k]
    await writeTable('labels.csv', (i) =>
      [0, 1, 2]
        .filter((k) => samples.labels[i * 3 + k] === 1)
        .map(name)
        .join(' '),
    )
    const report = await probe('labels.csv', { task: 'labels' })
    if (report.scores.kind !== 'labels') throw new Error('expected labels')
    expect(report.samples).toBe(count)
    for (const [k, f1] of fixture.labelF1.entries()) expect(report.scores.perLabel[k]!.f1).toBeCloseTo(f1, 9)
  })

  it('has an interval around the score, a confusion matrix over all samples, and a learning curve that rises', async () => {
    const { scores, learningCurve, mean } = await probe('kinds.csv', { learningCurve: true })
    if (scores.kind !== 'classes') throw new Error('expected classes')
    expect(scores.accuracyInterval.low).toBeLessThan(scores.accuracy)
    expect(scores.accuracyInterval.high).toBeGreaterThan(scores.accuracy)
    expect(scores.confusion.flat().reduce((sum, n) => sum + n, 0)).toBe(count)
    expect(learningCurve!.map(({ fraction }) => fraction)).toEqual([0.05, 0.1, 0.2, 0.5, 1])
    expect(learningCurve!.at(-1)!.mean).toBe(mean)
    expect(learningCurve![0]!.mean!).toBeLessThan(mean! - 0.05)
  }, 60_000)

  it('over blocks keeps training samples out of the buffer', async () => {
    const report = await probe('kinds.csv', { split: 'blocked', blockKm: 100, bufferKm: 30 })
    expect(report.split).toBe('blocked')
    for (const { train, test, inBuffer } of report.folds) expect(train + test + inBuffer).toBe(count)
    expect(report.folds.some(({ inBuffer }) => inBuffer > 0)).toBe(true)
  })

  it('reads labels from a column of the file itself', async () => {
    const report = await runProbe(
      probeRequest.parse({ set, labels: { label: 'grid_row_u' }, task: 'numbers', folds: 2 }),
      quiet,
    )
    expect(report.samples).toBe(count)
  })

  it('joins the truth of the sample planet by the beginnings of its ids, and each id counts once', async () => {
    const sample = join(projectRoot(), 'sample')
    const labels = { table: join(sample, 'truth.parquet'), label: 'objects' }
    const request = { set: join(sample, 'sample-planet.parquet'), labels, task: 'labels', folds: 2 } as const
    const { leftOut, scores, samples: used } = await runProbe(probeRequest.parse(request), quiet)
    expect({ used, ...leftOut }).toEqual({
      used: 24045,
      unlabelled: 0,
      unknownIds: 0,
      repeatedIds: 50,
      unusableVectors: 0,
    })
    if (scores.kind !== 'labels') throw new Error('expected labels')
    expect(scores.perLabel.find(({ name }) => name === 'pivot')!.f1).toBeGreaterThan(0.95)
  }, 60_000)

  it('ends as cancelled while it trains', async () => {
    const controller = new AbortController()
    const onProgress = ({ stage }: { stage: string }) => stage === 'training' && controller.abort()
    const request = probeRequest.parse({ set, labels: { table: join(folder, 'kinds.csv') } })
    await expect(runProbe(request, { signal: controller.signal, onProgress })).rejects.toThrow(/closed|abort/)
  })
})

describe('bad input', () => {
  it('labels for unknown ids are counted, and refused where none is known', async () => {
    await writeFile(join(folder, 'unknown.csv'), `unique_id,label\nx1,a\nx2,b\n`)
    await expect(probe('unknown.csv')).rejects.toThrow(
      'set.parquet: expected rows with a label and a usable vector, got 2 labels for other ids',
    )
    await writeFile(
      join(folder, 'some.csv'),
      `unique_id,label\nx1,a\n${Array.from({ length: 60 }, (_, i) => `id-${i},${i % 2}`).join('\n')}\n`,
    )
    const report = await probe('some.csv')
    expect(report.leftOut).toMatchObject({ unknownIds: 1, unlabelled: count - 60 })
    expect(report.warnings).toContain('1 labels are for ids that set.parquet does not have')
  })

  it('one class only is refused', async () => {
    await writeTable('one.csv', () => 'forest')
    await expect(probe('one.csv')).rejects.toThrow(
      'one.csv column "label": expected two classes or more, got "forest" for all 400 samples',
    )
    await expect(probe('one.csv', { task: 'labels' })).rejects.toThrow(
      'one.csv column "label": expected labels that apply to some samples and not to others, got only ones that apply to all',
    )
    await writeTable('same.csv', () => 3)
    await expect(probe('same.csv', { task: 'numbers' })).rejects.toThrow(
      'same.csv column "label": expected numbers that differ, got 3 for all 400 samples',
    )
  })

  it('fewer samples than folds are refused', async () => {
    await writeTable('few.csv', (i) => `k${i % 2}`, 4)
    await expect(probe('few.csv')).rejects.toThrow(
      'folds: expected at least one sample a fold, got 4 samples for 5 folds',
    )
    await expect(probe('kinds.csv', { split: 'blocked', blockKm: 4000 })).rejects.toThrow(
      /^folds: expected at least one block a fold, got \d blocks? of 4000 km for 5 folds; choose smaller blocks$/,
    )
  })

  it('a class with fewer samples than folds is named', async () => {
    await writeTable('rare.csv', (i) => (i < 2 ? 'rare' : `k${i % 2}`))
    const { warnings } = await probe('rare.csv')
    expect(warnings).toContain('class "rare" has 2 samples, fewer than the 5 folds')
  })

  it('NaN labels are refused and counted', async () => {
    await writeTable('nan.csv', (i) => (i < 3 ? 'NaN' : i))
    await expect(probe('nan.csv')).rejects.toThrow(
      'nan.csv column "label": expected labels, got NaN for 3 samples; leave them empty to use the samples without',
    )
    await writeTable('words.csv', (i) => (i === 5 ? 'many' : i))
    await expect(probe('words.csv', { task: 'numbers' })).rejects.toThrow(
      'words.csv column "label": expected finite numbers as labels, got "many"',
    )
  })

  it('an id with two labels is refused', async () => {
    await writeFile(join(folder, 'twice.csv'), 'unique_id,label\nid-1,a\nid-2,b\nid-1,b\n')
    await expect(probe('twice.csv')).rejects.toThrow(
      'twice.csv: expected one label an id, got 1 more for ids that have one, first "id-1"',
    )
  })

  it('a missing column or file is named', async () => {
    await expect(probe('kinds.csv', { labels: { table: join(folder, 'kinds.csv'), label: 'class' } })).rejects.toThrow(
      'kinds.csv: expected a column of ids (unique_id or id or unique_id_prefix) and the column "class", got unique_id, label',
    )
    await expect(probe('absent.csv')).rejects.toThrow(/absent\.csv: expected a CSV file, got ENOENT$/)
  })

  it('vectors with NaN and zero vectors are left out and counted', async () => {
    const path = join(folder, 'spoilt.parquet')
    const spoil = (vectors: Float32Array) => {
      vectors.set(samples.vectors)
      vectors[3] = Number.NaN
      vectors.fill(0, 5 * dimensions, 6 * dimensions)
    }
    await writeTestSet(path, { places, fragments: 1, dimensions, spoil })
    const request = probeRequest.parse({ set: path, labels: { table: join(folder, 'kinds.csv') } })
    const { leftOut, samples: used, warnings } = await runProbe(request, quiet)
    expect({ used, unusable: leftOut.unusableVectors }).toEqual({ used: 398, unusable: 2 })
    expect(warnings).toContain('2 rows have NaN, infinite or zero vectors and are left out')
  })

  it('what does not go together is refused', async () => {
    await expect(probe('numbers.csv', { probe: 'logistic' })).rejects.toThrow(
      'probe logistic: expected classes or labels, got numbers; use ridge or nearest',
    )
    await expect(probe('numbers.csv', { split: 'stratified' })).rejects.toThrow(
      'split stratified: expected classes, got numbers; use random or blocked',
    )
    await expect(probe('kinds.csv', { probe: 'nearest', classWeights: 'balanced' })).rejects.toThrow(
      'class weights: expected classes and a linear probe, got classes and nearest; leave them out',
    )
    await expect(probe('kinds.csv', { split: 'blocked', bufferKm: 1000 })).rejects.toThrow(
      /^folds: expected samples to learn from and samples to test, got 0 and \d+; choose a smaller buffer or fewer folds$/,
    )
  })
})
