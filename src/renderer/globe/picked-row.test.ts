import { describe, expect, it } from 'vitest'
import { footprintFillId } from './layers/footprint-layers.ts'
import { type Picked, rowOf } from './picked-row.ts'

/** ten pixels a degree */
const map = { project: ([lon, lat]: [number, number]) => ({ x: 10 * lon, y: -10 * lat }) } as Parameters<
  typeof rowOf
>[0]
const footprint = (row: number, lon: number): Picked => ({
  x: 104,
  y: 0,
  layer: { id: footprintFillId },
  object: { row, state: 'plain', rings: [], centre: { lat: 0, lon } },
})

describe('the picked row', () => {
  it('is that of a mark, and nothing else is asked for', () => {
    const mark: Picked = {
      x: 0,
      y: 0,
      layer: { id: 'search-hits' },
      object: { row: 7, lat: 0, lon: 0, icon: 'hit-core' },
    }
    const others = () => {
      throw new Error('not needed')
    }
    expect(rowOf(map, mark, others)).toBe(7)
  })

  it('is that of the nearest centre where footprints overlap, whichever is drawn on top', () => {
    const [left, right] = [footprint(1, 9), footprint(2, 11)]
    expect(rowOf(map, right, () => [right, left])).toBe(2)
    expect(rowOf(map, { ...right, x: 96 }, () => [right, left])).toBe(1)
  })

  it('is none where nothing lies', () => {
    expect(rowOf(map, { x: 0, y: 0 }, () => [])).toBeUndefined()
  })
})
