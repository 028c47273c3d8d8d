import { describe, expect, it } from 'vitest'
import { scaleBar } from './scale-bar.ts'

describe('the scale bar', () => {
  it('takes a round length that fits', () => {
    expect(scaleBar(10_000)).toEqual({ widthPx: 50, text: '500 km' })
    expect(scaleBar(10)).toEqual({ widthPx: 50, text: '500 m' })
    expect(scaleBar(37)).toEqual({ widthPx: 54, text: '2 km' })
  })
})
