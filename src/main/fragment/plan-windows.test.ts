import { describe, expect, it } from 'vitest'
import { fragmentsOf } from './plan-fragments.ts'
import { planWindows } from './plan-windows.ts'

const cases = [
  { width: 1000, height: 700, fragmentSize: 224, targetOverlap: 0.1 },
  { width: 230, height: 3000, fragmentSize: 224, targetOverlap: 0.1 },
  // the published rule leaves gaps between these
  { width: 1068, height: 1068, fragmentSize: 512, targetOverlap: 0.1 },
  { width: 38, height: 70, fragmentSize: 16, targetOverlap: 0 },
]

describe('planWindows', () => {
  it.each(cases)('owns every pixel once and keeps the order of fragments: %o', ({ width, height, ...options }) => {
    const fragments = fragmentsOf({ width, height }, options)
    for (const mostPixels of [1, 60_000, 300_000, 1e9]) {
      const windows = planWindows({ width, height }, fragments, { mostPixels })
      expect(windows.flatMap((one) => one.fragments)).toEqual(fragments)
      const owners = new Uint8Array(width * height)
      for (const { owned, window, fragments: own } of windows) {
        for (let row = owned.row0; row < owned.row1; row++) {
          for (let col = owned.col0; col < owned.col1; col++) owners[row * width + col]! += 1
        }
        for (const [row0, col0, row1, col1] of [...own.map(({ pixelBbox }) => pixelBbox), boxOf(owned)]) {
          const isInside = row0 >= window.row0 && col0 >= window.col0 && row1 <= window.row1 && col1 <= window.col1
          expect(isInside).toBe(true)
        }
        const pixels = (window.row1 - window.row0) * (window.col1 - window.col0)
        if (own.length > 1) expect(pixels).toBeLessThanOrEqual(mostPixels)
      }
      expect(owners.every((count) => count === 1)).toBe(true)
    }
  })

  it('plans rows of fragments alone so that the pieces own the image as the whole plan does', () => {
    const [width, height] = [1000, 900]
    const fragments = fragmentsOf({ width, height }, { fragmentSize: 224 })
    const rows = fragments.at(-1)!.fragmentRow + 1
    expect(rows).toBe(4)
    const pieces = [0, 1, 3].map((first, index) => ({ first, end: [1, 3, rows][index]! }))
    const windows = pieces.flatMap((fragmentRows) =>
      planWindows({ width, height }, fragments, { mostPixels: 300_000, fragmentRows }),
    )
    expect(windows.flatMap((one) => one.fragments)).toEqual(fragments)
    const owned = windows.reduce((sum, one) => sum + (one.owned.row1 - one.owned.row0) * width, 0)
    expect(owned).toBe(width * height)
    expect(windows.map((one) => one.owned.row0)).toEqual(windows.map((one) => one.window.row0))
    expect(windows.slice(1).map((one) => one.owned.row0)).toEqual(windows.slice(0, -1).map((one) => one.owned.row1))
  })

  it('reads an image that fits as one window', () => {
    const fragments = fragmentsOf({ width: 1068, height: 1068 }, { fragmentSize: 224 })
    const windows = planWindows({ width: 1068, height: 1068 }, fragments, { mostPixels: 1068 ** 2 })
    const all = { row0: 0, col0: 0, row1: 1068, col1: 1068 }
    expect(windows).toEqual([{ fragments, window: all, owned: all }])
  })
})

function boxOf({ row0, col0, row1, col1 }: { row0: number; col0: number; row1: number; col1: number }) {
  return [row0, col0, row1, col1] as const
}
