import type { Bounds, GridCell } from '../../shared/terms.ts'
import { projectionOf } from './projection.ts'

/** side of the image of a 10 km cell, metres: 1,068 px of 10 m */
export const cellImageMeters = 10_680
const cellImageBorderMeters = 340

/**
 * The box that a cell's image covers: the cell's corner less 340 m, 10,680 m wide and high, not snapped to pixels
 * (get_product_window in Major TOM's extract-sample-from-raw-S2 notebook).
 * @param crs projected CRS of the source product; the cell's own UTM zone when absent
 */
export function cellImageBounds(cell: GridCell, crs: string = cell.utmCrs): Bounds {
  const [easting, northing] = projectionOf(crs).forward(cell.lon, cell.lat)
  const left = easting - cellImageBorderMeters
  const bottom = northing - cellImageBorderMeters
  return [left, bottom, left + cellImageMeters, bottom + cellImageMeters]
}
