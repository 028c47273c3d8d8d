import { wktOfFootprint } from '../geoparquet/wkt.ts'
import { footprintOfBytes } from './true-place.ts'

/** Longest list that is written out in full. */
const LONGEST_LIST = 16

/**
 * A value of a Parquet row as text for a table: empty for null, ISO dates, lists in brackets, geometry as WKT, other bytes
 * by their count.
 * @param type of the column as Arrow prints it: numbers of a Float32 column are shown with the digits that they have
 */
export function displayText(value: unknown, type = ''): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' && type.includes('Float32')) return shortestFloat32(value)
  if (value instanceof Uint8Array) return geometryText(value) ?? `${value.byteLength.toLocaleString('en')} bytes`
  if (Array.isArray(value)) return listText(value, type)
  if (typeof value === 'object') {
    const fields = Object.entries(value).map(([name, field]) => `${name}: ${displayText(field)}`)
    return `{${fields.join(', ')}}`
  }
  return String(value)
}

/** `38.9`, not `38.900001525878906`. */
function shortestFloat32(value: number): string {
  if (Math.fround(value) !== value) return String(value)
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(Number(value.toPrecision(9)))
}

function geometryText(bytes: Uint8Array): string | undefined {
  const footprint = footprintOfBytes(bytes)
  return footprint && wktOfFootprint(footprint)
}

function listText(values: readonly unknown[], type: string): string {
  const shown = values
    .slice(0, LONGEST_LIST)
    .map((value) => displayText(value, type))
    .join(', ')
  return values.length > LONGEST_LIST ? `[${shown}, ... ${values.length} values]` : `[${shown}]`
}
