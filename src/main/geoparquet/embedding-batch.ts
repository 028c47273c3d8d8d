import type { PixelBbox } from '../../shared/terms.ts'

/**
 * Rows of an embeddings file, column by column; every array has `count` entries. Images without a place have null in the
 * columns of cell, geometry and centre.
 */
export interface EmbeddingBatch {
  readonly count: number
  readonly uniqueId: readonly string[]
  /** row-major `count x dimensions` */
  readonly vectors: Float32Array
  /** `YYYYMMDDTHHMMSS` */
  readonly timestamp: readonly (string | null)[]
  readonly productId: readonly (string | null)[]
  readonly gridCell: readonly (string | null)[]
  readonly gridRowU: readonly (number | null)[]
  readonly gridColR: readonly (number | null)[]
  /** WKB in degrees, see docs/geometry.md for the order of fragments */
  readonly geometry: readonly (Uint8Array | null)[]
  readonly centreLat: readonly (number | null)[]
  readonly centreLon: readonly (number | null)[]
  /** WKT in `utmCrs` */
  readonly utmFootprint: readonly (string | null)[]
  readonly utmCrs: readonly (string | null)[]
  readonly pixelBbox: readonly (PixelBbox | null)[]
  /** values of the columns named in the writer's `extraColumns` */
  readonly extra?: Readonly<Record<string, readonly (string | number | boolean | Uint8Array | null)[]>>
}
