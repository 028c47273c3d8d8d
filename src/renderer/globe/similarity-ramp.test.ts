import { describe, expect, it } from 'vitest'
import { rgba } from './colour.ts'
import { rampColour, rampStart, similarityInk, similarityRange } from './similarity-ramp.ts'

describe('the ramp of similarity', () => {
  // matplotlib 3.11.2: colors.to_hex(colormaps['cividis'](k / 16)) for k = 6..16
  const cividis = [
    '#61656f',
    '#6f7073',
    '#7d7c78',
    '#8c8878',
    '#9b9476',
    '#aba072',
    '#bcae6c',
    '#cdbb63',
    '#dec958',
    '#f0d846',
    '#fee838',
  ]

  it('is cividis from three eighths on, to two levels of 255', () => {
    const worst = cividis.map((expected, index) => {
      const share = ((index + 6) / 16 - rampStart) / (1 - rampStart)
      const [a, b] = [rgba(rampColour(share)), rgba(expected)]
      return Math.max(...[0, 1, 2].map((channel) => Math.abs(a[channel]! - b[channel]!)))
    })
    expect(Math.max(...worst)).toBeLessThanOrEqual(2)
  })

  it('stands out from the halo around a ring by WCAG contrast 3 or more', () => {
    const luminance = (rgb: ArrayLike<number>) =>
      [0.2126, 0.7152, 0.0722].reduce((sum, weight, channel) => {
        const value = rgb[channel]! / 255
        return sum + weight * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
      }, 0)
    const halo = luminance([5, 9, 16])
    for (const share of [0, 0.25, 0.5, 1]) {
      expect((luminance(rgba(rampColour(share))) + 0.05) / (halo + 0.05)).toBeGreaterThan(3)
    }
  })

  it('spans the range of the results, negative ones too', () => {
    const range = similarityRange([{ similarity: -4 }, { similarity: -1 }, { similarity: -3 }])!
    expect(range).toEqual({ lowest: -4, highest: -1 })
    expect(similarityInk(-4, range)).toBe('#61656f')
    expect(similarityInk(-1, range)).toBe('#fee838')
    expect(similarityRange([])).toBeUndefined()
  })

  it('is at its brightest where all results are alike', () => {
    expect(similarityInk(0.5, { lowest: 0.5, highest: 0.5 })).toBe('#fee838')
  })
})
