// What tells rasters of embeddings apart: bands, type, pixel size, CRS, and where their corner lies.

import type { Raster } from '../raster/raster.ts'

/** `EPSG:326zz` or `EPSG:327zz` of a UTM zone on WGS 84, however the file writes it; undefined for any other CRS. */
export function utmCrsOf(crs: string | undefined): string | undefined {
  if (crs === undefined) return undefined
  if (/^EPSG:32[67](?:0[1-9]|[1-5]\d|60)$/.test(crs)) return crs
  const text = /^\+proj=utm \+zone=(\d{1,2}) (\+south )?\+datum=WGS84/.exec(crs)
  if (text === null) return undefined
  return `EPSG:${text[2] === undefined ? 326 : 327}${text[1]!.padStart(2, '0')}`
}

/** Whether pixels are squares of `size` CRS units, in either direction of rows, and not turned. */
export function hasPixelSize({ transform }: Raster, size: number): boolean {
  if (transform === undefined) return false
  const [a, b, , d, e] = transform
  return b === 0 && d === 0 && nearly(a, size, size * 1e-6) && nearly(Math.abs(e), size, size * 1e-6)
}

/** Whether row 0 lies in the south. */
export function isSouthUp({ transform }: Raster): boolean {
  return transform !== undefined && transform[4] > 0
}

export function nearly(value: number, expected: number, tolerance: number): boolean {
  return Math.abs(value - expected) <= tolerance
}

/** The last year (2000 to 2099) that a path names by itself or between separators; undefined when it names none. */
export function yearOfPath(path: string): string | undefined {
  return [...path.matchAll(/(?<![0-9A-Za-z])(20\d\d)(?![0-9A-Za-z])/g)].at(-1)?.[1]
}

/** The whole of a year, as annual products mean it. */
export function datesOfYear(year: string | undefined): { dates?: { first: string; last: string } } {
  return year === undefined ? {} : { dates: { first: `${year}-01-01`, last: `${year}-12-31` } }
}
