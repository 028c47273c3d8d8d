// Where an image lies: its box in a projected CRS and the grid cell of its centre.

import { EngineError } from '../../shared/errors.ts'
import type { Bounds } from '../../shared/terms.ts'
import { createGrid, type Grid } from '../grid/grid.ts'
import { projectionOf } from '../grid/projection.ts'
import { utmCrsAt } from '../grid/utm-zone.ts'
import type { Affine, Raster } from '../raster/raster.ts'
import type { ImageFootprint } from './cell-image.ts'

export interface Georeference {
  readonly crs: string
  readonly transform: Affine
  readonly bounds: Bounds
}

/** @throws EngineError when the image has no CRS, no transform, or is not north-up */
export function requireGeoreference(raster: Raster): Georeference {
  const { name, crs, transform, bounds } = raster
  if (crs === undefined || transform === undefined || bounds === undefined) {
    throw new EngineError(
      'unsupported-format',
      `${name}: expected a coordinate reference system and a position, got ${crs === undefined ? 'no CRS' : 'no transform'}; assign one (gdal_edit.py -a_srs EPSG:326zz) or save it as PNG to embed it without a place`,
    )
  }
  const [a, b, , d, e] = transform
  if (b !== 0 || d !== 0 || a <= 0 || e >= 0) {
    const got = b !== 0 || d !== 0 ? 'a rotated one' : 'one that is mirrored or has pixels without a size'
    throw new EngineError(
      'unsupported-format',
      `${name}: expected an image with north up and east to the right, got ${got}; warp it first, e.g. gdalwarp -t_srs ${crs.startsWith('EPSG:') ? crs : 'EPSG:326zz'}`,
    )
  }
  try {
    projectionOf(crs)
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause
    throw new EngineError(
      'unsupported-format',
      `${name}: expected a CRS we can project (UTM on WGS 84 or the like), got ${crs}; warp it first, e.g. gdalwarp -t_srs EPSG:326zz`,
      { cause },
    )
  }
  if (
    projectionOf(crs).isGeographic &&
    (bounds[2] - bounds[0] > widestDegrees || bounds[3] - bounds[1] > widestDegrees)
  ) {
    throw new EngineError(
      'unsupported-format',
      `${name}: expected an image in degrees of at most ${widestDegrees} degrees, one UTM zone, got ${(bounds[2] - bounds[0]).toFixed(1)} x ${(bounds[3] - bounds[1]).toFixed(1)}; cut it or warp it first`,
    )
  }
  return { crs, transform, bounds }
}

/** An image in degrees is laid into one UTM zone. */
const widestDegrees = 6

/** The image's own box when projected; an image in degrees gets the UTM zone of its centre and the box of its edge middles there. */
export function footprintOf({ crs, bounds }: { readonly crs: string; readonly bounds: Bounds }): ImageFootprint {
  const projection = projectionOf(crs)
  if (!projection.isGeographic) return { crs, bounds }
  const [west, south, east, north] = bounds
  const [lon, lat] = [(west + east) / 2, (south + north) / 2]
  const utmCrs = utmCrsAt(lat, lon)
  const utm = projectionOf(utmCrs)
  return {
    crs: utmCrs,
    bounds: [
      utm.forward(west, lat)[0],
      utm.forward(lon, south)[1],
      utm.forward(east, lat)[0],
      utm.forward(lon, north)[1],
    ],
  }
}

/** Degrees. */
export function centreOf({ crs, bounds }: ImageFootprint): { readonly lat: number; readonly lon: number } {
  const [left, bottom, right, top] = bounds
  const [lon, lat] = projectionOf(crs).inverse((left + right) / 2, (bottom + top) / 2)
  return { lat, lon }
}

let grid: Grid | undefined

/** The 10 km grid of the standard. */
export function standardGrid(): Grid {
  grid ??= createGrid()
  return grid
}

export function cellOfCentre(footprint: ImageFootprint): string {
  const { lat, lon } = centreOf(footprint)
  return standardGrid().cellAt(lat, lon).gridCell
}
