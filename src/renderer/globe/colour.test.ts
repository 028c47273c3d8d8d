import { describe, expect, it } from 'vitest'
import { rgba } from './colour.ts'

describe('a colour of the theme', () => {
  it('is read from its hexadecimal and its rgba form', () => {
    expect(rgba('#ffb224')).toEqual([255, 178, 36, 255])
    expect(rgba('rgba(5, 9, 16, 0.6)')).toEqual([5, 9, 16, 153])
  })

  it('is thinned by a strength', () => {
    expect(rgba('#000000', 0.5)).toEqual([0, 0, 0, 128])
    expect(rgba('rgba(5, 9, 16, 0.6)', 0.5)).toEqual([5, 9, 16, 77])
  })
})
