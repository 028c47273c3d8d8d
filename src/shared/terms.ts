// The field's nouns as plain data, for both sides. Units and axes are in the names.

export type LonLat = readonly [lon: number, lat: number]
/** Degrees; west > east when the box crosses the antimeridian. */
export type Bbox = readonly [west: number, south: number, east: number, north: number]
/** As released by Major TOM: rows first, half-open. */
export type PixelBbox = readonly [row0: number, col0: number, row1: number, col1: number]
/** Metres (or degrees) in a CRS: left, bottom, right, top. */
export type Bounds = readonly [left: number, bottom: number, right: number, top: number]

/** One cell of the Major TOM grid; `lat`, `lon` are its lower-left corner in degrees. */
export interface GridCell {
  /** e.g. `433U_629L` */
  readonly gridCell: string
  readonly gridRowU: number
  readonly gridColR: number
  readonly lat: number
  readonly lon: number
  /** e.g. `EPSG:32629` */
  readonly utmCrs: string
}

/** Rings of a (multi)polygon in degrees lon/lat; `polygons[i][0]` is the outer ring, closed. */
export interface Footprint {
  readonly polygons: readonly (readonly (readonly LonLat[])[])[]
}

export type InputUnit = 'reflectance-1e4' | '0-1' | 'linear' | 'db' | 'u8'
export type RadiometricOffset = 'auto' | 0 | -1000
export type GeometryOrder = 'true' | 'as-released'
export type DeviceChoice = 'auto' | 'cuda' | 'webgpu' | 'cpu'
