// Where the texture of a cell map lies on the grid, and where the centre of the view lies on both.

import type { GlobeMap } from '../globe-scene.ts'

/** Layout of a map's texture: `width * height` texels, row 0 north. */
export type CellMapGrid = Pick<GlobeMap, 'width' | 'height' | 'bbox' | 'cellsOfRow'>

/** Whole numbers are kept apart from fractions: together they do not fit float32. */
export interface CellMapWindow {
  /** texels around the Earth */
  readonly columnsAround: number
  /** texels from 180 degrees west to the first column */
  readonly columnLeft: number
  /** texels from the first column to the centre of the view */
  readonly column: number
  /** longitude of the centre of the view, degrees */
  readonly lonDegrees: number
  readonly lonFraction: number
  /** texel row of the centre of the view, outside of the texture too */
  readonly row: number
  readonly rowFraction: number
  /** texels a radian, to the east and to the south */
  readonly texelsPerRadian: readonly [number, number]
}

export function cellMapWindow(
  { width, height, bbox: [west, south, east, north] }: CellMapGrid,
  centre: { readonly longitude: number; readonly latitude: number },
): CellMapWindow {
  const [columnsPerDegree, rowsPerDegree] = [width / (east - west), height / (north - south)]
  const lon = centre.longitude - 360 * Math.floor((centre.longitude + 180) / 360)
  const rows = (north - centre.latitude) * rowsPerDegree
  return {
    columnsAround: Math.round(360 * columnsPerDegree),
    columnLeft: Math.round((west + 180) * columnsPerDegree),
    column: (lon - west) * columnsPerDegree,
    lonDegrees: Math.floor(lon),
    lonFraction: lon - Math.floor(lon),
    row: Math.floor(rows),
    rowFraction: rows - Math.floor(rows),
    texelsPerRadian: [columnsPerDegree * (180 / Math.PI), rowsPerDegree * (180 / Math.PI)],
  }
}
