// How alike every row of a set is to a query, reduced to one value a grid cell, and what lies above a threshold.

import type { FieldMatches, FieldRequest, ScoreField } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { unionAreaKm2 } from '../grid/union-area.ts'
import type { CellLayers, ValuedCells, WorkerLayer } from './cell-layers.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { rowFootprint } from './set-rows.ts'
import type { SearchContext, SetSearch } from './set-search.ts'
import { valueSpread } from './value-spread.ts'

/** as many scores of rows as undo is likely to go back to; they are 4 bytes a row */
const KEPT_FIELDS = 8
/** steps of the quantiles that go to the screen */
const QUANTILES = 1000

/** What the set worker knows of a field; the engine adds the address. */
export type WorkerField = Omit<ScoreField, 'layer'> & { readonly layer: WorkerLayer }

export class ScoreFields {
  readonly #set: EmbeddingSet
  readonly #layers: CellLayers
  /** scores of the rows of each field, and the value of each cell */
  readonly #kept = new Map<string, { readonly scores: Float32Array; readonly ofCell: Float32Array }>()

  constructor(set: EmbeddingSet, layers: CellLayers) {
    this.#set = set
    this.#layers = layers
  }

  /**
   * Scores every row and reduces them to cells.
   * @throws EngineError `invalid-input` for a query that cannot be asked, or when no row passes its filters
   */
  async make(search: SetSearch, { query, reduction }: FieldRequest, context: SearchContext): Promise<WorkerField> {
    const startMs = performance.now()
    const { scores, exact } = await search.scores(query, context)
    const quantiles = quantilesOf(scores)
    if (quantiles === undefined) {
      throw new EngineError(
        'invalid-input',
        'score field: expected a row that passes the filters, got none; widen them',
      )
    }
    const valued = valuedCells(this.#set, scores, reduction)
    const layer = this.#layers.add(valued)
    this.#kept.set(layer.layerId, { scores, ofCell: valued.ofCell })
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_FIELDS) break
      this.#kept.delete(oldest)
    }
    const scored = scores.length - valued.missingRows
    return { layer, exact, quantiles, scored, tookMs: performance.now() - startMs }
  }

  /**
   * Rows and cells at or above a score, and the ground that the rows cover.
   * @throws EngineError `not-found` for a field that is no longer kept
   */
  matches(layerId: string, least: number): FieldMatches {
    const field = this.#kept.get(layerId)
    if (field === undefined) {
      throw new EngineError('not-found', `score field ${layerId}: expected one of this set, got none; make it again`)
    }
    const rows: number[] = []
    field.scores.forEach((score, row) => {
      if (score >= least) rows.push(row)
    })
    const footprints = rows.flatMap((row) => rowFootprint(this.#set, row) ?? [])
    return {
      rows: rows.length,
      cells: field.ofCell.reduce((count, value) => (value >= least ? count + 1 : count), 0),
      areaKm2: unionAreaKm2(footprints),
      withoutFootprint: rows.length - footprints.length,
    }
  }
}

/** Scores from the least to the greatest in even steps of rank; undefined when there is none. */
function quantilesOf(scores: Float32Array): number[] | undefined {
  const sorted = scores.filter((score) => !Number.isNaN(score)).sort()
  if (sorted.length === 0) return undefined
  return Array.from(
    { length: QUANTILES + 1 },
    (_, step) => sorted[Math.round((step / QUANTILES) * (sorted.length - 1))]!,
  )
}

function valuedCells({ cells }: EmbeddingSet, scores: Float32Array, reduction: FieldRequest['reduction']): ValuedCells {
  const ofCell = Float32Array.from(cells.cells, ({ rows }) => {
    let [count, sum, greatest] = [0, 0, Number.NEGATIVE_INFINITY]
    for (const row of rows) {
      const score = scores[row]!
      if (Number.isNaN(score)) continue
      count++
      sum += score
      greatest = Math.max(greatest, score)
    }
    if (count === 0) return Number.NaN
    return reduction === 'max' ? greatest : sum / count
  })
  const missingRows = scores.reduce((count, score) => (Number.isNaN(score) ? count + 1 : count), 0)
  return { ofCell, missingRows, values: { kind: 'number', ...valueSpread(ofCell) } }
}
