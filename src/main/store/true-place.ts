// Sets in the released (transposed) order: the footprint stored with fragment (r, c) is that of fragment (c, r).
// The true one stands in the row of fragment (c, r) of the same image; where that row is missing it is found by moving the
// stored footprint by the difference of the pixel offsets, which neglects the small turn of UTM against the meridian.

import type { Footprint, LonLat } from '../../shared/terms.ts'
import type { EmbeddingSet } from './embedding-set.ts'

/** Row of the same image whose stored footprint is the true footprint of each row; -1 where there is none. */
export function transposedRows(set: Pick<EmbeddingSet, 'columns' | 'cells'>, count: number): Int32Array {
  const { pixelBbox, productId, timestamp } = set.columns
  const partners = new Int32Array(count).fill(-1)
  if (pixelBbox === undefined) return partners
  for (const cell of set.cells.cells) {
    const key = (row: number, first: 0 | 1) =>
      [productId?.[row], timestamp?.[row], pixelBbox[row * 4 + first], pixelBbox[row * 4 + 1 - first]].join(' ')
    const byOffsets = new Map(cell.rows.map((row) => [key(row, 0), row]))
    for (const row of cell.rows) partners[row] = byOffsets.get(key(row, 1)) ?? -1
  }
  return partners
}

/** The stored footprint of `row` moved to where its pixels are; see the head of this file. */
export function movedFootprint(stored: Footprint, pixelBbox: Int32Array, row: number): Footprint {
  const [eastDegrees, northDegrees] = moveOf(stored, pixelBbox, row)
  const move = ([lon, lat]: LonLat): LonLat => [lon + eastDegrees, lat + northDegrees]
  return { polygons: stored.polygons.map((rings) => rings.map((ring) => ring.map(move))) }
}

/** Degrees east and north from the stored place of `row` to the true one. */
export function moveOf(stored: Footprint, pixelBbox: Int32Array, row: number): LonLat {
  const points = stored.polygons.flat(2)
  const lons = points.map(([lon]) => lon)
  const lats = points.map(([, lat]) => lat)
  const [row0, col0, row1, col1] = pixelBbox.subarray(row * 4, row * 4 + 4)
  const degreesPerCol = (Math.max(...lons) - Math.min(...lons)) / (col1! - col0!)
  const degreesPerRow = (Math.max(...lats) - Math.min(...lats)) / (row1! - row0!)
  return [(col0! - row0!) * degreesPerCol, (col0! - row0!) * degreesPerRow]
}
