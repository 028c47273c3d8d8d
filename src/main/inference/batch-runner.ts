import { EngineError } from '../../shared/errors.ts'
import type { EmbeddingSession } from './open-session.ts'

/** Runs batches of any size; one that the device has no memory for goes on in halves, and so do those after it. */
export class BatchRunner {
  readonly #session: EmbeddingSession
  #largest = Number.POSITIVE_INFINITY

  constructor(session: EmbeddingSession) {
    this.#session = session
  }

  /** the most fragments that still fit; undefined while every batch has */
  get largest(): number | undefined {
    return Number.isFinite(this.#largest) ? this.#largest : undefined
  }

  /**
   * @param pixels planar `(count, bands, size, size)`
   * @returns `count x dimensions`, row-major
   * @throws EngineError `out-of-memory` when not even one fragment fits
   */
  async run(pixels: Float32Array, count: number, size: number): Promise<Float32Array> {
    const { dimensions } = this.#session
    if (count <= this.#largest) {
      try {
        return await this.#session.run(pixels, count, size)
      } catch (error) {
        if (!isOutOfMemory(error)) throw error
        this.#halve(count, error)
      }
    }
    const vectors = new Float32Array(count * dimensions)
    const perFragment = pixels.length / count
    for (let start = 0; start < count; ) {
      const part = Math.min(this.#largest, count - start)
      const own = pixels.subarray(start * perFragment, (start + part) * perFragment)
      vectors.set(await this.run(own, part, size), start * dimensions)
      start += part
    }
    return vectors
  }

  #halve(count: number, cause: unknown): void {
    const { fixedBatch, provider } = this.#session
    if (count === 1 || fixedBatch !== undefined) {
      throw new EngineError(
        'out-of-memory',
        `inference on ${provider}: expected memory for ${fixedBatch ?? 1} fragment${fixedBatch === undefined ? '' : 's'}, got none left; close other programs, choose a smaller model, or run on the processor (device cpu)`,
        { cause },
      )
    }
    this.#largest = Math.floor(count / 2)
  }
}

/** CUDA, WebGPU, DirectML and the CPU each say it in their own words. */
export function isOutOfMemory(error: unknown): boolean {
  const text = error instanceof Error ? error.message : String(error)
  return /out[ _-]?of[ _-]?memory|failed to allocate memory|bad_alloc|bad allocation|CUBLAS_STATUS_ALLOC_FAILED/i.test(
    text,
  )
}
