import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readModelCard } from '../models/read-card.ts'
import type { CellImage } from '../scenes/cell-image.ts'
import { prepareImage } from './prepare-image.ts'

const root = join(import.meta.dirname, '../../..')
const mobilenet = await readModelCard('mobilenet-v1', [join(root, 'models')])
const tiny = await readModelCard(join(root, 'fixtures/models/tiny-rgb.json'), [])
const radar = await readModelCard(join(root, 'fixtures/models/tiny-vv-vh.json'), [])

function image(width: number, height: number, change: Partial<CellImage> = {}): CellImage {
  const bandNames = change.bandNames ?? ['B02', 'B03', 'B04']
  return {
    ...{ productId: 'p', timestamp: null, width, height, bandNames, unit: 'reflectance-1e4', radiometricOffset: 0 },
    pixels: Float32Array.from({ length: bandNames.length * width * height }, (_, i) => i),
    ...change,
  }
}
const prepare = (card: typeof tiny, one: CellImage) => prepareImage(one, { card, recipe: card.recipes[0]! }, 'a.tif')

describe('prepareImage', () => {
  it('puts the bands in the order of the card, cuts and scales', () => {
    const { bands, fragments, writeInput } = prepare(tiny, image(20, 20))
    expect(bands).toEqual(['B04', 'B03', 'B02'])
    expect(fragments.map((fragment) => fragment.pixelBbox)).toEqual([
      ...[
        [0, 0, 16, 16],
        [0, 4, 16, 20],
        [4, 0, 20, 16],
        [4, 4, 20, 20],
      ],
    ])
    const input = new Float32Array(3 * 256)
    writeInput(3, input)
    const firstPixel = 4 * 20 + 4
    expect([input[0], input[256], input[512]]).toEqual(
      [800 + firstPixel, 400 + firstPixel, firstPixel].map((value) => Math.fround(value / 1e4)),
    )
  })

  it('cuts an image that is smaller than the fragment into squares of its shorter side, where the card allows it', () => {
    const { fragments, writeInput } = prepare(mobilenet, image(150, 64, { unit: 'u8' }))
    expect(fragments.map((fragment) => fragment.pixelBbox.slice(0, 2))).toEqual([
      [0, 0],
      [0, 86],
    ])
    const input = new Float32Array(3 * 224 * 224)
    writeInput(0, input)
    expect(input.every((value) => value >= -1 && value < 1)).toBe(true)
    expect(() => prepare(tiny, image(20, 10))).toThrow(
      'a.tif: expected at least 16 x 16 px for model tiny-rgb, got 20 x 10; choose a model with smaller fragments',
    )
  })

  it('counts nodata and gives pixels without a value one that networks can take', () => {
    const pixels = new Float32Array(2 * 224 * 224).fill(-15)
    pixels[7] = Number.NaN
    pixels[224 * 224 + 8] = Number.NEGATIVE_INFINITY
    const { counts, writeInput } = prepare(radar, image(224, 224, { bandNames: ['vv', 'vh'], unit: 'db', pixels }))
    expect(counts.map(({ nodata, low, high }) => [nodata, low, high])).toEqual([
      [2, 0, 0],
      [2, 0, 0],
    ])
    const input = new Float32Array(2 * 256)
    writeInput(0, input)
    expect(input.every(Number.isFinite)).toBe(true)
  })

  it('tells pixels that no fragment covers', () => {
    expect(prepare(tiny, image(22, 22)).warnings).toEqual([])
    const card = { ...tiny, fragment: { ...tiny.fragment, size: 16, targetOverlap: 0 } }
    expect(prepare(card, image(38, 38)).warnings[0]).toMatch(/leave 6 of 38 px uncovered/)
  })
})
