// Sets in the released (transposed) order: the footprint stored with fragment (r, c) is that of fragment (c, r).
// The true one stands in the row of fragment (c, r) of the same image; where that row is missing it is found by moving the
// stored footprint by the difference of the pixel offsets, which neglects the small turn of UTM against the meridian.

import type { Footprint, LonLat } from '../../shared/terms.ts'
import { footprintOfWkb } from '../geoparquet/wkb.ts'
import type { EmbeddingSet, SetColumns } from './embedding-set.ts'

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

/** Centres of where the pixels are, of every row. */
export function truePlaces(columns: SetColumns, transposed: Int32Array): { lat: Float64Array; lon: Float64Array } {
  const { storedLat, storedLon, pixelBbox, geometry } = columns
  const lat = storedLat.slice()
  const lon = storedLon.slice()
  for (let row = 0; row < transposed.length; row++) {
    const partner = transposed[row]!
    const stored = partner < 0 ? footprintOfBytes(geometry?.[row]) : undefined
    const [east, north] = stored && pixelBbox ? moveOf(stored, pixelBbox, row) : [0, 0]
    lat[row] = storedLat[partner < 0 ? row : partner]! + north
    lon[row] = storedLon[partner < 0 ? row : partner]! + east
  }
  return { lat, lon }
}

/** The outline in WKB bytes; undefined for none, for geometries without an area and for bytes that are no geometry. */
export function footprintOfBytes(wkb: Uint8Array | null | undefined): Footprint | undefined {
  try {
    return wkb ? footprintOfWkb(wkb) : undefined
  } catch {
    return undefined
  }
}

/** Degrees east and north from the stored place of `row` to the true one. */
function moveOf(stored: Footprint, pixelBbox: Int32Array, row: number): LonLat {
  const points = stored.polygons.flat(2)
  const lons = points.map(([lon]) => lon)
  const lats = points.map(([, lat]) => lat)
  const [row0, col0, row1, col1] = pixelBbox.subarray(row * 4, row * 4 + 4)
  const degreesPerCol = (Math.max(...lons) - Math.min(...lons)) / (col1! - col0!)
  const degreesPerRow = (Math.max(...lats) - Math.min(...lats)) / (row1! - row0!)
  return [(col0! - row0!) * degreesPerCol, (col0! - row0!) * degreesPerRow]
}
