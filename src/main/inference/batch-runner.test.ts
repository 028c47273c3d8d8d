import { describe, expect, it } from 'vitest'
import { BatchRunner } from './batch-runner.ts'
import type { EmbeddingSession } from './open-session.ts'

/** Adds up the two pixels of each fragment; has memory for `room` fragments. */
function sessionWith(room: number, seen: number[] = [], fixedBatch?: number): EmbeddingSession {
  return {
    ...{ provider: 'cuda', dimensions: 1, dispose: async () => {} },
    ...(fixedBatch === undefined ? {} : { fixedBatch }),
    run: async (pixels, count) => {
      if (count > room) throw new Error('Failed to allocate memory for requested buffer of size 1234')
      seen.push(count)
      return Float32Array.from({ length: count }, (_, i) => pixels[2 * i]! + pixels[2 * i + 1]!)
    },
  }
}
const pixels = Float32Array.from({ length: 20 }, (_, i) => i)
const expected = Float32Array.from({ length: 10 }, (_, i) => 4 * i + 1)

describe('BatchRunner', () => {
  it('runs a batch as it is where there is room', async () => {
    const runner = new BatchRunner(sessionWith(10))
    expect(await runner.run(pixels, 10, 1)).toEqual(expected)
    expect(runner.largest).toBeUndefined()
  })

  it('halves a batch that does not fit until it does, and keeps to that size', async () => {
    const seen: number[] = []
    const runner = new BatchRunner(sessionWith(3, seen))
    expect(await runner.run(pixels, 10, 1)).toEqual(expected)
    expect(await runner.run(pixels, 10, 1)).toEqual(expected)
    // 10 do not fit, nor do 5: both halves in pairs, then the next batch in pairs from its start
    expect(seen).toEqual([2, 2, 1, 2, 2, 1, 2, 2, 2, 2, 2])
    expect(runner.largest).toBe(2)
  })

  it('says what to do when not even one fragment fits', async () => {
    await expect(new BatchRunner(sessionWith(0)).run(pixels, 10, 1)).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringMatching(/inference on cuda: expected memory for 1 fragment, got none left; .*device cpu/),
    })
    const fixed = new BatchRunner(sessionWith(4, [], 10))
    await expect(fixed.run(pixels, 10, 1)).rejects.toMatchObject({ code: 'out-of-memory' })
  })

  it('passes other errors on', async () => {
    const broken = { ...sessionWith(10), run: async () => Promise.reject(new Error('wrong shape')) }
    await expect(new BatchRunner(broken).run(pixels, 10, 1)).rejects.toThrow('wrong shape')
  })
})
