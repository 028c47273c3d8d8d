import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { InputUnit } from '../../shared/terms.ts'
import { type ModelCard, modelCard } from './model-card.ts'
import { preprocessFragment, preprocessingFor } from './preprocess.ts'
import type { RecipeStep } from './recipe-step.ts'
import { applyPointwise } from './steps/pointwise.ts'
import { resizeBicubic } from './steps/resize-bicubic.ts'

function run(values: readonly number[], steps: readonly RecipeStep[], bandCount = 1): number[] {
  return [...preprocessFragment(Float32Array.from(values), steps, { bandCount, size: 0 })]
}

interface BicubicCase {
  size: number
  to: number
  picked: number[]
  uint8: number[]
  uint8Sum: number
  float: number[]
  floatSum: number
}
const bicubicFile = join(import.meta.dirname, '../../../fixtures/models/bicubic.json')
const bicubic: { cases: BicubicCase[] } = JSON.parse(readFileSync(bicubicFile, 'utf8'))

describe("Pillow's bicubic", () => {
  it.each(bicubic.cases)('is met from $size to $to px', ({ size, to, ...expected }) => {
    const pixels = Float32Array.from({ length: 2 * size * size }, (_, i) => {
      const row = Math.floor(i / size) % size
      const col = i % size
      return (row * 37 + col * 11 + ((row * col) % 97)) % 256
    })
    const asBytes = resizeBicubic(pixels, 2, size, to, 'uint8')
    expect(expected.picked.map((at) => asBytes[to * to + at])).toEqual(expected.uint8)
    expect(asBytes.subarray(0, to * to).reduce((sum, x) => sum + x, 0)).toBe(expected.uint8Sum)
    const asFloat = resizeBicubic(pixels, 2, size, to, 'float')
    expect(expected.picked.map((at) => asFloat[at])).toEqual(expected.float)
  })
})

describe('clipping', () => {
  it('is counted per band, without the pixels to ignore', () => {
    const counts = { low: new Float64Array(2), high: new Float64Array(2) }
    const pixels = Float32Array.from([-1, 0, 0.5, 2, -1, 3, 3, 1])
    applyPointwise(pixels, [{ step: 'clip', low: 0, high: 1 }], {
      bandCount: 2,
      ignore: Uint8Array.from([0, 0, 0, 1]),
      counts,
    })
    expect([...counts.low]).toEqual([1, 1])
    expect([...counts.high]).toEqual([0, 2])
    expect([...pixels]).toEqual([0, 0, 0.5, 1, 0, 1, 1, 1])
  })

  it('counts a pixel once that is beyond the dB floor and then beyond the clip', () => {
    const counts = { low: new Float64Array(1), high: new Float64Array(1) }
    const steps = [
      { step: 'db', floor: 1e-10 },
      { step: 'clip', low: -25, high: 0 },
    ] as const
    applyPointwise(Float32Array.from([-1, 0, 1e-6, 0.1]), steps, { bandCount: 1, counts })
    expect([...counts.low]).toEqual([3])
  })
})

describe('units', () => {
  const card = (unit: InputUnit, steps: unknown[] = [], more: object = {}): ModelCard =>
    modelCard.parse({
      ...{ id: 'm', name: 'm', source: 's', licence: 'l', bands: ['vv'], unit, fragment: { size: 2 } },
      recipes: [{ name: 'intended', reason: 'r', steps }],
      ...{ input: { name: 'x', size: 2 }, output: { name: 'y', dimensions: 1 }, onnx: { kind: 'file', file: 'f' } },
      ...{ weights: { howToGet: 'h' }, verified: false, verification: 'v' },
      ...more,
    })
  const convert = (model: ModelCard, unit: InputUnit, values: number[], radiometricOffset = 0): number[] => {
    const { image, fragment } = preprocessingFor(model, model.recipes[0]!, { unit, radiometricOffset, name: 'a.tif' })
    return run(values, [...image, ...fragment])
  }

  it('skips the dB step for data already in dB', () => {
    const model = card('linear', [{ step: 'db' }])
    expect(convert(model, 'linear', [0.01, 0])).toEqual([-20, -100])
    expect(convert(model, 'db', [-20, -7.5])).toEqual([-20, -7.5])
  })

  it('converts dB to linear power where the recipe works on power', () => {
    expect(convert(card('linear'), 'db', [-20, 0])).toEqual([Math.fround(0.01), 1])
  })

  it('applies the radiometric offset before scaling', () => {
    expect(convert(card('0-1'), 'reflectance-1e4', [1000, 6000], -1000)).toEqual([0, 0.5])
    expect(convert(card('reflectance-1e4'), '0-1', [0.25])).toEqual([2500])
  })

  it("reaches a card's own conversion through the other reflectance unit", () => {
    const conversions = [{ from: 'reflectance-1e4', reason: 'r', steps: [{ step: 'scale', divide: 100 }] }]
    expect(convert(card('u8', [], { conversions }), '0-1', [0.5])).toEqual([50])
  })

  it('refuses what cannot be converted, saying what to do', () => {
    expect(() => convert(card('reflectance-1e4'), 'db', [1])).toThrow(
      'a.tif: model m expected reflectance x 10000, got dB, which cannot be converted; choose another model, or set the unit if it was told wrongly',
    )
    expect(() => convert(card('db'), 'db', [1], -1000)).toThrow(/set the radiometric offset to 0/)
  })
})
