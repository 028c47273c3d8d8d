// The surface the cell map is drawn on, one vertex a degree whatever the projection: the bitmap layer's own mesh is a single quad when
// the layer is made on a flat map. A degree of chord lies at most 0.25 km below the sphere.

import type { Bbox } from '../../../shared/terms.ts'

export interface CellMapMesh {
  /** indices in `indices` */
  readonly vertexCount: number
  /** longitude, latitude, height 0 */
  readonly positions: Float64Array<ArrayBuffer>
  /** triangles, anticlockwise seen from above */
  readonly indices: Uint32Array<ArrayBuffer>
  /** 0..1 over the box, (0, 0) at its north-west corner */
  readonly texCoords: Float32Array<ArrayBuffer>
}

export function cellMapMesh([west, south, east, north]: Bbox, stepDegrees = 1): CellMapMesh {
  const columns = Math.max(Math.ceil((east - west) / stepDegrees), 1)
  const rows = Math.max(Math.ceil((north - south) / stepDegrees), 1)
  const vertices = (columns + 1) * (rows + 1)
  const positions = new Float64Array(vertices * 3)
  const texCoords = new Float32Array(vertices * 2)
  for (let row = 0, vertex = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++, vertex++) {
      const [u, v] = [column / columns, row / rows]
      positions.set([west + u * (east - west), north - v * (north - south), 0], vertex * 3)
      texCoords.set([u, v], vertex * 2)
    }
  }
  const indices = gridTriangles(columns, rows)
  return { vertexCount: indices.length, positions, indices, texCoords }
}

function gridTriangles(columns: number, rows: number): Uint32Array<ArrayBuffer> {
  const indices = new Uint32Array(columns * rows * 6)
  let i = 0
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const a = row * (columns + 1) + column
      const b = a + columns + 1
      indices.set([a, b, a + 1, a + 1, b, b + 1], i)
      i += 6
    }
  }
  return indices
}
