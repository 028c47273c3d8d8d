// Hypotheses against published vectors: on a few fragments to find the way, on all of the sample for the verdict.

import { EngineError } from '../../shared/errors.ts'
import type { SampledCell, SampledRow } from './choose-sample.ts'
import { cosine, meanOf } from './cosine-distribution.ts'
import { type Hypothesis, inputKeyOf } from './hypothesis.ts'
import { mostCoarseCells, type Reembedder } from './re-embed.ts'
import { fragmentOrders, sourceOf } from './turns.ts'
import type { Finalist } from './verdict.ts'

/** published rows of a cell in the coarse sample */
const coarseRows = 4

type Vectors = ReadonlyMap<number, Float32Array>

export class CosineScores {
  readonly #cells: readonly SampledCell[]
  readonly #coarse: readonly SampledCell[]
  readonly #reembedder: Reembedder
  /** vectors of the coarse cells by the input that made them; an image that cannot be read has none */
  readonly #known = new Map<string, readonly (Vectors | undefined)[]>()

  constructor(cells: readonly SampledCell[], reembedder: Reembedder) {
    this.#cells = cells
    this.#reembedder = reembedder
    const step = Math.max(1, cells.length / mostCoarseCells)
    const count = Math.min(cells.length, mostCoarseCells)
    this.#coarse = Array.from({ length: count }, (_, i) => withFewRows(cells[Math.floor(i * step)]!))
  }

  /** Fragments of the coarse sample. */
  get coarseCount(): number {
    return this.#coarse.reduce((sum, { rows }) => sum + rows.length, 0)
  }

  /** Mean cosine of published vectors of different fragments, half the sample apart; 0 for a single row. */
  unrelated(): number {
    const vectors = this.#cells.flatMap((cell) => cell.rows.map((row) => row.published))
    if (vectors.length < 2) return 0
    const half = Math.floor(vectors.length / 2)
    return meanOf(vectors.map((vector, i) => cosine(vector, vectors[(i + half) % vectors.length]!)))
  }

  /**
   * Cosines of each hypothesis on the coarse sample.
   * @throws EngineError `unreadable-file` when none of its images can be read
   */
  async coarse(hypotheses: readonly Hypothesis[]): Promise<number[][]> {
    const compared: number[][] = []
    for (const hypothesis of hypotheses) {
      const vectors = await this.#coarseVectors(hypothesis)
      const cosines = this.#coarse.flatMap((cell, i) => {
        const own = vectors[i]
        return own === undefined ? [] : cosinesOf(cell, hypothesis, own)
      })
      if (cosines.length === 0) throw new EngineError('unreadable-file', this.#reembedder.failures[0]!)
      compared.push(cosines)
    }
    return compared
  }

  /** Every hypothesis on every fragment of the sample; networks are opened and images read once each. */
  async full(
    hypotheses: readonly Hypothesis[],
  ): Promise<{ readonly finalists: readonly Finalist[]; readonly cellOfFragment: readonly number[] }> {
    const vectors = hypotheses.map(() => new Map<number, Vectors>())
    for (const network of new Set(hypotheses.map((one) => one.network))) {
      for (const [index, cell] of this.#cells.entries()) {
        const made = new Map<string, Vectors | undefined>()
        for (const [i, hypothesis] of hypotheses.entries()) {
          if (hypothesis.network !== network) continue
          const key = inputKeyOf(hypothesis)
          if (!made.has(key)) made.set(key, await this.#reembedder.vectors(cell, hypothesis, neededFor(cell)))
          const own = made.get(key)
          if (own !== undefined) vectors[i]!.set(index, own)
        }
      }
    }
    const readable = this.#cells.map((cell, index) => ({ cell, index })).filter(({ index }) => vectors[0]!.has(index))
    return {
      cellOfFragment: readable.flatMap(({ cell, index }) => cell.rows.map(() => index)),
      finalists: hypotheses.map((hypothesis, i) => ({
        hypothesis,
        cosines: readable.flatMap(({ cell, index }) => cosinesOf(cell, hypothesis, vectors[i]!.get(index)!)),
        vectors: readable.flatMap(({ cell, index }) =>
          cell.rows.map((row) => vectorFor(cell, row, hypothesis, vectors[i]!.get(index)!)),
        ),
      })),
    }
  }

  async #coarseVectors(hypothesis: Hypothesis): Promise<readonly (Vectors | undefined)[]> {
    const key = inputKeyOf(hypothesis)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const vectors: (Vectors | undefined)[] = []
    for (const cell of this.#coarse) {
      vectors.push(await this.#reembedder.vectors(cell, hypothesis, neededFor(cell)))
    }
    this.#known.set(key, vectors)
    return vectors
  }
}

/** The corners of the cell, which every fragment order exchanges, where they are published; else the first rows. */
function withFewRows(cell: SampledCell): SampledCell {
  const last = cell.fragmentsOnAxis - 1
  const isCorner = ({ fragment }: SampledRow) => {
    const [row, col] = [Math.floor(fragment / cell.fragmentsOnAxis), fragment % cell.fragmentsOnAxis]
    return (row === 0 || row === last) && (col === 0 || col === last)
  }
  const corners = cell.rows.filter(isCorner)
  return { ...cell, rows: [...corners, ...cell.rows.filter((row) => !isCorner(row))].slice(0, coarseRows) }
}

/** Fragments whose vectors some order puts beside a published row of the cell. */
function neededFor(cell: SampledCell): number[] {
  const needed = cell.rows.flatMap((row) => [...fragmentOrders.keys()].map((order) => sourceFragment(cell, row, order)))
  return [...new Set(needed)].sort((a, b) => a - b)
}

function sourceFragment({ fragmentsOnAxis }: SampledCell, { fragment }: SampledRow, order: string): number {
  const [row, col] = sourceOf(
    Math.floor(fragment / fragmentsOnAxis),
    fragment % fragmentsOnAxis,
    fragmentsOnAxis,
    fragmentOrders.get(order)!,
  )
  return row * fragmentsOnAxis + col
}

function vectorFor(cell: SampledCell, row: SampledRow, { order }: Hypothesis, vectors: Vectors): Float32Array {
  return vectors.get(sourceFragment(cell, row, order))!
}

function cosinesOf(cell: SampledCell, hypothesis: Hypothesis, vectors: Vectors): number[] {
  return cell.rows.map((row) => cosine(row.published, vectorFor(cell, row, hypothesis, vectors)))
}
