// The scores of NeuCo-Bench with the conventions of torchmetrics, which it takes them from.

/**
 * F1 of the positive class. Logits go through the logistic function only when one of them lies outside [0, 1]; when all lie inside
 * they are taken for probabilities. 0 when there is neither a positive label nor a positive answer.
 */
export function binaryF1(logits: Float64Array, labels: Float64Array): number {
  const isProbability = logits.every((logit) => logit >= 0 && logit <= 1)
  // the logistic function is above 0.5 exactly where its argument is above 0
  const threshold = isProbability ? 0.5 : 0
  let [hits, wrong] = [0, 0]
  for (let i = 0; i < logits.length; i++) {
    const isPositive = logits[i]! > threshold
    if (isPositive && labels[i] === 1) hits++
    else if (isPositive || labels[i] === 1) wrong++
  }
  return hits === 0 ? 0 : (2 * hits) / (2 * hits + wrong)
}

const NEARLY_ZERO = 1e-4

/** R2; sums of squares below 1e-4 count as none: no residual is 1, no spread of the labels is 0. */
export function r2Score(answers: Float64Array, labels: Float64Array): number {
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length
  let [residual, total] = [0, 0]
  for (let i = 0; i < labels.length; i++) {
    residual += (labels[i]! - answers[i]!) ** 2
    total += (labels[i]! - mean) ** 2
  }
  if (residual <= NEARLY_ZERO) return 1
  return total <= NEARLY_ZERO ? 0 : 1 - residual / total
}

export interface Summary {
  readonly mean: number
  /** of the population */
  readonly std: number
  /** mean / (0.02 + std) x 2: high for scores that are high and alike */
  readonly q: number
}

/** Mean and deviation of the scores of all splits, NaN left out, and the Q statistic. */
export function summarise(scores: readonly number[]): Summary {
  const known = scores.filter((score) => !Number.isNaN(score))
  const mean = known.reduce((sum, score) => sum + score, 0) / known.length
  const std = Math.sqrt(known.reduce((sum, score) => sum + (score - mean) ** 2, 0) / known.length)
  return { mean, std, q: (mean / (0.02 + std)) * 2 }
}
