import { createKernelMemory, Places } from '../kernels/kernel-memory.ts'
import { kernelsOn } from '../kernels/kernels.ts'
import type { LinearProbe } from './probe-columns.ts'

const BLOCK_ROWS = 256

/** Answers of a probe for chosen rows, row-major `rows x columnCount`: logits or numbers. */
export function answerRows(probe: LinearProbe, vectors: Float32Array, rows: Int32Array): Float32Array {
  const { dimensions, columnCount, scaling } = probe
  const { folded, bias } = foldScaling(probe)
  const places = new Places(64)
  const [block, weights] = [places.take(BLOCK_ROWS * dimensions * 4), places.take(folded.length * 4)]
  const out = places.take(BLOCK_ROWS * columnCount * 4)
  const memory = createKernelMemory(places.end)
  const floats = new Float32Array(memory.buffer)
  const { multiplyByRows } = kernelsOn(memory)
  floats.set(folded, weights / 4)
  const answers = new Float32Array(rows.length * columnCount)
  for (let start = 0; start < rows.length; start += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows.length - start)
    for (let index = 0; index < count; index++) {
      const [at, to] = [rows[start + index]! * dimensions, block / 4 + index * dimensions]
      for (let i = 0; i < dimensions; i++) floats[to + i] = vectors[at + i]! - scaling.mean[i]!
    }
    multiplyByRows(block, dimensions, count, weights, dimensions, columnCount, dimensions, out, columnCount)
    for (let i = 0; i < count * columnCount; i++) {
      answers[start * columnCount + i] = floats[out / 4 + i]! + bias[i % columnCount]!
    }
  }
  return answers
}

/** Weights for vectors minus the mean. */
function foldScaling({ weights, dimensions, columnCount, scaling }: LinearProbe) {
  const folded = new Float64Array(columnCount * dimensions)
  const bias = new Float64Array(columnCount)
  for (let k = 0; k < columnCount; k++) {
    const from = k * (dimensions + 1)
    for (let i = 0; i < dimensions; i++) folded[k * dimensions + i] = weights[from + i]! * scaling.inverseStd[i]!
    bias[k] = weights[from + dimensions]!
  }
  return { folded, bias }
}
