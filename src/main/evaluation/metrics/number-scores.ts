export interface NumberScores {
  /** share of the variance that is explained; NaN when the truth does not vary */
  readonly r2: number
  readonly mae: number
  readonly rmse: number
}

export function numberScores(truth: ArrayLike<number>, answers: ArrayLike<number>): NumberScores {
  const count = truth.length
  let mean = 0
  for (let i = 0; i < count; i++) mean += truth[i]! / count
  let [squares, total, absolute] = [0, 0, 0]
  for (let i = 0; i < count; i++) {
    squares += (truth[i]! - answers[i]!) ** 2
    absolute += Math.abs(truth[i]! - answers[i]!)
    total += (truth[i]! - mean) ** 2
  }
  return { r2: total > 0 ? 1 - squares / total : Number.NaN, mae: absolute / count, rmse: Math.sqrt(squares / count) }
}
