import { describe, expect, it } from 'vitest'
import { checkRuns, decodeLevels, levelBits } from './levels.ts'

/** The example of the format's specification: 0 to 7, bit-packed in three bits. */
const zeroToSeven = Uint8Array.of(0b0000_0011, 0b1000_1000, 0b1100_0110, 0b1111_1010)

describe('levels of a page', () => {
  it('are unpacked from groups of eight', () => {
    expect([...decodeLevels(zeroToSeven, 0, 4, 3, 8)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect([...decodeLevels(zeroToSeven, 0, 4, 3, 5)]).toEqual([0, 1, 2, 3, 4])
  })

  it('are repeated from runs', () => {
    // 0 once, 1 six times, then 0 once
    expect([...decodeLevels(Uint8Array.of(2, 0, 12, 1, 2, 0), 0, 6, 1, 8)]).toEqual([0, 1, 1, 1, 1, 1, 1, 0])
    expect([levelBits(1), levelBits(3), levelBits(4)]).toEqual([1, 2, 3])
  })

  it('that end early or claim impossible runs are refused', () => {
    expect(() => decodeLevels(zeroToSeven, 0, 3, 3, 8)).toThrow('levels end early')
    expect(() => decodeLevels(Uint8Array.of(0, 1), 0, 2, 1, 8)).toThrow('empty run')
    const hugeRun = Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x0f, 1)
    expect(() => checkRuns(hugeRun, 0, 6, 1, 8)).toThrow('longer than its page')
    const hugeGroups = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 1)
    expect(() => checkRuns(hugeGroups, 0, 6, 1, 8)).toThrow('longer than its page')
    expect(() => checkRuns(Uint8Array.of(2, 0), 0, 2, 1, 8)).toThrow('levels end early')
    expect(() => checkRuns(Uint8Array.of(2, 0), 0, 2, 1, 8, { mayEndEarly: true })).not.toThrow()
  })
})
