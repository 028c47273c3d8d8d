// Where a JP2 image lies: its GML box (GMLJP2, as in Sentinel-2 products), else its GeoJP2 box.

import { memorySource } from '../bytes/byte-source.ts'
import { openGeoTiff } from './geotiff.ts'
import type { Jp2Boxes } from './jp2-codestream.ts'
import type { Affine } from './raster.ts'

export interface Jp2Georeference {
  readonly crs?: string
  readonly transform?: Affine
}

export async function georeferenceOfJp2({ xml, geoTiff }: Jp2Boxes): Promise<Jp2Georeference> {
  for (const text of xml) {
    const found = georeferenceOfGml(text)
    if (found !== undefined) return found
  }
  if (geoTiff === undefined) return {}
  const { crs, transform } = await openGeoTiff(memorySource('GeoJP2 box', geoTiff)).catch(() => ({}) as Jp2Georeference)
  return { ...(crs === undefined ? {} : { crs }), ...(transform === undefined ? {} : { transform }) }
}

/**
 * Reads the RectifiedGrid of a GMLJP2 document.
 * @returns undefined when there is none
 */
export function georeferenceOfGml(text: string): Required<Jp2Georeference> | undefined {
  const grid = /<(?:gml:)?RectifiedGrid\b[\s\S]*?<\/(?:gml:)?RectifiedGrid>/.exec(text)?.[0]
  if (grid === undefined) return undefined
  const epsg = /EPSG:[\d.]*:?(\d+)"/.exec(grid)?.[1] ?? /EPSG:[\d.]*:?(\d+)"/.exec(text)?.[1]
  const origin = numbersIn(/<(?:gml:)?pos\b[^>]*>([^<]+)</.exec(grid)?.[1])
  const vectors = [...grid.matchAll(/<(?:gml:)?offsetVector\b[^>]*>([^<]+)</g)].map(([, numbers]) => numbersIn(numbers))
  if (epsg === undefined || origin === undefined || vectors[0] === undefined || vectors[1] === undefined) {
    return undefined
  }
  // EPSG gives geographic systems latitude first
  const isLatLon = Number(epsg) >= 4000 && Number(epsg) < 5000
  const [x, y] = isLatLon ? [1, 0] : [0, 1]
  const [a, d] = [vectors[0][x] ?? 0, vectors[0][y] ?? 0]
  const [b, e] = [vectors[1][x] ?? 0, vectors[1][y] ?? 0]
  // the origin is the centre of the first pixel
  const c = (origin[x] ?? 0) - (a + b) / 2
  const f = (origin[y] ?? 0) - (d + e) / 2
  return { crs: `EPSG:${epsg}`, transform: [a, b, c, d, e, f] }
}

function numbersIn(text: string | undefined): number[] | undefined {
  const numbers = text
    ?.trim()
    .split(/[\s,]+/)
    .map(Number)
  return numbers !== undefined && numbers.length >= 2 && numbers.every(Number.isFinite) ? numbers : undefined
}
