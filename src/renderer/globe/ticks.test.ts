import { expect, it } from 'vitest'
import { tickTexts } from './ticks.ts'

it('has three decimals as results do, more where they would look alike', () => {
  expect(tickTexts(0.5, 0.9)).toEqual(['0.500', '0.700', '0.900'])
  expect(tickTexts(0.99912, 0.99988)).toEqual(['0.9991', '0.9995', '0.9999'])
  expect(tickTexts(-3, -1)).toEqual(['−3.000', '−2.000', '−1.000'])
})

it('has one where there is no range, or none that can be told', () => {
  expect(tickTexts(0.5, 0.5)).toEqual(['0.500'])
  expect(tickTexts(0.5, 0.5 + 1e-9)).toEqual(['0.500000'])
})
