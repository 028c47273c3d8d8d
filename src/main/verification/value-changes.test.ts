import { describe, expect, it } from 'vitest'
import type { Recipe } from '../models/model-card.ts'
import type { CellImage } from '../scenes/cell-image.ts'
import { changeImage, changeRecipe, valueChanges } from './value-changes.ts'

const image: CellImage = {
  ...{ productId: 'S2A', timestamp: null, width: 2, height: 1, bandNames: ['B04'], unit: 'reflectance-1e4' },
  ...{ pixels: Float32Array.from([3000, 11_000]), radiometricOffset: -1000 },
}
const stepsOf = (steps: Recipe['steps'], change: string) =>
  changeRecipe({ name: 'intended', reason: 'for a test', steps }, change).steps

describe('value changes', () => {
  it('an offset is added to the one of the image', () => {
    expect(changeImage(image, 'offset by +1000').radiometricOffset).toBe(0)
    expect(changeImage(image, 'offset by -1000').radiometricOffset).toBe(-2000)
  })

  it('dividing twice divides what the recipe divides again, after the offset', () => {
    const changed = changeImage(image, 'divided by 10000 twice')
    expect([...changed.pixels]).toEqual([Math.fround(0.2), 1])
    expect(changed.radiometricOffset).toBe(0)
    expect([...image.pixels]).toEqual([3000, 11_000])
  })

  it('a factor stands before the steps at the end that only scale and shift', () => {
    const clip = { step: 'clip', low: 0, high: 1 } as const
    const normalise = { step: 'normalise', mean: 0.5, std: 0.5 } as const
    const times = { step: 'scale', multiply: 255, divide: 1 }
    expect(stepsOf([clip, normalise], 'values x 255')).toEqual([clip, times, normalise])
    expect(stepsOf([normalise, clip], 'values x 255')).toEqual([normalise, clip, times])
    expect(stepsOf([clip, normalise], 'values as they are')).toEqual([clip, normalise])
  })

  it('offsets are no question for radar', () => {
    expect(valueChanges(['linear'])).toEqual(['values as they are', 'values x 255', 'values / 255'])
    expect(valueChanges(['reflectance-1e4', '0-1'])).toHaveLength(6)
  })
})
