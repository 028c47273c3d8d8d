import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { readVectors } from '../geoparquet/read-vectors.ts'
import { type RowRange, readGeometry } from './geometry-column.ts'
import { isoDate } from './iso-date.ts'
import type { PatchColumns } from './patch-columns.ts'
import { placesOf } from './patch-places.ts'

/** Rows of a table of patches, whatever the product: places in degrees, outlines as WKB in degrees, dates as `isoDate` writes them. */
export interface PatchRows {
  readonly count: number
  readonly dimensions: number
  /** row-major `count x dimensions`; null rows and elements are NaN */
  readonly vectors: Float32Array
  /** NaN where unknown; empty when no row has a place */
  readonly lat: Float64Array
  readonly lon: Float64Array
  readonly outlines: readonly (Uint8Array | null)[]
  readonly dates: readonly (string | undefined)[]
  readonly uniqueIds: readonly (string | null)[]
}

/**
 * @param range rows to read, all when absent
 * @throws EngineError as `readVectors` and `readGeometry`
 */
export async function readPatches(file: ParquetFile, columns: PatchColumns, range: RowRange = {}): Promise<PatchRows> {
  const { rowStart = 0, rowEnd = file.rowCount, signal } = range
  const rows = Array.from({ length: rowEnd - rowStart }, (_, index) => rowStart + index)
  const isAll = rowStart === 0 && rowEnd === file.rowCount
  const { vectors, count, dimensions } = await readVectors(file, columns.vectors, {
    ...(isAll ? {} : { rows }),
    signal,
  })
  const { uniqueId, timestamp, geometry } = columns
  const names = [uniqueId, timestamp].filter((name) => name !== undefined)
  const values = await readColumns(file, names, { rowStart, rowEnd, signal })
  return {
    count,
    dimensions,
    vectors,
    ...(await placesOf(file, columns, { rowStart, rowEnd, signal })),
    outlines:
      geometry === undefined ? rows.map(() => null) : await readGeometry(file, geometry, { rowStart, rowEnd, signal }),
    dates: rows.map((_, row) => {
      const value = timestamp === undefined ? undefined : values[timestamp]![row]
      return typeof value === 'string' ? isoDate(value) : undefined
    }),
    uniqueIds: rows.map((_, row) => {
      const value = uniqueId === undefined ? null : values[uniqueId]![row]
      return value == null ? null : String(value)
    }),
  }
}
