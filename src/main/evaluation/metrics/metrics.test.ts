// Against scikit-learn: the scores that fixtures/evaluation/probes.py computed from its own answers.

import { describe, expect, it } from 'vitest'
import { readEvaluationFixture } from '../fixture.ts'
import { bootstrapInterval, quantile } from './bootstrap.ts'
import { brierScore, calibrationOf } from './calibration.ts'
import { accuracyOf, bestColumns, classScores, confusionMatrix } from './class-scores.ts'
import { numberScores } from './number-scores.ts'
import { rocAuc } from './roc-auc.ts'

interface Scores {
  readonly truth: readonly number[]
  readonly probabilities: readonly (readonly number[])[]
  readonly accuracy: number
  readonly confusion: readonly (readonly number[])[]
  readonly f1: readonly number[]
  readonly macroF1: number
  readonly rocAuc: number
  readonly binaryTruth: readonly number[]
  readonly binary: readonly number[]
  readonly binaryRocAuc: number
  readonly tiedRocAuc: number
  readonly brier: number
  readonly binaryBrier: number
  readonly ece: number
  readonly numbers: readonly number[]
  readonly predictedNumbers: readonly number[]
  readonly r2: number
  readonly mae: number
  readonly rmse: number
}

const { scores } = readEvaluationFixture<{ scores: Scores }>('probes')
const truth = Int32Array.from(scores.truth)
const probabilities = scores.probabilities.flat()
const answers = bestColumns(probabilities, 4)

describe('scores of classes', () => {
  const matrix = confusionMatrix(truth, answers, 4)

  it('are those of scikit-learn', () => {
    expect([...matrix]).toEqual(scores.confusion.flat())
    expect(accuracyOf(matrix, 4)).toBeCloseTo(scores.accuracy, 12)
    const f1 = classScores(matrix, 4).map((score) => score.f1)
    for (const [kind, value] of scores.f1.entries()) expect(f1[kind]).toBeCloseTo(value, 12)
  })

  it('are 0 for a class that is neither there nor answered', () => {
    expect(classScores(Int32Array.of(2, 0, 0, 0), 2)[1]).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 })
  })
})

describe('the area under the ROC curve', () => {
  it('is that of scikit-learn, ties included', () => {
    expect(rocAuc(scores.binary, scores.binaryTruth)).toBeCloseTo(scores.binaryRocAuc, 12)
    // rounded as numpy rounds, halves to even
    const rounded = scores.binary.map((value) => Math.round(value * 10) / 10)
    expect(rocAuc(rounded, scores.binaryTruth)).toBeCloseTo(scores.tiedRocAuc, 12)
    const areas = [0, 1, 2, 3].map((kind) =>
      rocAuc(
        scores.probabilities.map((row) => row[kind]!),
        scores.truth.map((one) => one === kind),
      ),
    )
    expect(areas.reduce((sum, area) => sum + area, 0) / 4).toBeCloseTo(scores.rocAuc, 12)
  })

  it('is no number where one side is missing', () => {
    expect(rocAuc([0.1, 0.2], [1, 1])).toBeNaN()
  })
})

it('tells how far probabilities are from what came true', () => {
  const confidence = scores.probabilities.map((row) => Math.max(...row))
  const isRight = scores.truth.map((kind, i) => Number(kind === answers[i]))
  const { bins, error } = calibrationOf(confidence, isRight)
  expect(error).toBeCloseTo(scores.ece, 12)
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(100)
  const oneHot = scores.truth.flatMap((kind) => [0, 1, 2, 3].map((other) => Number(other === kind)))
  expect(brierScore(probabilities, oneHot, 4)).toBeCloseTo(scores.brier, 12)
  expect(brierScore(scores.binary, scores.binaryTruth, 1)).toBeCloseTo(scores.binaryBrier, 12)
})

it('scores numbers as scikit-learn does', () => {
  const { r2, mae, rmse } = numberScores(scores.numbers, scores.predictedNumbers)
  expect(r2).toBeCloseTo(scores.r2, 12)
  expect(mae).toBeCloseTo(scores.mae, 10)
  expect(rmse).toBeCloseTo(scores.rmse, 10)
  expect(numberScores([1, 1], [1, 2]).r2).toBeNaN()
})

describe('bootstrap intervals', () => {
  const hits = Int32Array.from({ length: 200 }, (_, i) => (i < 170 ? 1 : 0))
  const shareOf = (samples: Int32Array) => samples.reduce((sum, sample) => sum + hits[sample]!, 0) / samples.length

  it('of a share are near those of Wilson', () => {
    // scipy.stats.binomtest(170, 200).proportion_ci(method='wilson'): 0.7938, 0.8928
    const { low, high } = bootstrapInterval(200, shareOf, { seed: 1 })
    expect(Math.abs(low - 0.7938)).toBeLessThan(0.015)
    expect(Math.abs(high - 0.8928)).toBeLessThan(0.015)
  })

  it('are wider where samples come in groups that agree', () => {
    const groupOfSample = Int32Array.from({ length: 200 }, (_, i) => Math.floor(i / 10))
    const alone = bootstrapInterval(200, shareOf, { seed: 1 })
    const grouped = bootstrapInterval(200, shareOf, { seed: 1, groupOfSample })
    expect(grouped.high - grouped.low).toBeGreaterThan(2 * (alone.high - alone.low))
  })

  it('take quantiles as numpy does', () => {
    // numpy.quantile([1, 2, 4, 8], [0, 0.3, 0.5, 1])
    expect([0, 0.3, 0.5, 1].map((share) => quantile([1, 2, 4, 8], share))).toEqual([1, 1.9, 3, 8])
  })
})
