import { describe, expect, it } from 'vitest'
import { readGolden } from '../bytes/golden-file.ts'
import { nearestMap, upsampleNearest } from './nearest.ts'

type Golden = [source: number, target: number, full: number[] | null, first: number[], last: number[], sum: number]
const { nearest } = readGolden<{ nearest: Golden[] }>('nearest')

describe('upsampleNearest', () => {
  it.each(nearest)('maps %i px to %i px as cv2.resize INTER_NEAREST does', (source, target, full, first, last, sum) => {
    const map = nearestMap(source, target)
    if (full !== null) expect([...map]).toEqual(full)
    expect([...map.slice(0, first.length)]).toEqual(first)
    expect([...map.slice(-last.length)]).toEqual(last)
    expect(map.reduce((total, index) => total + index, 0)).toBe(sum)
  })

  it('repeats pixels in rows and columns of an image that is not square', () => {
    const plane = Float32Array.of(1, 2, 3, 4)
    const up = upsampleNearest(plane, { width: 2, height: 2 }, { width: 4, height: 6 })
    const top = [1, 1, 2, 2]
    const bottom = [3, 3, 4, 4]
    expect([...up]).toEqual([...top, ...top, ...top, ...bottom, ...bottom, ...bottom])
  })

  it('writes into a place that is given', () => {
    const into = new Float32Array(12)
    upsampleNearest(Float32Array.of(7), { width: 1, height: 1 }, { width: 2, height: 2 }, into.subarray(4, 8))
    expect([...into]).toEqual([0, 0, 0, 0, 7, 7, 7, 7, 0, 0, 0, 0])
  })
})
