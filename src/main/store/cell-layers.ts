// Values of the cells of one set, kept by id: the screen holds a description, the texels go over the bulk route.

import type { CellLayer } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import type { CellIndex } from './cell-index.ts'
import { type CellTexture, cellTexture } from './cell-texture.ts'

/** more than undo goes back over */
const KEPT = 120

/** One value for each cell of a set; NaN for a cell without one. */
export interface ValuedCells extends Pick<CellLayer, 'missingRows' | 'values'> {
  readonly ofCell: Float32Array
}

/** What the set worker knows of a layer; the engine adds the address. */
export type WorkerLayer = Omit<CellLayer, 'url'>

export class CellLayers {
  readonly #cells: CellIndex
  readonly #values = new Map<string, Float32Array>()
  #texture: CellTexture | undefined
  #made = 0

  constructor(cells: CellIndex) {
    this.#cells = cells
  }

  add({ ofCell, missingRows, values }: ValuedCells): WorkerLayer {
    this.#made++
    const layerId = `v${this.#made}`
    this.#values.set(layerId, ofCell)
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= KEPT) break
      this.#values.delete(oldest)
    }
    const { width, height, bbox, cellsOfRow } = this.#texels()
    const cellCount = ofCell.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0)
    return { layerId, width, height, bbox, cellsOfRow: [...cellsOfRow], cellCount, missingRows, values }
  }

  /**
   * Values a texel, row 0 north, NaN where there is none.
   * @throws EngineError `not-found` for a layer that is no longer kept
   */
  texels(layerId: string): Float32Array {
    const ofCell = this.#values.get(layerId)
    if (ofCell === undefined) {
      throw new EngineError('not-found', `layer ${layerId}: expected a layer of this set, got none; add it again`)
    }
    const { cellOfTexel } = this.#texels()
    const texels = new Float32Array(cellOfTexel.length).fill(Number.NaN)
    for (let texel = 0; texel < texels.length; texel++) {
      const cell = cellOfTexel[texel]!
      if (cell >= 0) texels[texel] = ofCell[cell]!
    }
    return texels
  }

  #texels(): CellTexture {
    this.#texture ??= cellTexture(this.#cells)
    return this.#texture
  }
}
