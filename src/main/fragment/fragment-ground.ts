// Where a fragment lies: crop_footprint and forward of Major TOM's embedder (f7078cd), which read the pixel box as
// [col0, row0, col1, row1] although it is [row0, col0, row1, col1]. `true` puts the fragment where its pixels are;
// `as-released` repeats the published, transposed order. docs/geometry.md tells the story.

import type { Footprint, GeometryOrder, LonLat, PixelBbox } from '../../shared/terms.ts'
import { wktOfFootprint, wktOfRing } from '../geoparquet/wkt.ts'
import { projectionOf, toLonLat } from '../grid/projection.ts'
import { ringCentroid, ringFootprint } from '../grid/ring-footprint.ts'
import type { ImageFootprint } from '../scenes/cell-image.ts'

export interface FragmentGround {
  /** WKT in `utmCrs` */
  readonly utmFootprint: string
  readonly utmCrs: string
  /** degrees; two polygons where a true footprint crosses 180 degrees */
  readonly geometry: Footprint
  readonly geometryWkt: string
  /** degrees; the centroid of the footprint */
  readonly centreLat: number
  readonly centreLon: number
}

/**
 * Footprint of one fragment.
 * @param image pixel size and place of the image the fragment was cut from
 */
export function fragmentGround(
  image: { readonly width: number; readonly height: number; readonly footprint: ImageFootprint },
  fragment: { readonly pixelBbox: PixelBbox },
  order: GeometryOrder,
): FragmentGround {
  const { crs } = image.footprint
  const corners = fragmentRing(image, fragment.pixelBbox, order)
  const ring = toLonLat(projectionOf(crs), corners)
  // The published code neither cuts at 180 degrees nor looks where the pole is.
  const { footprint, centre } =
    order === 'true' ? ringFootprint(ring) : { footprint: { polygons: [[ring]] }, centre: ringCentroid(ring) }
  return {
    utmFootprint: wktOfRing(corners),
    utmCrs: crs,
    geometry: footprint,
    geometryWkt: wktOfFootprint(footprint),
    centreLat: centre[1],
    centreLon: centre[0],
  }
}

/** Corners in the image's CRS: top right, bottom right, bottom left, top left, top right. */
function fragmentRing(
  image: { readonly width: number; readonly height: number; readonly footprint: ImageFootprint },
  bbox: PixelBbox,
  order: GeometryOrder,
): LonLat[] {
  const [left, bottom, right, top] = image.footprint.bounds
  const [row0, col0, row1, col1] = order === 'true' ? bbox : [bbox[1], bbox[0], bbox[3], bbox[2]]
  const xAt = (col: number) => col * ((right - left) / image.width) + left
  const yAt = (row: number) => row * ((bottom - top) / image.height) + top
  const topRight: LonLat = [xAt(col1), yAt(row0)]
  return [topRight, [xAt(col1), yAt(row1)], [xAt(col0), yAt(row1)], [xAt(col0), yAt(row0)], topRight]
}
