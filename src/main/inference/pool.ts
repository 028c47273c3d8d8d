import type { ModelCard } from '../models/model-card.ts'

/**
 * One vector an image from a network's output.
 * @param values row-major in `shape`, batch first, as the card's pooling describes it
 * @returns `count x dimensions`, a view of `values` where there is nothing to pool
 */
export function pool(values: Float32Array, shape: readonly number[], count: number, card: ModelCard): Float32Array {
  const { dimensions, pooling } = card.output
  if (pooling === 'none') return values.subarray(0, count * dimensions)
  const result = new Float32Array(count * dimensions)
  const perImage = values.length / (shape[0] ?? 1)
  for (let image = 0; image < count; image++) {
    const own = values.subarray(image * perImage, (image + 1) * perImage)
    const into = result.subarray(image * dimensions, (image + 1) * dimensions)
    if (pooling === 'first-token') into.set(own.subarray(0, dimensions))
    else if (pooling === 'mean-tokens') meanOf(own, into, { step: dimensions, axis: 1 })
    else meanOf(own, into, { step: 1, axis: perImage / dimensions })
  }
  return result
}

/** Mean over positions; value d of position p stands at `p * step + d * axis`. */
function meanOf(values: Float32Array, into: Float32Array, { step, axis }: { step: number; axis: number }): void {
  const positions = values.length / into.length
  for (let d = 0; d < into.length; d++) {
    let sum = 0
    for (let p = 0; p < positions; p++) sum += values[p * step + d * axis]!
    into[d] = sum / positions
  }
}

/** Row of the first vector with a value that is not finite; undefined when all are finite. */
export function firstNonFinite(vectors: Float32Array, dimensions: number): number | undefined {
  for (let i = 0; i < vectors.length; i++) if (!Number.isFinite(vectors[i])) return Math.floor(i / dimensions)
  return undefined
}
