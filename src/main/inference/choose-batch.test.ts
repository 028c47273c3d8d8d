import { describe, expect, it } from 'vitest'
import { chooseBatch } from './choose-batch.ts'

/** Tries batches that take `msOf(count)` by a clock of its own. */
async function tried(msOf: (count: number) => number, budgetMs = 1000) {
  let clockMs = 0
  const seen: number[] = []
  const chosen = await chooseBatch({
    candidates: [4, 8, 16, 32],
    budgetMs,
    nowMs: () => clockMs,
    run: async (count) => {
      seen.push(count)
      clockMs += msOf(count)
    },
  })
  return { chosen, seen }
}

describe('chooseBatch', () => {
  it('takes the fastest by fragment, and the smaller of two that are about as fast', async () => {
    expect(await tried((count) => 10 + count)).toEqual({ chosen: 32, seen: [4, 8, 16, 32] })
    expect((await tried((count) => count * 1.01)).chosen).toBe(4)
    expect((await tried((count) => (count > 8 ? 4 * count : 10 + count))).chosen).toBe(8)
  })

  it('tries nothing that would go beyond its time', async () => {
    expect(await tried((count) => 10 * count, 250)).toEqual({ chosen: 4, seen: [4, 8] })
  })

  it('stops where the memory ends', async () => {
    const run = async (count: number) => {
      if (count > 8) throw new Error('CUDA failure 2: out of memory')
    }
    expect(await chooseBatch({ candidates: [4, 8, 16], budgetMs: 1000, run })).toBeLessThanOrEqual(8)
    const broken = async () => Promise.reject(new Error('wrong shape'))
    await expect(chooseBatch({ candidates: [4], budgetMs: 1000, run: broken })).rejects.toThrow('wrong shape')
  })
})
