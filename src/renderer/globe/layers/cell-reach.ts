// How far each cell of a sparse map is grown when seen from afar. A 10 km cell is half a pixel on a whole globe, and a set with one
// cell in a hundred would be invisible; so every empty texel near a cell points to its nearest cell, and the shader draws the cell
// out to a radius that shrinks to its true size as the map comes near. Nothing is interpolated: a pixel has the colour of one cell.

import type { Bbox } from '../../../shared/terms.ts'

export interface TexelGrid {
  readonly width: number
  readonly height: number
  readonly bbox: Bbox
}

export interface CellReach {
  /** two bytes a texel, column and row step to the nearest cell, each plus 128; (0, 0) where no cell is in reach */
  readonly steps: Uint8Array
  /** largest growth, in texel rows; 0 for a set without gaps, whose `steps` is a single texel that points to itself */
  readonly reachRows: number
}

const itself = 128
const maxColumnSteps = 127
/** A lone cell grows this far at most, and a sparse set at least this far. */
const reachLimits = { least: 4, most: 14 } as const

/** Cells are stamped this much farther than they are drawn, so that their edge is drawn smooth. */
const edgeRows = 1.5

/** @param alpha one byte a texel, row 0 north: not 0 where there is a cell */
export function reachOfCells(alpha: Uint8Array, grid: TexelGrid): CellReach {
  const spacing = typicalSpacingRows(alpha, grid)
  if (spacing <= 1.5) return { steps: new Uint8Array([itself, itself]), reachRows: 0 }
  const reachRows = Math.min(Math.max(2.3 * spacing, reachLimits.least), reachLimits.most)
  return { steps: stampCells(alpha, grid, reachRows + edgeRows), reachRows }
}

/** Median over sampled cells of the distance to the nearest other cell, in texel rows, at most 20. */
export function typicalSpacingRows(alpha: Uint8Array, grid: TexelGrid): number {
  const cells: number[] = []
  const total = alpha.reduce((count, value) => count + (value > 0 ? 1 : 0), 0)
  const stride = Math.max(1, Math.floor(total / 400))
  for (let texel = 0, seen = 0; texel < alpha.length; texel++) {
    if (alpha[texel] === 0) continue
    if (seen++ % stride === 0) cells.push(nearestOther(alpha, grid, texel))
  }
  cells.sort((a, b) => a - b)
  return cells[cells.length >> 1] ?? 0
}

/** The texels beside a cell in its own row may belong to it: a cell of a short row is several texels wide. */
function nearestOther(alpha: Uint8Array, grid: TexelGrid, texel: number): number {
  const { width, height } = grid
  const row = Math.floor(texel / width)
  const squeeze = rowSqueeze(grid, row)
  let nearest = 20
  for (let dy = 0; dy < nearest; dy++) {
    const columns = Math.min(Math.ceil(nearest / squeeze), width >> 1)
    for (let dx = -columns; dx <= columns; dx++) {
      const distance = Math.hypot(dx * squeeze, dy)
      if (distance >= nearest || (dy === 0 && Math.abs(dx) * squeeze < 1.5)) continue
      const column = ((((texel % width) + dx) % width) + width) % width
      const above = row - dy >= 0 && alpha[(row - dy) * width + column]! > 0
      const below = row + dy < height && alpha[(row + dy) * width + column]! > 0
      if (above || below) nearest = distance
    }
  }
  return nearest
}

function stampCells(alpha: Uint8Array, grid: TexelGrid, reachRows: number): Uint8Array {
  const { width, height } = grid
  const steps = new Uint8Array(width * height * 2)
  const nearest = new Uint16Array(width * height).fill(0xffff)
  for (let row = 0, texel = 0; row < height; row++) {
    const squeeze = rowSqueeze(grid, row)
    for (let column = 0; column < width; column++, texel++) {
      if (alpha[texel] === 0) continue
      if (nearest[texel] === 0) continue
      stampCell({ steps, nearest, grid, reachRows, squeeze }, row, column)
    }
  }
  return steps
}

interface Stamp {
  readonly steps: Uint8Array
  /** squared distance in texel rows, times 64 */
  readonly nearest: Uint16Array
  readonly grid: TexelGrid
  readonly reachRows: number
  readonly squeeze: number
}

function stampCell({ steps, nearest, grid, reachRows, squeeze }: Stamp, row: number, column: number): void {
  const { width, height } = grid
  const wraps = grid.bbox[2] - grid.bbox[0] > 359.9
  const rows = Math.ceil(reachRows)
  for (let dy = Math.max(-rows, -row); dy <= Math.min(rows, height - 1 - row); dy++) {
    const half = Math.floor(Math.sqrt(Math.max(0, reachRows * reachRows - dy * dy)) / squeeze)
    const columns = Math.min(half, maxColumnSteps)
    for (let dx = -columns; dx <= columns; dx++) {
      let at = column + dx
      if (at < 0 || at >= width) {
        if (!wraps) continue
        at = at < 0 ? at + width : at - width
      }
      const texel = (row + dy) * width + at
      const distance = Math.round((dy * dy + (dx * squeeze) ** 2) * 64)
      if (distance >= nearest[texel]!) continue
      nearest[texel] = distance
      steps[2 * texel] = itself - dx
      steps[2 * texel + 1] = itself - dy
    }
  }
}

/** Width of a texel over its height on the ground, in a row. */
function rowSqueeze({ width, height, bbox: [west, south, east, north] }: TexelGrid, row: number): number {
  const lat = north - ((row + 0.5) * (north - south)) / height
  const squeeze = ((east - west) / width / ((north - south) / height)) * Math.cos((lat * Math.PI) / 180)
  return Math.max(squeeze, 1e-3)
}
