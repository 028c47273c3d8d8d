// Embeddings in the standard's layout with seeded clustered vectors, written by our own writer: what benchmarks read.

import { mulberry32 } from '../../src/main/bytes/fixture-vectors.ts'
import { fragmentGround } from '../../src/main/fragment/fragment-ground.ts'
import type { EmbeddingBatch } from '../../src/main/geoparquet/embedding-batch.ts'
import { wkbOf } from '../../src/main/geoparquet/wkb.ts'
import { writeEmbeddings } from '../../src/main/geoparquet/write-embeddings.ts'
import { cellImageBounds } from '../../src/main/grid/cell-image-bounds.ts'
import { createGrid } from '../../src/main/grid/grid.ts'
import type { PixelBbox } from '../../src/shared/terms.ts'

const clusters = 2_000
const batchRows = 2_000
/** fragments of a cell along each axis, as in the DINOv2 and SSL4EO sets */
const fragmentsAcross = 5
const fragmentSize = 224
const stridePx = 211

/** `count` rows of unit vectors around 2,000 seeded centres; 25 fragments a cell, cells one after the other. */
export async function writeClusteredSet(path: string, count: number, dimensions: number): Promise<void> {
  await writeEmbeddings(path, clusteredBatches(count, dimensions), {
    dimensions,
    geometryTypes: ['Polygon'],
    bbox: [-180, -60, 180, 75],
    provenance: { appVersion: 'bench', model: 'clustered', synthetic: true, geometry: 'true' },
  })
}

function* clusteredBatches(count: number, dimensions: number): Generator<EmbeddingBatch> {
  const grid = createGrid()
  const draw = mulberry32(11)
  const centres = Float32Array.from({ length: clusters * dimensions }, () => draw() - 0.5)
  const bboxes: PixelBbox[] = Array.from({ length: fragmentsAcross ** 2 }, (_, index) => {
    const row = Math.floor(index / fragmentsAcross) * stridePx
    const col = (index % fragmentsAcross) * stridePx
    return [row, col, row + fragmentSize, col + fragmentSize]
  })
  const size = fragmentsAcross * stridePx + fragmentSize - stridePx
  let cell = grid.cellAt(0, 0)
  let footprint = { crs: cell.utmCrs, bounds: cellImageBounds(cell) }
  for (let start = 0; start < count; start += batchRows) {
    const rows = Math.min(batchRows, count - start)
    const vectors = new Float32Array(rows * dimensions)
    const columns = { cells: [] as (typeof cell)[], grounds: [] as ReturnType<typeof fragmentGround>[] }
    for (let index = 0; index < rows; index++) {
      const fragment = (start + index) % bboxes.length
      if (fragment === 0) {
        cell = grid.cellAt(-60 + draw() * 135, -180 + draw() * 360)
        footprint = { crs: cell.utmCrs, bounds: cellImageBounds(cell) }
      }
      columns.cells.push(cell)
      columns.grounds.push(
        fragmentGround({ width: size, height: size, footprint }, { pixelBbox: bboxes[fragment]! }, 'true'),
      )
      drawUnitVector(vectors.subarray(index * dimensions, (index + 1) * dimensions), centres, draw)
    }
    const { cells, grounds } = columns
    yield {
      count: rows,
      uniqueId: cells.map((_, index) => (start + index).toString(16).padStart(64, '0')),
      vectors,
      timestamp: cells.map((_, index) => `2020${String(1 + (index % 12)).padStart(2, '0')}15T101500`),
      productId: cells.map(({ gridCell }) => `S2A_MSIL2A_${gridCell}`),
      gridCell: cells.map(({ gridCell }) => gridCell),
      gridRowU: cells.map(({ gridRowU }) => gridRowU),
      gridColR: cells.map(({ gridColR }) => gridColR),
      geometry: grounds.map(({ geometry }) => wkbOf(geometry)),
      centreLat: grounds.map(({ centreLat }) => centreLat),
      centreLon: grounds.map(({ centreLon }) => centreLon),
      utmFootprint: grounds.map(({ utmFootprint }) => utmFootprint),
      utmCrs: grounds.map(({ utmCrs }) => utmCrs),
      pixelBbox: cells.map((_, index) => bboxes[(start + index) % bboxes.length]!),
    }
  }
}

function drawUnitVector(into: Float32Array, centres: Float32Array, draw: () => number): void {
  const centre = Math.floor(draw() * clusters) * into.length
  let squared = 0
  for (let i = 0; i < into.length; i++) {
    const value = centres[centre + i]! + (draw() - 0.5) * 0.8
    into[i] = value
    squared += value * value
  }
  const inverse = 1 / Math.sqrt(squared)
  for (let i = 0; i < into.length; i++) into[i]! *= inverse
}
