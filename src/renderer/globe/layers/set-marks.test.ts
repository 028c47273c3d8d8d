import { describe, expect, it } from 'vitest'
import type { Bbox } from '../../../shared/terms.ts'
import { prepareCellMap } from './cell-map.ts'
import { clustersOf } from './set-clusters.ts'
import { setMarkStrength, setMarks } from './set-marks-layer.ts'

const world: Bbox = [-180, -90, 180, 90]

/** One texel a degree. @param cells column and row from the north-west corner of the world, with a colour */
function mapOf(cells: readonly (readonly [column: number, row: number, rgb: readonly number[]])[]) {
  const rgba = new Uint8Array(360 * 180 * 4)
  for (const [column, row, rgb] of cells) rgba.set([...rgb, 255], 4 * (row * 360 + column))
  return prepareCellMap(rgba, { width: 360, height: 180, bbox: world, cellsOfRow: Array(180).fill(360) })
}

const red = [250, 20, 30]
const blue = [10, 20, 230]

describe('marks of a small set', () => {
  const pair = [
    [200, 89, red],
    [201, 89, blue],
  ] as const

  it('are one for cells that stand together, in their middle and their mean colour, and more for others', () => {
    const clusters = clustersOf(mapOf([...pair, [20, 40, blue]]))
    expect(clusters).toHaveLength(2)
    const [lone, both] = clusters.toSorted((a, b) => a.lon - b.lon)
    expect(lone).toMatchObject({ lat: expect.closeTo(49.5, 9), lon: expect.closeTo(-159.5, 9), ink: '#0a14e6' })
    expect(both).toMatchObject({ lat: expect.closeTo(0.5, 3), lon: expect.closeTo(21, 6), ink: '#821482' })
    expect(both!.spanKm).toBeCloseTo(2 * 111.195, 0)
  })

  it('join across 180 degrees', () => {
    const clusters = clustersOf(
      mapOf([
        [0, 80, red],
        [359, 80, red],
      ]),
    )
    expect(clusters).toHaveLength(1)
    expect(Math.abs(clusters[0]!.lon)).toBeCloseTo(180, 6)
  })

  it('are not made for a set of many cells or in many places', () => {
    const many = Array.from({ length: 600 }, (_, index) => [index % 30, Math.floor(index / 30), red] as const)
    const scattered = Array.from({ length: 30 }, (_, index) => [12 * index, 90, red] as const)
    expect(clustersOf(mapOf(many))).toEqual([])
    expect(clustersOf(mapOf(scattered))).toEqual([])
  })

  it('are seen from afar and give way to cells that are large enough', () => {
    const map = mapOf(pair)
    expect(setMarks(map, 30).map(({ icon, opacity }) => [icon, opacity])).toEqual([
      ['set-edge', 1],
      ['set-core', 1],
    ])
    expect(setMarks(map, 5)).toEqual([])
    expect([setMarkStrength(map, 30), setMarkStrength(map, 5)]).toEqual([1, 0])
  })

  it('stand for all cells only where every group has one', () => {
    const row = [190, 191, 192, 193, 194, 195].map((column) => [column, 89, red] as const)
    const mixed = mapOf([...row, [20, 40, blue]])
    expect(setMarks(mixed, 20)).toHaveLength(2)
    expect(setMarkStrength(mixed, 20)).toBe(0)
  })
})
