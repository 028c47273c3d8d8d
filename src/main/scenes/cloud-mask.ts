// The cloud mask of a Core row, made by SEnSeI: either 0 clear, 1 thick cloud, 2 thin cloud, 3 cloud shadow, or 0 no cloud,
// 1 cloud; 255 where it has no answer (its documentation at CREODIAS). A shadow is not a cloud in both.

import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { upsampleNearest } from '../raster/nearest.ts'
import type { PixelWindow } from '../raster/raster.ts'
import { openCoreBand, readCoreBand } from './core-parquet.ts'
import { hasColumns } from './core-table.ts'

const column = 'cloud_mask'
const unknownCloud = 255

/**
 * @param size of the image's finest band
 * @returns nothing where the part has no such column
 * @throws EngineError naming the cell when the mask is unreadable
 */
export async function readCloudMask(
  table: ParquetFile,
  row: number,
  { place, size }: { readonly place: string; readonly size: { readonly width: number; readonly height: number } },
): Promise<{ readonly cloudMask?: Uint8Array }> {
  if (!hasColumns(table, [column])) return {}
  const raster = await openCoreBand(table, { row, column, place })
  const values = new Float32Array(size.width * size.height)
  upsampleNearest(await readCoreBand(raster), raster, size, values)
  return { cloudMask: Uint8Array.from(values, classOf) }
}

function classOf(value: number): number {
  if (value === 1 || value === 2) return 1
  return value === 0 || value === 3 ? 0 : unknownCloud
}

/**
 * Cloud among the pixels of a part of a window whose class is known; null where none is.
 * @param mask of `window`
 */
export function cloudFraction(mask: Uint8Array | undefined, window: PixelWindow, part: PixelWindow): number | null {
  if (mask === undefined) return null
  const cols = window.col1 - window.col0
  let [cloud, known] = [0, 0]
  for (let row = part.row0 - window.row0; row < part.row1 - window.row0; row++) {
    for (let col = part.col0 - window.col0; col < part.col1 - window.col0; col++) {
      const value = mask[row * cols + col] as number
      if (value === unknownCloud) continue
      known++
      cloud += value
    }
  }
  return known === 0 ? null : cloud / known
}
