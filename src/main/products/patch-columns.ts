import type { ParquetFile } from '../geoparquet/open-parquet.ts'

/** Which columns of a table of patches say what; absent where the file does not say it. */
export interface PatchColumns {
  readonly vectors: string
  readonly uniqueId?: string
  readonly timestamp?: string
  readonly productId?: string
  readonly gridCell?: string
  readonly lat?: string
  readonly lon?: string
  readonly pixelBbox?: string
  readonly geometry?: string
  /** text that ends in `_<lon>_<lat>`, degrees */
  readonly placeText?: string
}

const namesOf = {
  uniqueId: ['unique_id', 'chips_id', 'id'],
  timestamp: ['timestamp', 'datetime', 'date', 'product_datetime'],
  productId: ['product_id'],
  gridCell: ['grid_cell'],
  lat: ['centre_lat', 'center_lat', 'lat', 'latitude'],
  lon: ['centre_lon', 'center_lon', 'lon', 'longitude', 'lng'],
  pixelBbox: ['pixel_bbox'],
  placeText: ['grid_id_coord'],
} as const satisfies Partial<Record<keyof PatchColumns, readonly string[]>>

/** By the names that products use. */
export function patchColumns(file: ParquetFile, vectors: string): PatchColumns {
  const names = new Set(file.columns.map(({ name }) => name))
  const found = Object.entries(namesOf).flatMap(([role, choices]) => {
    const name = choices.find((choice) => names.has(choice))
    return name === undefined ? [] : [[role, name]]
  })
  const geometry = [file.geo?.primaryColumn, 'geometry', 'geom'].find((name) => name !== undefined && names.has(name))
  return { vectors, ...Object.fromEntries(found), ...(geometry === undefined ? {} : { geometry }) }
}
