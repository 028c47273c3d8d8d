// Used by tests only: a small embeddings file in the standard's layout, written at test time by our own writer.

import type { GeometryOrder, PixelBbox } from '../../shared/terms.ts'
import { fixtureVectors } from '../bytes/fixture-vectors.ts'
import { fragmentGround } from '../fragment/fragment-ground.ts'
import type { EmbeddingBatch } from '../geoparquet/embedding-batch.ts'
import type { Provenance } from '../geoparquet/provenance.ts'
import { wkbOf } from '../geoparquet/wkb.ts'
import { writeEmbeddings } from '../geoparquet/write-embeddings.ts'
import { cellImageBounds } from '../grid/cell-image-bounds.ts'
import { createGrid } from '../grid/grid.ts'

export interface TestSetOptions {
  /** `[lat, lon]` of a place in each cell */
  readonly places: readonly (readonly [number, number])[]
  /** fragments on each axis, of 384 px: 3 for all nine, 1 for the central one */
  readonly fragments?: 1 | 3
  readonly dates?: readonly string[]
  readonly dimensions?: number
  readonly geometry?: GeometryOrder
  readonly provenance?: Partial<Provenance>
  /** changes vectors in place before they are written */
  readonly spoil?: (vectors: Float32Array, dimensions: number) => void
}

const size = 1068
const fragmentSize = 384
const offsets = { 1: [342], 3: [0, 342, 684] } as const

/** Rows by place, then date, then fragment row-major; vectors drawn from seed 7. */
export async function writeTestSet(path: string, options: TestSetOptions): Promise<void> {
  const batch = testBatch(options)
  await writeEmbeddings(path, [batch], {
    dimensions: options.dimensions ?? 8,
    geometryTypes: ['Polygon'],
    provenance: { appVersion: '0.0.0-test', ...options.provenance },
  })
}

interface TestRow {
  readonly lat: number
  readonly lon: number
  readonly date: string
  readonly bbox: PixelBbox
}

function testBatch(options: TestSetOptions): EmbeddingBatch {
  const { dimensions = 8, geometry = 'true' } = options
  const grid = createGrid()
  const rows = testRows(options)
  const cells = rows.map(({ lat, lon }) => grid.cellAt(lat, lon))
  const grounds = rows.map(({ bbox }, index) => {
    const cell = cells[index]!
    const footprint = { crs: cell.utmCrs, bounds: cellImageBounds(cell) }
    return fragmentGround({ width: size, height: size, footprint }, { pixelBbox: bbox }, geometry)
  })
  const vectors = fixtureVectors(7, rows.length, dimensions)
  options.spoil?.(vectors, dimensions)
  return {
    count: rows.length,
    uniqueId: rows.map((_, index) => `id-${index}`),
    vectors,
    timestamp: rows.map(({ date }) => date),
    productId: cells.map(({ gridCell }) => `S2_${gridCell}`),
    gridCell: cells.map(({ gridCell }) => gridCell),
    gridRowU: cells.map(({ gridRowU }) => gridRowU),
    gridColR: cells.map(({ gridColR }) => gridColR),
    geometry: grounds.map((ground) => wkbOf(ground.geometry)),
    centreLat: grounds.map(({ centreLat }) => centreLat),
    centreLon: grounds.map(({ centreLon }) => centreLon),
    utmFootprint: grounds.map(({ utmFootprint }) => utmFootprint),
    utmCrs: grounds.map(({ utmCrs }) => utmCrs),
    pixelBbox: rows.map(({ bbox }) => bbox),
  }
}

function testRows({ places, fragments = 3, dates = ['20200219T112100'] }: TestSetOptions): TestRow[] {
  const axis = offsets[fragments]
  return places.flatMap(([lat, lon]) =>
    dates.flatMap((date) =>
      axis.flatMap((row) =>
        axis.map((col) => ({ lat, lon, date, bbox: [row, col, row + fragmentSize, col + fragmentSize] as const })),
      ),
    ),
  )
}
