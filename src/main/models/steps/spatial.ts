import type { SpatialStep } from '../recipe-step.ts'
import { resizeBicubic } from './resize-bicubic.ts'

/**
 * Applies one spatial step to a square planar image.
 * @returns planar `(bandCount, step.size, step.size)`; `pixels` itself when nothing changes
 */
export function applySpatial(
  pixels: Float32Array,
  step: SpatialStep,
  { bandCount, size }: { bandCount: number; size: number },
): Float32Array {
  if (step.step === 'resize-bicubic') return resizeBicubic(pixels, bandCount, size, step.size, step.values)
  return centreCrop(pixels, bandCount, size, step.size)
}

function centreCrop(pixels: Float32Array, bandCount: number, fromSize: number, toSize: number): Float32Array {
  if (fromSize === toSize) return pixels
  const margin = Math.floor((fromSize - toSize) / 2)
  const result = new Float32Array(bandCount * toSize * toSize)
  for (let band = 0; band < bandCount; band++) {
    for (let row = 0; row < toSize; row++) {
      const start = (band * fromSize + row + margin) * fromSize + margin
      result.set(pixels.subarray(start, start + toSize), (band * toSize + row) * toSize)
    }
  }
  return result
}
