// Embedded Seamless Data: each month of a pixel is one code, which stands for six values on a grid of 8·8·8·5·5·5 levels.

import type { PixelDecoder } from './pixel-field.ts'

export const esdMonths = 12
export const esdValuesPerMonth = 6
export const esdDimensions = esdMonths * esdValuesPerMonth
/** `8 · 8 · 8 · 5 · 5 · 5` codes, from 0 */
export const esdCodes = 64_000

const levels = [8, 8, 8, 5, 5, 5] as const

/**
 * Values of a code: `(l - h) / h` with level `l` of a channel and `h` half its levels; -1 to 0.75 for eight levels, -1 to 1 for five.
 */
export function esdValues(code: number): number[] {
  let rest = code
  return levels.map((count) => {
    const level = rest % count
    rest = Math.floor(rest / count)
    const half = Math.floor(count / 2)
    return (level - half) / half
  })
}

let table: Float32Array | undefined

/** Values of every code, made when first needed. */
function codeTable(): Float32Array {
  if (table !== undefined) return table
  table = new Float32Array(esdCodes * esdValuesPerMonth)
  for (let code = 0; code < esdCodes; code++) table.set(esdValues(code), code * esdValuesPerMonth)
  return table
}

/** Twelve codes to 72 values, month by month. A pixel with twelve zero codes has no data; so has one with a code beyond the last. */
export const decodeEsd: PixelDecoder = (codes, vector) => {
  const known = codeTable()
  for (let month = 0; month < esdMonths; month++) {
    const start = codes[month]! * esdValuesPerMonth
    vector.set(known.subarray(start, start + esdValuesPerMonth), month * esdValuesPerMonth)
  }
  return codes.some((code) => code !== 0) && codes.every((code) => code < esdCodes)
}
