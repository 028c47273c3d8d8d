import type { PixelBbox } from '../../shared/terms.ts'
import { cellImageBounds } from '../grid/cell-image-bounds.ts'
import { createGrid } from '../grid/grid.ts'
import { encodePng } from '../raster/plain-image.ts'
import { renderImage } from './render.ts'

const grid = createGrid(10)
/** reflectance -> brightness with a soft shoulder, so that forests are not black and snow keeps its drifts */
const brightness = Uint8Array.from({ length: 10_001 }, (_, value) => {
  return (255 * (1 - Math.exp(-3.2 * (value / 1e4) ** 0.75))) / (1 - Math.exp(-3.2))
})

/**
 * The true-colour picture of one row of the sample planet, drawn anew.
 * @param row as the file has it; `sizePx` is the side of the picture (the fragment's own when absent)
 * @returns PNG; undefined when the row is not on the planet
 */
export function sampleThumbnail(
  row: { readonly gridCell: string; readonly pixelBbox: PixelBbox; readonly timestamp: string },
  sizePx?: number,
): Uint8Array<ArrayBuffer> | undefined {
  const cell = grid.cellNamed(row.gridCell)
  if (cell === undefined) return undefined
  const [row0, col0, row1, col1] = row.pixelBbox
  const [left, , , top] = cellImageBounds(cell)
  const side = sizePx ?? row1 - row0
  const { pixels } = renderImage({
    utmCrs: cell.utmCrs,
    bounds: [left + col0 * 10, top - row1 * 10, left + col1 * 10, top - row0 * 10],
    width: side,
    height: side,
    timestamp: row.timestamp,
    bands: ['B04', 'B03', 'B02'],
    origin: [row0, col0],
  })
  return encodePng({ width: side, height: side, channels: 3, data: trueColour(pixels, side * side) })
}

/** Draws one picture for nothing: the first needs textures, distances to the coast and compiled loops, which all others share. */
export function prepareThumbnails(): void {
  const { gridCell } = grid.cellAt(0, 20)
  sampleThumbnail({ gridCell, pixelBbox: [0, 0, 160, 160], timestamp: '20240701T100000' })
}

/** Planar reflectance x 1e4 of three bands -> interleaved bytes. */
export function trueColour(pixels: Float32Array, area: number): Uint8Array {
  const data = new Uint8Array(area * 3)
  for (let channel = 0; channel < 3; channel++) {
    for (let at = 0; at < area; at++) {
      data[at * 3 + channel] = brightness[Math.min(10_000, Math.max(0, Math.round(pixels[channel * area + at]!)))]!
    }
  }
  return data
}
