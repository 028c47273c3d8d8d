// Brings a raster of any pixel size to given pixels: the mean of finer pixels, the nearest of coarser ones.

import type { Bounds } from '../../shared/terms.ts'
import { type PixelWindow, type Raster, type ReadWindowOptions, wholeWindow } from '../raster/raster.ts'
import { requireGeoreference } from './georeference.ts'

export interface TargetPixels {
  /** in the raster's CRS */
  readonly bounds: Bounds
  readonly width: number
  readonly height: number
  /** the pixels of the target that are wanted; all of them when absent */
  readonly window?: PixelWindow
}

/** @returns planar `(bands, rows, cols)` of the window; pixels outside the raster repeat its edge */
export async function resampleBand(
  raster: Raster,
  target: TargetPixels,
  options: ReadWindowOptions,
): Promise<Float32Array> {
  const [a, , x0, , e, y0] = requireGeoreference(raster).transform
  const [left, bottom, right, top] = target.bounds
  const { row0, row1, col0, col1 } = target.window ?? wholeWindow(target)
  const allCols = spans({ start: (left - x0) / a, end: (right - x0) / a, count: target.width, limit: raster.width })
  const allRows = spans({ start: (top - y0) / e, end: (bottom - y0) / e, count: target.height, limit: raster.height })
  const cols = { first: allCols.first.subarray(col0, col1), last: allCols.last.subarray(col0, col1) }
  const rows = { first: allRows.first.subarray(row0, row1), last: allRows.last.subarray(row0, row1) }
  const window = {
    row0: rows.first[0] as number,
    col0: cols.first[0] as number,
    row1: rows.last.at(-1) as number,
    col1: cols.last.at(-1) as number,
  }
  const read = await raster.readWindow(window, options)
  const readWidth = window.col1 - window.col0
  const readLength = readWidth * (window.row1 - window.row0)
  const out = new Float32Array((read.length / readLength) * (row1 - row0) * (col1 - col0))
  let to = 0
  for (let plane = 0; plane < read.length; plane += readLength) {
    for (let row = 0; row < row1 - row0; row++) {
      for (let col = 0; col < col1 - col0; col++) {
        let sum = 0
        let count = 0
        for (let r = rows.first[row] as number; r < (rows.last[row] as number); r++) {
          const line = plane + (r - window.row0) * readWidth - window.col0
          for (let c = cols.first[col] as number; c < (cols.last[col] as number); c++) {
            sum += read[line + c] as number
            count++
          }
        }
        out[to++] = sum / count
      }
    }
  }
  return out
}

/** Source pixels `[first, last)` whose centres lie in each target pixel; the one under its centre when there is none. */
function spans(axis: { start: number; end: number; count: number; limit: number }): {
  first: Int32Array
  last: Int32Array
} {
  const { start, end, count, limit } = axis
  const step = (end - start) / count
  const first = new Int32Array(count)
  const last = new Int32Array(count)
  const clamp = (index: number) => Math.min(limit - 1, Math.max(0, index))
  for (let i = 0; i < count; i++) {
    const from = Math.ceil(start + i * step - 0.5)
    const to = Math.ceil(start + (i + 1) * step - 0.5)
    const under = Math.floor(start + (i + 0.5) * step)
    first[i] = clamp(to > from ? from : under)
    last[i] = Math.max((first[i] as number) + 1, to > from ? Math.min(limit, to) : 0)
  }
  return { first, last }
}
