import { compressors } from 'hyparquet-compressors'
import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../bytes/fixture-vectors.ts'
import { snappyInto } from './snappy.ts'

/** Elements as the format description writes them: a literal, or a copy `[offset, length]` with two bytes of offset. */
function compressed(elements: readonly (string | readonly [number, number])[], length: number): Uint8Array {
  const bytes: number[] = []
  for (let left = length; ; left = Math.floor(left / 128)) {
    bytes.push(left < 128 ? left : (left % 128) + 128)
    if (left < 128) break
  }
  for (const element of elements) {
    if (typeof element === 'string') {
      const size = element.length - 1
      bytes.push(...(size < 60 ? [size << 2] : [61 << 2, size & 255, size >> 8]), ...Buffer.from(element, 'latin1'))
    } else bytes.push(((element[1] - 1) << 2) | 2, element[0] & 255, element[0] >> 8)
  }
  return Uint8Array.from(bytes)
}

describe('snappyInto', () => {
  it('writes literals and copies, also copies that overlap themselves', () => {
    const output = new Uint8Array(32)
    expect(snappyInto(compressed(['abc', [3, 7], 'x', [1, 4]], 15), output)).toBe(15)
    expect(Buffer.from(output).toString('latin1', 0, 15)).toBe('abcabcabcaxxxxx')
  })

  it('agrees with another decompressor on drawn elements', () => {
    const draw = mulberry32(5)
    for (let round = 0; round < 50; round++) {
      const elements: (string | readonly [number, number])[] = []
      let length = 0
      for (let index = 0; index < 40; index++) {
        const size = 1 + Math.floor(draw() * (draw() < 0.3 ? 400 : 64))
        if (length === 0 || draw() < 0.5) {
          elements.push(String.fromCharCode(...Array.from({ length: size }, () => Math.floor(draw() * 256))))
          length += size
        } else {
          const offset = 1 + Math.floor(draw() * length)
          elements.push([offset, Math.min(size, 64)])
          length += Math.min(size, 64)
        }
      }
      const input = compressed(elements, length)
      const output = new Uint8Array(length)
      snappyInto(input, output)
      expect(Buffer.compare(output, compressors.SNAPPY!(input, length))).toBe(0)
    }
  })

  it('refuses what ends early, refers before the beginning or does not fit', () => {
    const room = new Uint8Array(64)
    const good = compressed(['abc', [3, 7]], 10)
    for (let cut = 0; cut < good.length; cut++)
      expect(() => snappyInto(good.subarray(0, cut), room)).toThrow(RangeError)
    expect(() => snappyInto(compressed(['abc', [4, 7]], 10), room)).toThrow('ends early')
    expect(() => snappyInto(compressed(['abc', [0, 7]], 10), room)).toThrow('ends early')
    expect(() => snappyInto(compressed(['abc', [3, 7]], 9), room)).toThrow('ends early')
    expect(() => snappyInto(good, new Uint8Array(9))).toThrow('longer than its header')
  })
})
