import { InvalidArgumentError } from 'commander'
import type { Bbox } from '../../../shared/terms.ts'

/** A finite number in `[low, high]`. */
export function numberBetween(low: number, high: number) {
  return (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (Number.isFinite(value) && value >= low && value <= high) return value
    throw new InvalidArgumentError(`expected a number from ${low} to ${high}, got "${text}"`)
  }
}

/** How much of a fragment its neighbour may share: all of it would be no step at all. */
export function overlapFraction(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value >= 0 && value < 1) return value
  throw new InvalidArgumentError(`expected an overlap of 0 or more and below 1, e.g. 0.5 for half, got "${text}"`)
}

/** A whole number in `[low, high]`. */
export function wholeBetween(low: number, high: number) {
  return (text: string): number => {
    const value = /^-?\d+$/.test(text.trim()) ? Number(text) : Number.NaN
    if (value >= low && value <= high) return value
    const range = high === Number.MAX_SAFE_INTEGER ? `from ${low}` : `from ${low} to ${high}`
    throw new InvalidArgumentError(`expected a whole number ${range}, got "${text}"`)
  }
}

/** Adds to a repeated option. */
export function repeated<T>(parse: (text: string) => T) {
  return (text: string, earlier: readonly T[] | undefined): readonly T[] => [...(earlier ?? []), parse(text)]
}

/** `B02,B03` or `B02 B03` */
export function commaList(text: string): readonly string[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  if (words.length > 0) return words
  throw new InvalidArgumentError('expected a list with commas, got nothing')
}

/** One of the four numbers of `--bbox W S E N`; commander hands them over one by one. */
export function bboxPart(text: string, earlier: readonly number[] | undefined): readonly number[] {
  return [...(earlier ?? []), numberBetween(-180, 180)(text)]
}

/** @throws InvalidArgumentError unless there are four degrees with south below north */
export function bboxOf(parts: readonly number[]): Bbox {
  const [west, south, east, north] = parts
  const isBox = parts.length === 4 && south! < north! && Math.abs(south!) <= 90 && Math.abs(north!) <= 90
  if (!isBox) {
    throw new InvalidArgumentError(
      `--bbox: expected WEST SOUTH EAST NORTH in degrees with south below north, got ${parts.join(' ')}`,
    )
  }
  return [west!, south!, east!, north!]
}

/** A date or date and time as ISO 8601 writes it; the standard's YYYYMMDDTHHMMSS is rewritten so. */
export function isoTime(text: string): string {
  const long = text.replace(/^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z?)?$/, (_, year, month, day, ...time) =>
    time[0] === undefined ? `${year}-${month}-${day}` : `${year}-${month}-${day}T${time.slice(0, 3).join(':')}Z`,
  )
  if (/^\d{4}-\d{2}-\d{2}/.test(long) && !Number.isNaN(Date.parse(long))) return long
  throw new InvalidArgumentError(`expected a date like 2024-05-31 or 2024-05-31T10:00:00Z, got "${text}"`)
}

/** `2/8`: the second of eight parts. */
export function shardOf(text: string): { readonly index: number; readonly count: number } {
  const [index = 0, count = 0] = /^(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number) ?? []
  if (index >= 1 && index <= count) return { index, count }
  throw new InvalidArgumentError(`expected PART/PARTS with PART from 1 to PARTS, got "${text}"`)
}

/** `12` or `12:0.5`: a row and its weight. */
export function weightedRow(text: string): { readonly row: number; readonly weight: number } {
  const [, row, weight = '1'] = /^(\d+)(?::(\d*\.?\d+))?$/.exec(text.trim()) ?? []
  if (row !== undefined && Number(weight) > 0) return { row: Number(row), weight: Number(weight) }
  throw new InvalidArgumentError(`expected a row, or a row and its weight like 12:0.5, got "${text}"`)
}
