import type { LonLat, PixelBbox } from '../../shared/terms.ts'
import { polygonsOfWkt } from '../geoparquet/wkt.ts'
import { type FragmentGround, groundOfRing } from './fragment-ground.ts'

/**
 * The true place of a row whose geometry is as released: the published footprint lies at column row0 and row col0 of the
 * image, so it is moved by the difference.
 * @returns undefined when the footprint is no box in a projected CRS
 */
export function trueGroundOfReleased(row: {
  readonly utmFootprint: string
  readonly utmCrs: string
  readonly pixelBbox: PixelBbox
}): FragmentGround | undefined {
  const ring = polygonsOfWkt(row.utmFootprint)?.polygons[0]?.[0]
  const [row0, col0, row1, col1] = row.pixelBbox
  if (ring === undefined || row1 <= row0 || col1 <= col0) return undefined
  const xs = ring.map(([x]) => x)
  const ys = ring.map(([, y]) => y)
  const pixelWidth = (Math.max(...xs) - Math.min(...xs)) / (row1 - row0)
  const pixelHeight = (Math.max(...ys) - Math.min(...ys)) / (col1 - col0)
  const moved = ring.map(([x, y]): LonLat => [x + (col0 - row0) * pixelWidth, y + (col0 - row0) * pixelHeight])
  return groundOfRing(moved, row.utmCrs, 'true')
}
