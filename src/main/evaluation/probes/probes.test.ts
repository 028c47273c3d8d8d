// Against scikit-learn: fixtures/evaluation/probes.py fitted the same samples.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerRows } from '../../probe/answer-rows.ts'
import { fitLogistic, fitRidge, type TrainingSamples } from '../../probe/fit-linear.ts'
import { minimise } from '../../probe/lbfgs.ts'
import { type LinearProbe, type ProbeColumns, scalingOf, toProbabilities } from '../../probe/probe-columns.ts'
import { SampleShard, type ShardInput } from '../../probe/sample-shard.ts'
import { readEvaluationFixture } from '../fixture.ts'
import { bestColumns } from '../metrics/class-scores.ts'
import type { FoldCalls } from '../threads/fold-worker.ts'
import { shardedSamples } from '../threads/sharded-samples.ts'
import { ThreadPool } from '../threads/thread-pool.ts'
import { nearestRows } from './nearest-rows.ts'
import { seededSamples } from './seeded-samples.ts'

interface ClassesCase {
  readonly probabilities: readonly (readonly number[])[]
  readonly predicted: readonly number[]
}

interface ProbesFixture {
  readonly samples: { count: number; dimensions: number; classes: number; seed: number }
  readonly firstVector: readonly number[]
  readonly firstKinds: readonly number[]
  readonly firstNumbers: readonly number[]
  readonly firstLabels: readonly (readonly number[])[]
  readonly logistic: { c1: ClassesCase; c001: ClassesCase; balanced: ClassesCase }
  readonly binary: readonly number[]
  readonly multiLabel: readonly (readonly number[])[]
  readonly ridge: { predicted: readonly number[]; weights: readonly number[]; bias: number }
  readonly weightedRidge: { weights: readonly number[]; bias: number }
  readonly nearest: { rows: readonly (readonly number[])[]; similarities: readonly (readonly number[])[] }
}

const fixture = readEvaluationFixture<ProbesFixture>('probes')
const { count, dimensions, classes, seed } = fixture.samples
const samples = seededSamples(count, dimensions, classes, seed)
const rowsBetween = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i)
const [train, test] = [rowsBetween(0, 300), rowsBetween(300, 400)]
const scaling = scalingOf(samples.vectors, dimensions, train)

const columnsOfKinds: ProbeColumns = {
  link: 'softmax',
  columnCount: classes,
  values: Float32Array.from({ length: count * classes }, (_, i) =>
    samples.kinds[Math.floor(i / classes)] === i % classes ? 1 : 0,
  ),
}
const columnsOfNumbers: ProbeColumns = { link: 'identity', columnCount: 1, values: Float32Array.from(samples.numbers) }

function inputOf(columns: ProbeColumns, weightOf: (row: number) => number = () => 1): ShardInput {
  return {
    ...{ vectors: samples.vectors, dimensions, rows: train, scaling, columns },
    sampleWeights: Float64Array.from({ length: count }, (_, row) => weightOf(row)),
    isRootWeighted: columns.link === 'identity',
  }
}

function inThisThread(input: ShardInput): TrainingSamples {
  const shard = new SampleShard(input)
  return {
    dimensions,
    columnCount: input.columns.columnCount,
    totalWeight: train.reduce((sum, row) => sum + input.sampleWeights[row]!, 0),
    lossAndGradient: async (weights) => shard.lossAndGradient(weights),
    normalEquations: async () => shard.normalEquations(),
  }
}

const exactly = { gradientTolerance: 1e-7, maxIterations: 1000 }

async function probabilitiesOf(input: ShardInput, c: number): Promise<Float32Array> {
  const { weights } = await fitLogistic(inThisThread(input), { c, ...exactly })
  const { link, columnCount } = input.columns
  const probe: LinearProbe = { link, dimensions, columnCount, weights, scaling }
  const answers = answerRows(probe, samples.vectors, test)
  toProbabilities(answers, columnCount, link)
  return answers
}

