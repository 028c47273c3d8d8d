import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readModelCard } from '../models/read-card.ts'
import type { ImageTask } from '../scenes/image-task.ts'
import { promisedFragments } from './forecast.ts'
import { piecesOf } from './image-pieces.ts'

/** fragments of 16 px */
const card = await readModelCard('tiny-rgb', [join(import.meta.dirname, '../../../fixtures/models')])
const stack = { type: 'stack', bands: [], nodataLimit: 1 } as const
const taskOf = (width: number, height: number, change: object = {}) =>
  ({
    name: 'a',
    width,
    height,
    bandNames: ['B04', 'B03', 'B02'],
    pixelSource: stack,
    ...change,
  }) as unknown as ImageTask

describe('piecesOf', () => {
  it('cuts a large image into rows of fragments that fit into a window, none twice and none left out', () => {
    // 160 px: 11 rows of 11 fragments; a window of 44 rows of pixels holds three of them
    const task = taskOf(160, 160)
    const pieces = piecesOf(task, card, { minFragments: 48, windowBytes: 44 * 160 * 3 * 4 })
    expect(pieces.map((piece) => piece.fragmentRows)).toEqual(
      [0, 3, 6, 9].map((first) => ({ first, end: Math.min(11, first + 3) })),
    )
    expect(pieces.map((piece) => promisedFragments([piece], card))).toEqual([33, 33, 33, 22])
    expect(promisedFragments([task], card)).toBe(121)
  })

  it('takes one row at a time where not even one fits', () => {
    expect(piecesOf(taskOf(160, 160), card, { minFragments: 12, windowBytes: 1 })).toHaveLength(11)
  })

  it('leaves small images whole, and those that are decoded at once', () => {
    for (const task of [
      taskOf(40, 40),
      taskOf(8, 8),
      taskOf(160, 160, { pixelSource: { type: 'core-row' } }),
      taskOf(160, 160, { pixelSource: { ...stack, cellBounds: [0, 0, 1, 1] } }),
    ]) {
      expect(piecesOf(task, card, { minFragments: 48, windowBytes: 1 })).toEqual([task])
    }
  })
})
