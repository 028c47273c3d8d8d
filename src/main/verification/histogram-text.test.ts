import { expect, it } from 'vitest'
import { histogramEdges, histogramText } from './histogram-text.ts'

it('a histogram is a line of blocks, as wide as its head', () => {
  const line = histogramText([0, 1, 8, 0, ...new Array<number>(14).fill(0)])
  expect(line).toBe('[ ▁█               ]')
  expect(line).toHaveLength(histogramEdges.length)
})
