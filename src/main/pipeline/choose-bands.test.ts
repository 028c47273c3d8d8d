import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ModelCard } from '../models/model-card.ts'
import { listModelCards, readModelCard } from '../models/read-card.ts'
import { cardForBands, chooseBands, standardNames } from './choose-bands.ts'

const mobilenet = await readModelCard('mobilenet-v1', [join(import.meta.dirname, '../../../models')])
const anyBands: ModelCard = { ...mobilenet, id: 'any', bands: { any: { min: 3, max: 4 } } }

describe('chooseBands', () => {
  it('finds bands in the order of the card under the names of the image', () => {
    expect(chooseBands(mobilenet, { name: 'a', bandNames: ['B02', 'B03', 'B04', 'B08'] })).toEqual([
      'B04',
      'B03',
      'B02',
    ])
    expect(chooseBands(mobilenet, { name: 'a', bandNames: ['red', 'green', 'blue'] })).toEqual(['red', 'green', 'blue'])
    expect(chooseBands(mobilenet, { name: 'a', bandNames: ['b2', 'B3', 'B4'] })).toEqual(['B4', 'B3', 'b2'])
  })

  it('takes all bands, or the chosen ones, for a card without a list', () => {
    expect(chooseBands(anyBands, { name: 'a', bandNames: ['B02', 'B03', 'B8A'] })).toEqual(['B02', 'B03', 'B8A'])
    const five = ['B02', 'B03', 'B04', 'B08', 'B11']
    expect(chooseBands(anyBands, { name: 'a', bandNames: five }, ['B8', 'B3', 'B2'])).toEqual(['B08', 'B03', 'B02'])
    expect(() => chooseBands(anyBands, { name: 'a', bandNames: five })).toThrow(/a: expected 3 to 4 bands.*got 5/)
  })

  it('names the missing band', () => {
    expect(() => chooseBands(mobilenet, { name: 'chip.tif', bandNames: ['vv', 'vh'] })).toThrow(
      'chip.tif: expected band B04 for model mobilenet-v1, got vv, vh; choose other bands or another model',
    )
    expect(() => chooseBands(anyBands, { name: 'chip.tif', bandNames: ['vv', 'vh'] })).toThrow(
      'chip.tif: expected 3 to 4 bands for model any, got 2; choose other bands or another model',
    )
  })

  it('names a known model for the bands that there are', async () => {
    const cards = (await listModelCards([join(import.meta.dirname, '../../../models')])).cards.map(({ card }) => card)
    // Sentinel-1 has vv and vh alone, and these two cards were made for it
    const fitting = cardForBands(cards, ['vv', 'vh'])
    expect(['decur-s1', 'ssl4eo-s1']).toContain(fitting)
    expect(() => chooseBands(anyBands, { name: 'chip.tif', bandNames: ['vv', 'vh'] }, undefined, fitting)).toThrow(
      `chip.tif: expected 3 to 4 bands for model any, got 2; choose a model for these bands, e.g. ${fitting} for vv, vh`,
    )
    expect(cardForBands(cards, ['height'])).toBeUndefined()
    expect(cardForBands(cards, ['band1', 'band2'])).toBeUndefined()
  })

  it('does not take the fourth band of a file without names for B04', () => {
    const unnamed = { name: 'a.tif', bandNames: ['band1', 'band2', 'band3', 'band4'] }
    expect(() => chooseBands(mobilenet, unnamed)).toThrow(
      /expected band B04 .*got band1, band2, band3, band4; name its bands/,
    )
    expect(chooseBands(anyBands, unnamed)).toEqual(unnamed.bandNames)
    expect(chooseBands({ ...mobilenet, bands: ['band2'] }, unnamed)).toEqual(['band2'])
  })

  it('gives the standard names', () => {
    expect(standardNames(['red', 'b8a', 'VV', 'height'])).toEqual(['B04', 'B8A', 'vv', 'height'])
  })
})
