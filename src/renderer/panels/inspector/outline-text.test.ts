import { describe, expect, it } from 'vitest'
import { outlineText } from './outline-text.ts'

describe('an outline in the inspector', () => {
  it('is the box that it fills, in degrees or in whole metres', () => {
    const square =
      'POLYGON ((29.872402453181927 24.575024988875924, 29.8499 24.5751, 29.8498 24.5549, 29.8723 24.5548))'
    expect(outlineText(square, 'degrees')).toBe('24.5548–24.5751 N\n29.8498–29.8724 E')
    const utm = 'POLYGON ((790922.5914861538 2720926.708205251, 793162.5914861538 2718686.708205251))'
    expect(outlineText(utm, 'metres')).toBe('2,718,687–2,720,927 m N\n790,923–793,163 m E')
  })

  it('names both hemispheres where it lies in two, and goes on across 180 degrees', () => {
    expect(outlineText('POLYGON ((-0.01 -0.02, 0.01 -0.02, 0.01 0.005))', 'degrees')).toBe(
      '0.0200 S to 0.0050 N\n0.0100 W to 0.0100 E',
    )
    const cut = 'MULTIPOLYGON (((179.99 -66, 180 -66, 180 -66.02)), ((-180 -66, -179.98 -66, -180 -66.02)))'
    expect(outlineText(cut, 'degrees')).toBe('66.0000–66.0200 S\n179.9900 E to 179.9800 W')
  })

  it('is one place for a point, and nothing for other text', () => {
    expect(outlineText('POINT (5 -7.25)', 'degrees')).toBe('7.2500 S\n5.0000 E')
    for (const text of ['4,096 bytes', 'point of view', '', 'POINT (500000 4200000)'])
      expect(outlineText(text, 'degrees')).toBeUndefined()
  })
})
