import { describe, expect, it } from 'vitest'
import { paintCells } from './cell-paint.ts'
import { paletteColours, palettes } from './palettes.ts'

// python3 -c "from matplotlib import colormaps as m; print([[round(255 * c) for c in m['cividis'](k / 4)[:3]] for k in range(5)])", matplotlib 3.11
const byMatplotlib: readonly { readonly palette: string; readonly quarters: readonly (readonly number[])[] }[] = [
  {
    palette: 'cividis',
    quarters: [
      [0, 34, 78],
      [67, 78, 108],
      [125, 124, 120],
      [188, 174, 108],
      [254, 232, 56],
    ],
  },
  {
    palette: 'viridis',
    quarters: [
      [68, 1, 84],
      [59, 82, 139],
      [33, 145, 140],
      [94, 201, 98],
      [253, 231, 37],
    ],
  },
  {
    palette: 'magma',
    quarters: [
      [0, 0, 4],
      [81, 18, 124],
      [183, 55, 121],
      [252, 137, 97],
      [252, 253, 191],
    ],
  },
  {
    palette: 'red-to-blue',
    quarters: [
      [103, 0, 31],
      [229, 131, 104],
      [246, 247, 247],
      [104, 171, 208],
      [5, 48, 97],
    ],
  },
  {
    palette: 'yellow-to-blue',
    quarters: [
      [255, 255, 217],
      [198, 233, 180],
      [64, 181, 196],
      [34, 93, 168],
      [8, 29, 88],
    ],
  },
  {
    palette: 'brown-to-green',
    quarters: [
      [84, 48, 5],
      [207, 162, 86],
      [244, 245, 245],
      [88, 176, 167],
      [0, 60, 48],
    ],
  },
]

const rgbOf = (rgba: Uint8Array, texel: number) => [...rgba.subarray(4 * texel, 4 * texel + 3)]

describe('values along a ramp', () => {
  it.each(byMatplotlib)('have the colours of $palette, as matplotlib draws them', ({ palette, quarters }) => {
    const paint = { kind: 'ramp', colours: paletteColours(palette, false), low: 10, high: 30 } as const
    const rgba = paintCells(Float32Array.of(10, 15, 20, 25, 30), paint)
    quarters.forEach((expected, texel) => {
      // d3 draws ColorBrewer's stops with a spline, which softens the middle of two, and cividis with a polynomial
      for (const [channel, value] of rgbOf(rgba, texel).entries()) {
        expect(Math.abs(value - expected[channel]!), `${palette} ${texel}`).toBeLessThanOrEqual(14)
      }
    })
  })

  it('end where the range ends, turn around, and leave out what is less than the least and what is NaN', () => {
    const colours = ['#000000', '#ffffff']
    const values = Float32Array.of(-5, 0, 5, 10, 50, Number.NaN)
    const paint = { kind: 'ramp', colours, low: 0, high: 10, least: 0 } as const
    const rgba = paintCells(values, paint)
    expect([0, 1, 2, 3, 4, 5].map((texel) => rgba[4 * texel + 3])).toEqual([0, 255, 255, 255, 255, 0])
    expect([1, 2, 3, 4].map((texel) => rgba[4 * texel])).toEqual([0, 128, 255, 255])
    const turned = paintCells(values, { ...paint, colours: colours.toReversed() })
    expect([1, 3].map((texel) => turned[4 * texel])).toEqual([255, 0])
  })

  it('are of the last colour where all are the same', () => {
    const rgba = paintCells(Float32Array.of(3), { kind: 'ramp', colours: ['#000000', '#ffffff'], low: 3, high: 3 })
    expect(rgbOf(rgba, 0)).toEqual([255, 255, 255])
  })
})

describe('categories', () => {
  it('have each a colour, and hidden ones none', () => {
    const paint = { kind: 'categories', colours: ['#e69f00', '#56b4e9', '#009e73'], hidden: [1] } as const
    const rgba = paintCells(Float32Array.of(0, 1, 2, Number.NaN), paint)
    expect([rgbOf(rgba, 0), rgbOf(rgba, 2)]).toEqual([
      [230, 159, 0],
      [0, 158, 115],
    ])
    expect([rgba[7], rgba[15]]).toEqual([0, 0])
  })

  it('of one palette are of different colours', () => {
    for (const { colours, kind } of palettes) {
      if (kind === 'categories') expect(new Set(colours).size).toBe(colours.length)
    }
  })
})
