import { describe, expect, it } from 'vitest'
import { growthPx, prepareCellMap } from './cell-map.ts'
import { reachOfCells, typicalSpacingRows } from './cell-reach.ts'

const bbox = [-180, -90, 180, 90] as const
const grid = { width: 720, height: 360, bbox }

function alphaWith(cells: readonly (readonly [column: number, row: number])[]): Uint8Array {
  const alpha = new Uint8Array(grid.width * grid.height)
  for (const [column, row] of cells) alpha[row * grid.width + column] = 255
  return alpha
}

/** Every `step`-th texel of a band around the equator. */
function band(step: number): Uint8Array {
  const cells: [number, number][] = []
  for (let row = 150; row < 210; row += step)
    for (let column = 0; column < 720; column += step) cells.push([column, row])
  return alphaWith(cells)
}

function nearestCell(steps: Uint8Array, column: number, row: number): [number, number] | undefined {
  const at = 2 * (row * grid.width + column)
  if (steps[at] === 0) return undefined
  return [(column + steps[at]! - 128 + grid.width) % grid.width, row + steps[at + 1]! - 128]
}

describe('the reach of cells', () => {
  it('is nothing for a set without gaps', () => {
    const { reachRows, steps } = reachOfCells(band(1), grid)
    expect(reachRows).toBe(0)
    expect([...steps]).toEqual([128, 128])
  })

  it('covers the gaps of an even sparse set', () => {
    const alpha = band(5)
    expect(typicalSpacingRows(alpha, grid)).toBeCloseTo(5, 1)
    const { steps } = reachOfCells(alpha, grid)
    const wrong: string[] = []
    for (let row = 150; row <= 205; row++) {
      for (let column = 0; column < 720; column++) {
        const [x, y] = nearestCell(steps, column, row) ?? [Number.NaN, Number.NaN]
        if (x % 5 !== 0 || y % 5 !== 0 || Math.abs(y - row) > 3) wrong.push(`${column},${row} -> ${x},${y}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('points a texel between two cells to the nearer one', () => {
    const { steps } = reachOfCells(
      alphaWith([
        [100, 180],
        [106, 180],
      ]),
      grid,
    )
    expect(nearestCell(steps, 102, 180)).toEqual([100, 180])
    expect(nearestCell(steps, 104, 180)).toEqual([106, 180])
    expect(nearestCell(steps, 100, 180)).toEqual([100, 180])
  })

  it('reaches across the antimeridian', () => {
    const { steps } = reachOfCells(alphaWith([[719, 180]]), grid)
    expect(nearestCell(steps, 1, 180)).toEqual([719, 180])
  })

  it('reaches farther along short rows, where texels are narrow', () => {
    const { steps, reachRows } = reachOfCells(alphaWith([[300, 60]]), grid) // 60 N
    expect(nearestCell(steps, 300 + Math.floor(2 * reachRows * 0.9), 60)).toEqual([300, 60])
    expect(nearestCell(steps, 300, 60 - Math.floor(reachRows) - 3)).toBeUndefined()
  })

  it('does not take the texels of one wide cell for neighbours', () => {
    const cells: [number, number][] = []
    for (let column = 0; column < 720; column += 20)
      for (const side of [0, 1]) cells.push([column + side, 60], [column + side, 80])
    expect(typicalSpacingRows(alphaWith(cells), grid)).toBeGreaterThan(8)
  })
})

describe('the cell map', () => {
  it('refuses bytes of another size', () => {
    expect(() => prepareCellMap(new Uint8Array(12), { width: 2, height: 2, bbox, cellsOfRow: [2, 2] })).toThrow(
      'map texture: expected 16 bytes (2 x 2), got 12, open the set again',
    )
  })

  it('refuses a row without its count of cells', () => {
    expect(() => prepareCellMap(new Uint8Array(16), { width: 2, height: 2, bbox, cellsOfRow: [2] })).toThrow(
      'map texture: expected the cells of 2 rows, got 1, open the set again',
    )
  })

  it('premultiplies, so that averaging never mixes in the colour of empty texels', () => {
    const { pixels } = prepareCellMap(new Uint8Array([200, 100, 50, 51, 9, 9, 9, 0]), {
      width: 2,
      height: 1,
      bbox,
      cellsOfRow: [2],
    })
    expect([...pixels]).toEqual([40, 20, 10, 51, 0, 0, 0, 0])
  })

  it('grows cells from afar and draws them at their true size when near', () => {
    const rgba = new Uint8Array(grid.width * grid.height * 4)
    for (let texel = 0; texel < grid.width * grid.height; texel += 37) rgba[4 * texel + 3] = 255
    const map = prepareCellMap(rgba, { ...grid, cellsOfRow: Array(360).fill(720) })
    expect(growthPx(map, 20)).toBeGreaterThan(3)
    expect(growthPx(map, 20)).toBeLessThanOrEqual(12)
    expect(growthPx(map, 0.5)).toBe(0)
  })
})
