import type { ByteSource } from '../bytes/byte-source.ts'
import type { GeometryOrderTold } from '../fragment/geometry-order.ts'
import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import type { Provenance } from '../geoparquet/provenance.ts'
import type { Credit } from '../products/product-credits.ts'
import type { VectorTable } from '../search/vector-table.ts'
import type { CellIndex } from './cell-index.ts'
import type { FragmentPositions } from './fragment-position.ts'

/** An open embeddings file: vectors and places in memory, every other column read from the file when asked for. */
export interface EmbeddingSet {
  readonly path: string
  readonly source: ByteSource
  readonly file: ParquetFile
  /** as `info` names it */
  readonly product: string
  /** what exports must carry on; empty where nothing is known */
  readonly credit: Credit
  readonly embeddingColumn: string
  /** undefined for files of others */
  readonly provenance: Provenance | undefined
  readonly table: VectorTable
  readonly columns: SetColumns
  readonly cells: CellIndex
  readonly fragments: FragmentPositions | undefined
  readonly geometryOrder: GeometryOrderTold
  /** of sets in the released order: the row whose stored footprint is the true one of each row, -1 where missing */
  readonly transposed: Int32Array | undefined
}

/** What every view and filter needs of a row; absent where the file has no such column. */
export interface SetColumns {
  readonly uniqueId: readonly (string | null)[] | undefined
  readonly timestamp: readonly (string | null)[] | undefined
  /** milliseconds since 1970, NaN when unknown */
  readonly timeMs: Float64Array
  readonly productId: readonly (string | null)[] | undefined
  readonly gridCell: readonly (string | null)[] | undefined
  /** degrees, NaN when unknown; where the row's pixels are, whatever the order of the file */
  readonly lat: Float64Array
  readonly lon: Float64Array
  /** as the file gives them: another array only for sets in the released order */
  readonly storedLat: Float64Array
  readonly storedLon: Float64Array
  /** four values a row, -1 when unknown */
  readonly pixelBbox: Int32Array | undefined
  /** WKB */
  readonly geometry: readonly (Uint8Array | null)[] | undefined
  readonly geometryColumn: string | undefined
  /** columns whose values are here already, by their names in the file: the stored value of a row */
  readonly inMemory: ReadonlyMap<string, (row: number) => unknown>
  readonly thumbnailColumn: string | undefined
}
