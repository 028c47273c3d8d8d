// The bytes of a cell map made ready for the GPU: premultiplied, with the reach of its cells.

import { paintCells } from '../cell-paint.ts'
import type { GlobeMap, GlobePlace } from '../globe-scene.ts'
import type { CellMapGrid } from './cell-map-window.ts'
import { type CellReach, reachOfCells } from './cell-reach.ts'

export interface CellMap {
  readonly grid: CellMapGrid
  /** RGBA, premultiplied, row 0 north */
  readonly pixels: Uint8Array
  readonly reach: CellReach
}

/** @throws if the answer is none */
export async function fetchTexels({ url }: GlobeMap, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, { signal })
  if (!response.ok)
    throw new Error(`map texture: expected image bytes, got HTTP ${response.status}, open the set again`)
  return new Uint8Array(await response.arrayBuffer())
}

/** @throws if the bytes are not four a texel or not every row has its count of cells */
export function prepareCellMap(
  bytes: Uint8Array,
  { width, height, bbox, cellsOfRow, paint }: CellMapGrid & Pick<GlobeMap, 'paint'>,
): CellMap {
  if (cellsOfRow.length !== height)
    throw new Error(`map texture: expected the cells of ${height} rows, got ${cellsOfRow.length}, open the set again`)
  const expected = width * height * 4
  if (bytes.length !== expected) {
    throw new Error(
      `map texture: expected ${expected} bytes (${width} x ${height}), got ${bytes.length}, open the set again`,
    )
  }
  const rgba = paint === undefined ? bytes : paintCells(valuesOf(bytes), paint)
  const alpha = new Uint8Array(width * height)
  const pixels = new Uint8Array(expected)
  for (let texel = 0; texel < alpha.length; texel++) {
    const a = rgba[4 * texel + 3]!
    if (a === 0) continue
    alpha[texel] = a
    for (let c = 0; c < 3; c++) pixels[4 * texel + c] = Math.round((rgba[4 * texel + c]! * a) / 255)
    pixels[4 * texel + 3] = a
  }
  const grid = { width, height, bbox, cellsOfRow }
  return { grid, pixels, reach: reachOfCells(alpha, grid) }
}

const valuesOf = ({ buffer, byteOffset, length }: Uint8Array) => new Float32Array(buffer, byteOffset, length / 4)

/** @param texel row-major, row 0 north */
export function texelCentre({ width, height, bbox }: CellMapGrid, texel: number): GlobePlace {
  const [west, south, east, north] = bbox
  return {
    lat: north - ((Math.floor(texel / width) + 0.5) / height) * (north - south),
    lon: west + (((texel % width) + 0.5) / width) * (east - west),
  }
}

const kmPerDegree = 111.195

/** Size of a texel on the ground at the equator, km. */
export function texelKm({ width, height, bbox: [west, south, east, north] }: CellMapGrid): readonly [number, number] {
  return [((east - west) / width) * kmPerDegree, ((north - south) / height) * kmPerDegree]
}

/**
 * By how many pixels cells are grown at a scale: enough to close the gaps of an even sparse set when the whole globe is seen,
 * at most 12, fewer on the way to where a cell is plainly visible by itself, and nothing from there on.
 */
export function growthPx({ grid, reach }: CellMap, kmPerPx: number): number {
  if (reach.reachRows === 0) return 0
  const rowPx = texelKm(grid)[1] / kmPerPx
  const most = clamp(12 - 3 * (rowPx - 0.8), 5, 12)
  const whenSmall = Math.min(reach.reachRows * rowPx, most)
  const leftOver = 1 - clamp((rowPx - 4) / 10, 0, 1)
  return whenSmall * leftOver
}

const clamp = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most)
