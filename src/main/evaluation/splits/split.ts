/** Which samples a probe learns from and which it is judged by; no sample is in both. */
export interface Split {
  readonly train: Int32Array
  readonly test: Int32Array
}

/** One split a fold: the fold is the test part, the others in their order the training part. */
export function splitsOfFolds(foldOfSample: Int32Array, foldCount: number): Split[] {
  return Array.from({ length: foldCount }, (_, fold) => ({
    train: samplesWhere(foldOfSample, (other) => other !== fold),
    test: samplesWhere(foldOfSample, (other) => other === fold),
  }))
}

/** Indices, ascending, of the samples whose value passes. */
export function samplesWhere(values: Int32Array, passes: (value: number) => boolean): Int32Array {
  const samples: number[] = []
  for (let index = 0; index < values.length; index++) if (passes(values[index]!)) samples.push(index)
  return Int32Array.from(samples)
}