function expectClose(got: ArrayLike<number>, truth: readonly number[], within: number): void {
  for (const [i, value] of truth.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(within)
}

it('draws the samples that Python draws', () => {
  expect([...samples.vectors.subarray(0, dimensions)]).toEqual(fixture.firstVector)
  expect([...samples.kinds.subarray(0, 12)]).toEqual(fixture.firstKinds)
  expect([...samples.numbers.subarray(0, 4)]).toEqual(fixture.firstNumbers)
  expect([...samples.labels.subarray(0, 12)]).toEqual(fixture.firstLabels.flat())
})

describe('logistic regression', () => {
  const countOf = (kind: number) => train.filter((row) => samples.kinds[row] === kind).length
  const balance = (row: number) => train.length / (classes * countOf(samples.kinds[row]!))
  const cases = [
    ['of several classes', fixture.logistic.c1, 1, () => 1],
    ['under a strong penalty', fixture.logistic.c001, 0.01, () => 1],
    ['with balanced classes', fixture.logistic.balanced, 1, balance],
  ] as const
  for (const [name, truth, c, weightOf] of cases) {
    it(`${name} has the probabilities of scikit-learn`, async () => {
      const probabilities = await probabilitiesOf(inputOf(columnsOfKinds, weightOf), c)
      expectClose(probabilities, truth.probabilities.flat(), 2e-4)
      expect([...bestColumns(probabilities, classes)]).toEqual(truth.predicted)
    })
  }

  it('of two classes and of several labels is one column each', async () => {
    const isOne = Float32Array.from(samples.kinds, (kind) => Number(kind === 1))
    const binary = inputOf({ link: 'logistic', columnCount: 1, values: isOne })
    expectClose(await probabilitiesOf(binary, 1), fixture.binary, 2e-4)
    const labels = inputOf({ link: 'logistic', columnCount: 3, values: Float32Array.from(samples.labels) })
    expectClose(await probabilitiesOf(labels, 1), fixture.multiLabel.flat(), 2e-4)
  })

  it('says when it has not converged', async () => {
    const fit = await fitLogistic(inThisThread(inputOf(columnsOfKinds)), { c: 1, maxIterations: 2 })
    expect(fit).toMatchObject({ hasConverged: false, iterations: 2 })
  })
})

describe('ridge', () => {
  it('has the weights of scikit-learn', async () => {
    const { weights } = await fitRidge(inThisThread(inputOf(columnsOfNumbers)), { alpha: 3 })
    expectClose(weights, [...fixture.ridge.weights, fixture.ridge.bias], 2e-4)
    const probe: LinearProbe = { link: 'identity', dimensions, columnCount: 1, weights, scaling }
    expectClose(answerRows(probe, samples.vectors, test), fixture.ridge.predicted, 1e-3)
  })

  it('has them too when samples weigh differently', async () => {
    const input = inputOf(columnsOfNumbers, (row) => (samples.kinds[row] === 1 ? 2.5 : 0.5))
    const { weights } = await fitRidge(inThisThread(input), { alpha: 3 })
    expectClose(weights, [...fixture.weightedRidge.weights, fixture.weightedRidge.bias], 2e-4)
  })

  it('without penalty is refused where the samples do not determine it', async () => {
    const input = { ...inputOf(columnsOfNumbers), rows: train.subarray(0, 10) }
    await expect(fitRidge(inThisThread(input), { alpha: 0 })).rejects.toThrow(
      'ridge: expected samples that determine the weights, got ones that do not; choose a penalty above 0',
    )
  })
})

it('finds the nearest rows by cosine, and never the query itself', () => {
  const found = nearestRows({ vectors: samples.vectors, dimensions, candidates: train, queries: test, k: 7 })
  expect([...found.rows.subarray(0, 56)]).toEqual(fixture.nearest.rows.flat())
  expectClose(found.similarities, fixture.nearest.similarities.flat(), 1e-6)
  const own = nearestRows({
    vectors: samples.vectors,
    dimensions,
    candidates: train.subarray(0, 3),
    queries: train,
    k: 3,
  })
  expect([...own.rows.subarray(0, 3)].sort()).toEqual([-1, 1, 2])
})

it('minimises the banana function of Rosenbrock, whose lowest point is known', async () => {
  const evaluate = async ([x = 0, y = 0]: Float64Array) => ({
    value: 100 * (y - x * x) ** 2 + (1 - x) ** 2,
    gradient: Float64Array.of(-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)),
  })
  const options = { gradientTolerance: 1e-9, valueTolerance: 0, maxIterations: 200 }
  const { point, hasConverged, iterations } = await minimise(evaluate, Float64Array.of(-1.2, 1), options)
  expect(hasConverged).toBe(true)
  expect(iterations).toBeLessThan(60)
  expectClose(point, [1, 1], 1e-8)
})

describe('threads', () => {
  let pool: ThreadPool<FoldCalls>
  beforeAll(() => {
    pool = new ThreadPool<FoldCalls>('fold-worker', 3)
  })
  afterAll(() => pool.dispose())

  it('share the samples and find the same weights', async () => {
    const logistic = inputOf(columnsOfKinds)
    const alone = await fitLogistic(inThisThread(logistic), { c: 1, ...exactly })
    const together = await fitLogistic(await shardedSamples(pool, logistic), { c: 1, ...exactly })
    expectClose(together.weights, [...alone.weights], 1e-4)
    const ridge = await fitRidge(await shardedSamples(pool, inputOf(columnsOfNumbers)), { alpha: 3 })
    expectClose(ridge.weights, [...fixture.ridge.weights, fixture.ridge.bias], 2e-4)
  })
})
