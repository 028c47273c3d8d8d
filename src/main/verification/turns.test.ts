import { describe, expect, it } from 'vitest'
import { flips, fragmentOrders, sourceOf, turnPixels } from './turns.ts'

// numpy on np.arange(9).reshape(3, 3): flipud, fliplr, T, rot90(x, 2), rot90(x, -1), rot90(x, 1), rot90(x, 2).T
const numpy: Readonly<Record<string, readonly number[]>> = {
  'pixels as they are': [0, 1, 2, 3, 4, 5, 6, 7, 8],
  'flipped vertically': [6, 7, 8, 3, 4, 5, 0, 1, 2],
  'flipped horizontally': [2, 1, 0, 5, 4, 3, 8, 7, 6],
  transposed: [0, 3, 6, 1, 4, 7, 2, 5, 8],
  'rotated by 180 degrees': [8, 7, 6, 5, 4, 3, 2, 1, 0],
  'rotated by 90 degrees clockwise': [6, 3, 0, 7, 4, 1, 8, 5, 2],
  'rotated by 90 degrees anticlockwise': [2, 5, 8, 1, 4, 7, 0, 3, 6],
  'transposed along the other diagonal': [8, 5, 2, 7, 4, 1, 6, 3, 0],
}

describe('turns', () => {
  it.each([...flips])('%s: every band is turned as numpy does', (name, turn) => {
    const first = Float32Array.from({ length: 18 }, (_, i) => i)
    const expected = numpy[name]!
    expect([...turnPixels(first, 3, turn)]).toEqual([...expected, ...expected.map((x) => x + 9)])
  })

  it('pixels that do not turn are not copied', () => {
    const pixels = new Float32Array(9)
    expect(turnPixels(pixels, 3, flips.get('pixels as they are')!)).toBe(pixels)
  })

  it('fragments of the other order are those of the other diagonal half', () => {
    expect(sourceOf(0, 2, 3, fragmentOrders.get('fragments column-row')!)).toEqual([2, 0])
    expect(sourceOf(0, 2, 3, fragmentOrders.get('fragment rows from below')!)).toEqual([2, 2])
  })
})
