// Embedded fragments of one output file: sorted by cell, turned into columns.

import type { Bbox, Footprint } from '../../shared/terms.ts'
import type { ExtraColumn } from '../geoparquet/arrow-batch.ts'
import type { EmbeddingBatch } from '../geoparquet/embedding-batch.ts'
import { uniqueId } from '../geoparquet/unique-id.ts'
import { wkbOf } from '../geoparquet/wkb.ts'
import { createGrid } from '../grid/grid.ts'
import type { SpooledRow } from './part-spool.ts'
import type { FragmentRow } from './read-batches.ts'

/** Columns behind the standard's, for runs that ask for them: shares of a fragment's pixels, 0..1. */
export const fractionColumns: readonly ExtraColumn[] = [
  { name: 'cloud_fraction', type: 'float' },
  { name: 'nodata_fraction', type: 'float' },
]

/** rows of a batch that is handed to the writer */
const batchRows = 2000

const grid = createGrid()

/** Reads the vector of one row into `into`. */
export type VectorReader = (vectorAt: number, into: Float32Array) => Promise<void>

export class EmbeddedRows {
  readonly #dimensions: number
  readonly #rows: readonly SpooledRow[]
  readonly #readVector: VectorReader

  /** @param rows without their vectors, which stay on disk until they are written */
  constructor(
    rows: readonly SpooledRow[],
    options: { readonly dimensions: number; readonly readVector: VectorReader },
  ) {
    this.#rows = rows
    this.#dimensions = options.dimensions
    this.#readVector = options.readVector
  }

  get count(): number {
    return this.#rows.length
  }

  /** names of the grid cells, each once */
  cells(): string[] {
    return [...new Set(this.#rows.flatMap(({ row }) => row.gridCell ?? []))]
  }

  /** Degrees; undefined when no row has a place. */
  bbox(): Bbox | undefined {
    let [west, south, east, north] = [180, 90, -180, -90]
    let isEmpty = true
    for (const [lon, lat] of this.#footprints().flatMap(({ polygons }) => polygons.flat(2))) {
      isEmpty = false
      west = Math.min(west, lon)
      south = Math.min(south, lat)
      east = Math.max(east, lon)
      north = Math.max(north, lat)
    }
    return isEmpty ? undefined : [west, south, east, north]
  }

  geometryTypes(): string[] {
    const types = this.#footprints().map(({ polygons }) => (polygons.length > 1 ? 'MultiPolygon' : 'Polygon'))
    return [...new Set(types)].sort().reverse()
  }

  /** By cell from the south and west, then product, date and fragment row-major; rows without a cell last. */
  async *sortedBatches(): AsyncGenerator<EmbeddingBatch> {
    const keyed = this.#rows.map((one) => ({ ...one, key: sortKey(one.row) }))
    keyed.sort((a, b) => compareKeys(a.key, b.key))
    for (let start = 0; start < keyed.length; start += batchRows) {
      yield await this.#batchOf(keyed.slice(start, start + batchRows))
    }
  }

  #footprints(): Footprint[] {
    return this.#rows.flatMap(({ row }) => row.ground?.geometry ?? [])
  }

  async #batchOf(part: readonly SpooledRow[]): Promise<EmbeddingBatch> {
    const vectors = new Float32Array(part.length * this.#dimensions)
    const vectorOf = (i: number) => vectors.subarray(i * this.#dimensions, (i + 1) * this.#dimensions)
    for (const [i, { vectorAt }] of part.entries()) await this.#readVector(vectorAt, vectorOf(i))
    const rows = part.map(({ row }) => row)
    const cells = rows.map(({ gridCell }) => (gridCell === null ? undefined : grid.cellNamed(gridCell)))
    return {
      count: part.length,
      uniqueId: part.map(({ row }, i) =>
        uniqueId({
          geometryWkt: row.ground?.geometryWkt ?? null,
          timestamp: row.timestamp,
          productId: row.productId,
          vector: vectorOf(i),
        }),
      ),
      vectors,
      timestamp: rows.map((row) => row.timestamp),
      productId: rows.map((row) => row.productId),
      gridCell: rows.map((row) => row.gridCell),
      gridRowU: cells.map((cell) => cell?.gridRowU ?? null),
      gridColR: cells.map((cell) => cell?.gridColR ?? null),
      geometry: rows.map((row) => (row.ground === undefined ? null : wkbOf(row.ground.geometry))),
      centreLat: rows.map((row) => row.ground?.centreLat ?? null),
      centreLon: rows.map((row) => row.ground?.centreLon ?? null),
      utmFootprint: rows.map((row) => row.ground?.utmFootprint ?? null),
      utmCrs: rows.map((row) => row.ground?.utmCrs ?? null),
      pixelBbox: rows.map((row) => row.pixelBbox),
      extra: {
        cloud_fraction: rows.map((row) => row.fractions?.cloud ?? null),
        nodata_fraction: rows.map((row) => row.fractions?.nodata ?? null),
      },
    }
  }
}

type SortKey = readonly (number | string)[]

function sortKey(row: FragmentRow): SortKey {
  const cell = row.gridCell === null ? undefined : grid.cellNamed(row.gridCell)
  const place = [cell?.gridRowU ?? Number.POSITIVE_INFINITY, cell?.gridColR ?? 0]
  return [...place, row.productId, row.timestamp ?? '', row.fragmentRow, row.fragmentCol]
}

function compareKeys(a: SortKey, b: SortKey): number {
  for (const [i, left] of a.entries()) {
    const right = b[i]!
    if (left < right) return -1
    if (left > right) return 1
  }
  return 0
}
