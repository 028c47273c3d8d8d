// The linear probes: logistic regression by L-BFGS and least squares with a penalty (ridge) in closed form. Both standardise the
// vectors by the training samples and leave the bias unpenalised, as scikit-learn's LogisticRegression and Ridge behind a StandardScaler.

import { EngineError } from '../../shared/errors.ts'
import { factorise, solve } from './cholesky.ts'
import { minimise } from './lbfgs.ts'
import type { LossAndGradient, NormalEquations } from './sample-shard.ts'

/** The training samples, wherever they are held; sums over all of them. */
export interface TrainingSamples {
  readonly dimensions: number
  readonly columnCount: number
  /** sum of the weights of the samples */
  readonly totalWeight: number
  lossAndGradient(weights: Float64Array): Promise<LossAndGradient>
  normalEquations(): Promise<NormalEquations>
}

export interface LogisticOptions {
  /** inverse strength of the penalty, scikit-learn's C */
  readonly c: number
  readonly maxIterations?: number
  /** ends when no slope of the mean loss is steeper; at scikit-learn's 1e-4 single answers still differ from the exact solution's */
  readonly gradientTolerance?: number
}

export interface LinearFit {
  /** row-major `columnCount x (dimensions + 1)`, the bias last */
  readonly weights: Float64Array
  readonly iterations: number
  readonly hasConverged: boolean
}

/** Weights of the lowest mean cross-entropy plus `|weights|^2 / (2 c n)`. */
export async function fitLogistic(samples: TrainingSamples, options: LogisticOptions): Promise<LinearFit> {
  const { dimensions, columnCount, totalWeight } = samples
  const penalty = 1 / (options.c * totalWeight)
  const evaluate = async (weights: Float64Array) => {
    const { loss, gradient } = await samples.lossAndGradient(weights)
    let squares = 0
    for (let i = 0; i < weights.length; i++) {
      gradient[i]! /= totalWeight
      if (i % (dimensions + 1) === dimensions) continue
      squares += weights[i]! ** 2
      gradient[i]! += penalty * weights[i]!
    }
    return { value: loss / totalWeight + (penalty / 2) * squares, gradient }
  }
  const { point, iterations, hasConverged } = await minimise(
    evaluate,
    new Float64Array(columnCount * (dimensions + 1)),
    {
      gradientTolerance: options.gradientTolerance ?? 1e-5,
      valueTolerance: 1e-9,
      maxIterations: options.maxIterations ?? 200,
    },
  )
  return { weights: point, iterations, hasConverged }
}

/**
 * Weights of the smallest squared error plus `alpha |weights|^2`, by Cholesky.
 * @throws EngineError when alpha is 0 and the samples do not determine the weights
 */
export async function fitRidge(samples: TrainingSamples, { alpha }: { readonly alpha: number }): Promise<LinearFit> {
  const width = samples.dimensions + 1
  const { gram, cross } = await samples.normalEquations()
  for (let i = 0; i < samples.dimensions; i++) gram[i * width + i]! += alpha
  if (!factorise(gram, width)) {
    throw new EngineError(
      'invalid-input',
      `ridge: expected samples that determine the weights, got ones that do not; choose a penalty above ${alpha}`,
    )
  }
  for (let k = 0; k < samples.columnCount; k++) solve(gram, width, cross.subarray(k * width, (k + 1) * width))
  return { weights: cross, iterations: 1, hasConverged: true }
}
