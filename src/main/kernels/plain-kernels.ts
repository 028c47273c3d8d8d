// The kernels in plain TypeScript: what the WebAssembly ones are tested against, and what runs where there is no SIMD.

import { field, ROOM } from './code-selection.ts'
import type { Kernels } from './kernels.ts'
import { plainProducts } from './plain-products.ts'

export function plainKernels(buffer: SharedArrayBuffer): Kernels {
  const bytes = new Uint8Array(buffer)
  const signedBytes = new Int8Array(buffer)
  const shorts = new Uint16Array(buffer)
  const words = new Uint32Array(buffer)
  const floats = new Float32Array(buffer)

  function scanCodes(
    codes: number,
    first: number,
    count: number,
    words64: number,
    query: number,
    mask: number,
    rowBase: number,
    state: number,
  ): number {
    const stride = words64 * 2
    let compared = 0
    for (let row = first; row < first + count; row++) {
      if (mask !== 0 && ((words[(mask >> 2) + (row >>> 5)]! >>> (row & 31)) & 1) === 0) continue
      compared++
      let distance = 0
      const code = codes / 4 + row * stride
      for (let i = 0; i < stride; i++) distance += bitCount(words[code + i]! ^ words[query / 4 + i]!)
      keep(state / 4, rowBase + row, distance)
    }
    return compared
  }

  /** Like `keep` of assembly/codes.ts with the test before it. */
  function keep(state: number, row: number, distance: number): void {
    const depth = words[state + field.depth]!
    const level = words[state + field.level]!
    const isFull = words[state + field.total]! >= depth
    if (distance >= (isFull ? level - 1 : level)) return
    if (words[state + field.kept]! === ROOM * depth) dropBeyond(state)
    const kept = words[state + field.kept]!++
    words[words[state + field.rows]! / 4 + kept] = row
    words[words[state + field.distances]! / 4 + kept] = distance
    const histogram = words[state + field.histogram]! / 4
    words[histogram + distance]!++
    let total = ++words[state + field.total]!
    if (total < depth) return
    let below = level
    for (; total - words[histogram + below - 1]! >= depth; below--) total -= words[histogram + below - 1]!
    words[state + field.total] = total
    words[state + field.level] = below
  }

  function dropBeyond(state: number): void {
    const rows = words[state + field.rows]! / 4
    const distances = words[state + field.distances]! / 4
    let to = 0
    for (let from = 0; from < words[state + field.kept]!; from++) {
      if (words[distances + from]! >= words[state + field.level]!) continue
      words[distances + to] = words[distances + from]!
      words[rows + to] = words[rows + from]!
      to++
    }
    words[state + field.kept] = to
  }

  return {
    ...plainProducts(floats),
    scanCodes,
    encodeCodes(vectors, count, dimensions, mean, codes) {
      const stride = Math.ceil(dimensions / 64) * 8
      bytes.fill(0, codes, codes + count * stride)
      for (let row = 0; row < count; row++) {
        for (let i = 0; i < dimensions; i++) {
          if (floats[vectors / 4 + row * dimensions + i]! > floats[mean / 4 + i]!) {
            bytes[codes + row * stride + (i >> 3)]! |= 1 << (i & 7)
          }
        }
      }
    },
    dotRows(rows, count, dimensions, query, out) {
      for (let row = 0; row < count; row++) {
        let sum = 0
        const start = rows / 4 + row * dimensions
        for (let i = 0; i < dimensions; i++) sum += floats[start + i]! * floats[query / 4 + i]!
        floats[out / 4 + row] = sum
      }
    },
    squaredDistances(rows, count, dimensions, query, out) {
      for (let row = 0; row < count; row++) {
        let sum = 0
        const start = rows / 4 + row * dimensions
        for (let i = 0; i < dimensions; i++) sum += (floats[start + i]! - floats[query / 4 + i]!) ** 2
        floats[out / 4 + row] = sum
      }
    },
    subtractFromRows(rows, count, dimensions, centre) {
      for (let i = 0; i < count * dimensions; i++) floats[rows / 4 + i]! -= floats[centre / 4 + (i % dimensions)]!
    },
    widenHalf(from, count, to) {
      for (let i = 0; i < count; i++) floats[to / 4 + i] = halfToFloat(shorts[from / 2 + i]!)
    },
    widenBytes(from, count, dimensions, scales, to) {
      for (let i = 0; i < count * dimensions; i++) {
        floats[to / 4 + i] = signedBytes[from + i]! * floats[scales / 4 + Math.floor(i / dimensions)]!
      }
    },
  }
}

/** The value of an IEEE 754 half. */
export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
