// Outlines as a person reads them: the box that they fill, rounded to what their pixels can tell.

import { countText } from '../wording.ts'

/**
 * The box around an outline, latitudes (or northings) on the first line, longitudes (or eastings) on the second.
 * @param wkt as the engine writes it: degrees, or metres of a UTM zone
 * @returns undefined for what is no WKT, or not in that unit
 */
export function outlineText(wkt: string, unit: 'degrees' | 'metres'): string | undefined {
  if (!/^(?:MULTI)?(?:POINT|POLYGON|LINESTRING)\b/i.test(wkt)) return undefined
  const pairs = [...wkt.matchAll(/(-?\d[\d.]*(?:e[+-]?\d+)?)\s+(-?\d[\d.]*(?:e[+-]?\d+)?)/gi)]
  if (pairs.length === 0) return undefined
  const [xs, ys] = [1, 2].map((axis) => pairs.map((pair) => Number(pair[axis]))) as [number[], number[]]
  if (unit === 'degrees' && ys.some((lat) => Math.abs(lat) > 90)) return undefined
  return unit === 'metres'
    ? `${spanText(rangeOf(ys), metresText)} m N\n${spanText(rangeOf(xs), metresText)} m E`
    : `${hemisphereText(rangeOf(ys), 'N', 'S')}\n${hemisphereText(longitudeRange(xs), 'E', 'W')}`
}

type Range = readonly [low: number, high: number]

/** Not by spreading: an outline may have more corners than a call has room for. */
function rangeOf(values: readonly number[]): Range {
  return values.reduce<Range>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
}

/** West to east: an outline in two parts at 180 degrees goes on across it. */
function longitudeRange(lons: readonly number[]): Range {
  const [low, high] = rangeOf(lons)
  if (high - low <= 180) return [low, high]
  return [rangeOf(lons.filter((lon) => lon > 0))[0], rangeOf(lons.filter((lon) => lon < 0))[1]]
}

function hemisphereText([low, high]: Range, positive: string, negative: string): string {
  if (low >= 0 && high >= 0) return `${spanText([low, high], degreesText)} ${positive}`
  if (low <= 0 && high <= 0) return `${spanText([-high, -low], degreesText)} ${negative}`
  const ends = [low, high].map((value) => `${degreesText(Math.abs(value))} ${value < 0 ? negative : positive}`)
  return ends.join(' to ')
}

function spanText([low, high]: Range, text: (value: number) => string): string {
  return text(low) === text(high) ? text(low) : `${text(low)}–${text(high)}`
}

/** about 10 m */
const degreesText = (degrees: number) => degrees.toFixed(4)
const metresText = (metres: number) => countText(Math.round(metres))
