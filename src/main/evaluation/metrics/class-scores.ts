/** `classCount x classCount`, row-major: rows are the truth, columns the answers. */
export function confusionMatrix(truth: Int32Array, answers: Int32Array, classCount: number): Int32Array {
  const matrix = new Int32Array(classCount * classCount)
  for (let i = 0; i < truth.length; i++) matrix[truth[i]! * classCount + answers[i]!]!++
  return matrix
}

export interface ClassScore {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** samples of the class */
  readonly support: number
}

/** Of each class; 0 where a share has no samples to be one of, as scikit-learn's `zero_division=0`. */
export function classScores(matrix: Int32Array, classCount: number): ClassScore[] {
  return Array.from({ length: classCount }, (_, kind) => {
    let [answered, support] = [0, 0]
    for (let other = 0; other < classCount; other++) {
      answered += matrix[other * classCount + kind]!
      support += matrix[kind * classCount + other]!
    }
    const hits = matrix[kind * classCount + kind]!
    return {
      precision: answered === 0 ? 0 : hits / answered,
      recall: support === 0 ? 0 : hits / support,
      f1: answered + support === 0 ? 0 : (2 * hits) / (answered + support),
      support,
    }
  })
}

/** Share of the samples on the diagonal. */
export function accuracyOf(matrix: Int32Array, classCount: number): number {
  let [hits, total] = [0, 0]
  for (let i = 0; i < matrix.length; i++) {
    total += matrix[i]!
    if (i % (classCount + 1) === 0) hits += matrix[i]!
  }
  return hits / total
}

/** Index of the largest value of each row; the first of equal ones. */
export function bestColumns(values: ArrayLike<number>, columnCount: number): Int32Array {
  return Int32Array.from({ length: values.length / columnCount }, (_, row) => {
    let best = 0
    for (let k = 1; k < columnCount; k++) {
      if (values[row * columnCount + k]! > values[row * columnCount + best]!) best = k
    }
    return best
  })
}
