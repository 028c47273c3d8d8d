// Used by tests and benchmarks only: the samples of fixtures/evaluation/probes.py, drawn instead of stored.

import { mulberry32 } from '../../bytes/fixture-vectors.ts'

export interface SeededSamples {
  readonly vectors: Float32Array
  readonly kinds: Int32Array
  readonly numbers: Float64Array
  /** three columns of yes or no */
  readonly labels: Int32Array
}

export function seededSamples(count: number, dimensions: number, classes: number, seed: number): SeededSamples {
  const draw = mulberry32(seed)
  const centres = Array.from({ length: classes }, () => Array.from({ length: dimensions }, () => draw() - 0.5))
  const vectors = new Float32Array(new SharedArrayBuffer(count * dimensions * 4))
  const kinds = new Int32Array(count)
  const numbers = new Float64Array(count)
  const labels = new Int32Array(count * 3)
  for (let sample = 0; sample < count; sample++) {
    const kind = Math.floor(draw() * draw() * classes)
    const vector = centres[kind]!.map((centre, j) => 3 + (1 + (j % 7)) * (0.7 * centre + draw() - 0.5))
    vectors.set(vector, sample * dimensions)
    kinds[sample] = kind
    numbers[sample] = 10 * (vector[0]! - 3) - 4 * (vector[1]! - 3) + 2 * vector[2]! * (draw() - 0.5)
    for (let k = 0; k < 3; k++) labels[sample * 3 + k] = vector[k]! + (draw() - 0.5) > 3 ? 1 : 0
  }
  return { vectors, kinds, numbers, labels }
}
