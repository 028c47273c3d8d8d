// The surface the cell map is drawn on, in MapLibre's mercator units (0..1), one vertex a degree. Vertices are even in latitude and
// run to within 11 m of the poles, where mercator ends; a degree of chord lies at most 0.25 km below the sphere.

export interface Mesh {
  /** x, y pairs */
  readonly vertices: Float32Array
  /** triangles */
  readonly indices: Uint32Array
}

const lastLat = 89.9999

export function globeMesh(stepDegrees = 1): Mesh {
  const columns = Math.round(360 / stepDegrees)
  const rows = Math.round(180 / stepDegrees)
  const vertices = new Float32Array((columns + 1) * (rows + 1) * 2)
  let v = 0
  for (let row = 0; row <= rows; row++) {
    const y = mercatorY(Math.min(Math.max(90 - row * stepDegrees, -lastLat), lastLat))
    for (let column = 0; column <= columns; column++) {
      vertices[v++] = column / columns
      vertices[v++] = y
    }
  }
  return { vertices, indices: gridTriangles(columns, rows) }
}

function gridTriangles(columns: number, rows: number): Uint32Array {
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

/** 0 at 85.05 N, 1 at 85.05 S; goes on beyond both. */
export function mercatorY(lat: number): number {
  return 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)
}
