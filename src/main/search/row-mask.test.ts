import { describe, expect, it } from 'vitest'
import { countInMask, rowMask } from './row-mask.ts'

describe('rowMask', () => {
  it('counts its rows also where the last word is not full', () => {
    expect(countInMask(rowMask(70, (row) => row % 2 === 1))).toBe(35)
    expect(countInMask(rowMask(33, () => true))).toBe(33)
  })
})
