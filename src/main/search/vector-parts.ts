// The seam between whatever keeps vectors (an opened file in memory, a store on disk) and the search: plain data that can be
// posted to any worker thread.

/** Bytes in shared memory, or a span of a file. */
export type Bytes =
  | {
      readonly kind: 'memory'
      readonly buffer: SharedArrayBuffer
      readonly byteOffset: number
      readonly byteLength: number
    }
  | { readonly kind: 'file'; readonly path: string; readonly byteOffset: number; readonly byteLength: number }

/** How values are kept; int8 is symmetric, value = q * scale of its row. */
export type VectorDtype = 'f32' | 'f16' | 'i8'

/** A run of rows whose vectors, norms and codes lie together; all numbers little-endian. */
export interface VectorPart {
  /** row of the set that is its first */
  readonly rowStart: number
  readonly rowCount: number
  readonly dtype: VectorDtype
  /** row-major `rowCount x dimensions` */
  readonly vectors: Bytes
  /** `i8` only: float32 a row */
  readonly scales?: Bytes
  /** float32 a row, the length of the stored vector; 0 for a zero vector, NaN for one with NaN or infinity: neither is ever returned */
  readonly norms: Bytes
  /** `codeBytes(dimensions)` a row: bit i of the row is set when value i is greater than `mean[i]` */
  readonly codes?: Bytes
}

/** What was measured of the approximate search on rows of the set itself. */
export interface MeasuredRecall {
  /** rows taken from the scan of codes and compared exactly */
  readonly depth: number
  /** recall@100 against the exact scan over the queries */
  readonly mean: number
  readonly worst: number
  readonly queries: number
  /** the same for lists of up to `topK` rows; absent where codes do not reach it */
  readonly longer?: { readonly topK: number; readonly depth: number; readonly mean: number; readonly worst: number }
}

/** All rows of a set in order: part n + 1 begins where part n ends. */
export interface VectorParts {
  readonly count: number
  readonly dimensions: number
  readonly parts: readonly VectorPart[]
  /** of the searchable rows, one float32 a dimension; what the codes were taken against */
  readonly mean?: Float32Array
  readonly recall?: MeasuredRecall
}

export const bytesPerValue: Readonly<Record<VectorDtype, number>> = { f32: 4, f16: 2, i8: 1 }

/** Bytes of one row's code: a bit a dimension, padded with zeros to whole 64-bit words. */
export function codeBytes(dimensions: number): number {
  return Math.ceil(dimensions / 64) * 8
}
