// TESSERA's tiles: squares of 0.1 degrees named by their centres, as images in UTM that hold them.

import { projectionOf } from '../grid/projection.ts'
import type { Raster } from '../raster/raster.ts'
import { nearly, utmCrsOf } from './raster-shape.ts'

export interface TesseraTile {
  /** degrees, of the centre */
  readonly lon: number
  readonly lat: number
}

const halfTileDegrees = 0.05

/** The tile whose image has its upper left corner where the raster has it, to within a pixel; undefined when there is none. */
export function tileOfCorner({ transform, crs }: Raster): TesseraTile | undefined {
  const utmCrs = utmCrsOf(crs)
  if (transform === undefined || utmCrs === undefined) return undefined
  const projection = projectionOf(utmCrs)
  const [, , left, , , top] = transform
  const [lon, lat] = projection.inverse(left, top)
  if (!Number.isFinite(lon) || !Number.isFinite(lat)) return undefined
  // Convergence moves the corner of the image off the corner of the tile, either way.
  const candidates = [-1, 0, 1].flatMap((east) =>
    [-1, 0].map((south) => ({ lon: tileCentre(lon) + east / 10, lat: tileCentre(lat) + south / 10 })),
  )
  return candidates.find((tile) => {
    const corners = [-1, 1].flatMap((x) =>
      [-1, 1].map((y) => projection.forward(tile.lon + x * halfTileDegrees, tile.lat + y * halfTileDegrees)),
    )
    const west = Math.min(...corners.map(([x]) => x))
    const north = Math.max(...corners.map(([, y]) => y))
    return nearly(left, west, 10) && nearly(top, north, 10)
  })
}

/** Centre of the tile around a coordinate. */
function tileCentre(degrees: number): number {
  return Math.round((Math.floor(degrees * 10) / 10 + halfTileDegrees) * 100) / 100
}

/** Centre and year in `grid_<lon>_<lat>[_<year>]`. */
export function tileOfName(name: string): (TesseraTile & { readonly year?: string }) | undefined {
  const found = /^grid_(-?\d+\.\d{2})_(-?\d+\.\d{2})(?:_(20\d\d))?/.exec(name)
  if (found === null) return undefined
  return { lon: Number(found[1]), lat: Number(found[2]), ...(found[3] === undefined ? {} : { year: found[3] }) }
}
