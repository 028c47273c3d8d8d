import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canonicalBand, matchBands } from './match-bands.ts'
import type { ModelCard } from './model-card.ts'
import { readModelCard } from './read-card.ts'

const mobilenet = await readModelCard('mobilenet-v1', [join(import.meta.dirname, '../../../models')])
const anyBands: ModelCard = { ...mobilenet, id: 'any', bands: { any: { min: 3, max: 4 } } }

describe('matchBands', () => {
  it('finds bands in the order of the card under the names of the image', () => {
    expect(matchBands(mobilenet, { name: 'a', bandNames: ['B02', 'B03', 'B04', 'B08'] })).toEqual(['B04', 'B03', 'B02'])
    expect(matchBands(mobilenet, { name: 'a', bandNames: ['red', 'green', 'blue'] })).toEqual(['red', 'green', 'blue'])
    expect(matchBands(mobilenet, { name: 'a', bandNames: ['b2', 'B3', 'B4'] })).toEqual(['B4', 'B3', 'b2'])
  })

  it('takes all bands, or the chosen ones, for a card without a list', () => {
    expect(matchBands(anyBands, { name: 'a', bandNames: ['B02', 'B03', 'B8A'] })).toEqual(['B02', 'B03', 'B8A'])
    const five = ['B02', 'B03', 'B04', 'B08', 'B11']
    expect(matchBands(anyBands, { name: 'a', bandNames: five }, ['B8', 'B3', 'B2'])).toEqual(['B08', 'B03', 'B02'])
    expect(() => matchBands(anyBands, { name: 'a', bandNames: five })).toThrow(/a: expected 3 to 4 bands.*got 5/)
  })

  it('names the missing band', () => {
    expect(() => matchBands(mobilenet, { name: 'chip.tif', bandNames: ['vv', 'vh'] })).toThrow(
      'chip.tif: expected band B04 for model mobilenet-v1, got vv, vh, name the bands with --bands or choose another model',
    )
  })

  it('spells every band one way', () => {
    expect(['B8A', 'b8a', 'B08A', 'b8', 'B12', 'VV', 'coastal'].map(canonicalBand)).toEqual([
      ...['B8A', 'B8A', 'B8A', 'B08', 'B12', 'vv', 'coastal'],
    ])
  })
})
