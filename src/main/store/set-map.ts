import type { SetMap } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { componentColours, componentScores } from '../pca/component-colours.ts'
import { covarianceOfRows } from '../pca/covariance.ts'
import { principalComponents } from '../pca/principal-components.ts'
import { breathe } from '../threads/thread-calls.ts'
import { cellTexture } from './cell-texture.ts'
import type { EmbeddingSet } from './embedding-set.ts'

export interface MapImage {
  readonly map: Omit<SetMap, 'url'>
  /** RGBA, `width * height`, row 0 north; alpha 0 where no cell is shown */
  readonly rgba: Uint8Array
}

const COMPONENTS = 3

/**
 * PCA->RGB map of a set after the Major TOM embeddings paper: the central fragment of every cell.
 * @throws EngineError `invalid-input` when fewer than two cells have a usable vector
 */
export async function setMapImage(set: EmbeddingSet, signal: AbortSignal): Promise<MapImage> {
  const { cells, table } = set
  const rowOfCell = Int32Array.from(cells.cells, (cell) => centralRow(set, cell.rows))
  const shownCells = [...rowOfCell.keys()].filter((cell) => rowOfCell[cell]! >= 0)
  if (shownCells.length < 2) {
    throw new EngineError(
      'invalid-input',
      `map: expected at least two grid cells with a usable vector, the set has ${shownCells.length}`,
    )
  }
  const rows = shownCells.map((cell) => rowOfCell[cell]!)
  const covariance = await covarianceOfRows(table.vectors, table.dimensions, rows, { signal, pause: breathe })
  const components = principalComponents(covariance, COMPONENTS)
  const texture = cellTexture(cells)
  const texelsOfCell = countTexels(texture.cellOfTexel, cells.cells.length)
  const { rgb, ranges, percentiles } = componentColours(
    componentScores(table.vectors, rows, components),
    components.count,
    shownCells.map((cell) => texelsOfCell[cell]!),
  )
  const shownOfCell = new Int32Array(cells.cells.length).fill(-1)
  shownCells.forEach((cell, index) => {
    shownOfCell[cell] = index
  })
  return {
    map: {
      width: texture.width,
      height: texture.height,
      bbox: texture.bbox,
      cellsOfRow: [...texture.cellsOfRow],
      cellCount: shownCells.length,
      explainedVariance: [...components.explained],
      ranges: [...ranges],
      percentiles,
    },
    rgba: paint(texture.cellOfTexel, shownOfCell, rgb),
  }
}

/**
 * The row whose fragment lies nearest to the middle of its cell's fragments; of several dates the latest,
 * then the lowest row. Rows without a usable vector are passed over; -1 when none is left.
 */
export function centralRow(set: EmbeddingSet, rows: readonly number[]): number {
  const { pixelBbox, timeMs } = set.columns
  const usable = rows.filter((row) => set.table.inverseNorms[row] !== 0)
  const offMiddle = pixelBbox === undefined ? () => 0 : distanceToMiddle(pixelBbox, rows)
  let best = -1
  for (const row of usable) {
    if (best < 0) best = row
    else {
      const byPlace = offMiddle(best) - offMiddle(row)
      const byTime = (timeMs[row] || 0) - (timeMs[best] || 0)
      if (byPlace > 0 || (byPlace === 0 && byTime > 0)) best = row
    }
  }
  return best
}

/** Squared distance in (half) pixels of a fragment's centre to the middle of everything that the rows cover. */
function distanceToMiddle(pixelBbox: Int32Array, rows: readonly number[]): (row: number) => number {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const row of rows) {
    for (const axis of [0, 1]) {
      low[axis] = Math.min(low[axis]!, pixelBbox[row * 4 + axis]!)
      high[axis] = Math.max(high[axis]!, pixelBbox[row * 4 + axis + 2]!)
    }
  }
  const off = (row: number, axis: number) =>
    pixelBbox[row * 4 + axis]! + pixelBbox[row * 4 + axis + 2]! - low[axis]! - high[axis]!
  return (row) => off(row, 0) ** 2 + off(row, 1) ** 2
}

function countTexels(cellOfTexel: Int32Array, cellCount: number): Int32Array {
  const counts = new Int32Array(cellCount)
  for (const cell of cellOfTexel) if (cell >= 0) counts[cell]!++
  return counts
}

function paint(cellOfTexel: Int32Array, shownOfCell: Int32Array, rgb: Uint8Array): Uint8Array {
  const rgba = new Uint8Array(cellOfTexel.length * 4)
  for (let texel = 0; texel < cellOfTexel.length; texel++) {
    const cell = cellOfTexel[texel]!
    const shown = cell < 0 ? -1 : shownOfCell[cell]!
    if (shown < 0) continue
    rgba[texel * 4] = rgb[shown * 3]!
    rgba[texel * 4 + 1] = rgb[shown * 3 + 1]!
    rgba[texel * 4 + 2] = rgb[shown * 3 + 2]!
    rgba[texel * 4 + 3] = 255
  }
  return rgba
}
