// Used by tests and benchmarks only: seeded vectors of the three kinds that a search must cope with.

import { mulberry32 } from '../bytes/mulberry32.ts'
import type { VectorParts } from '../search/vector-parts.ts'
import { createVectorTable, partsOfTable } from '../search/vector-table.ts'

export type VectorKind = 'clustered' | 'non-negative' | 'common-direction'

export interface DrawnVectors {
  readonly kind: VectorKind
  readonly count: number
  readonly dimensions: number
  readonly clusters: number
  readonly seed?: number
}

/**
 * Rows around seeded cluster centres, a block after the other: row-major float32 in shared memory. `non-negative`: negative values
 * become 0, as after a ReLU; `common-direction`: every row also has the same large vector, so that all cosines are near 1.
 */
export function* drawBlocks(drawn: DrawnVectors, blockRows: number): Iterable<Float32Array<SharedArrayBuffer>> {
  const { kind, count, dimensions, clusters, seed = 11 } = drawn
  const draw = mulberry32(seed)
  const shift = kind === 'common-direction' ? 4 : 0
  const centres = Float32Array.from({ length: clusters * dimensions }, () => draw() - 0.5)
  const common = Float32Array.from({ length: dimensions }, () => shift * (draw() - 0.3))
  for (let start = 0; start < count; start += blockRows) {
    const rows = Math.min(blockRows, count - start)
    const vectors = new Float32Array(new SharedArrayBuffer(4 * rows * dimensions))
    for (let row = 0; row < rows; row++) {
      const centre = Math.floor(draw() * clusters) * dimensions
      for (let i = 0; i < dimensions; i++) {
        const value = centres[centre + i]! + (draw() - 0.5) * 0.8 + common[i]!
        vectors[row * dimensions + i] = kind === 'non-negative' && value < 0 ? 0 : value
      }
    }
    yield vectors
  }
}

/** All rows as a search sees them: one part of float32 in memory. */
export function drawParts(drawn: DrawnVectors): VectorParts {
  const [vectors] = drawBlocks(drawn, drawn.count)
  return partsOfTable(createVectorTable(vectors!, drawn.count, drawn.dimensions))
}
