// Used by tests only: expected pixel values that numpy wrote.

import { readFileSync } from 'node:fs'

const npyTypes = {
  '|u1': Uint8Array,
  '|i1': Int8Array,
  '<u2': Uint16Array,
  '<i2': Int16Array,
  '<u4': Uint32Array,
  '<i4': Int32Array,
  '<f4': Float32Array,
  '<f8': Float64Array,
}

/** Values of a version 1 .npy file as float32. */
export function readNpy(path: string): Float32Array {
  const bytes = readFileSync(path)
  const start = 10 + bytes.readUInt16LE(8)
  const descr = /'descr': '([^']+)'/.exec(bytes.toString('latin1', 10, start))?.[1] as keyof typeof npyTypes
  const body = bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length)
  return Float32Array.from(new npyTypes[descr](body))
}

/** NaN counts as equal to NaN; infinite when the lengths differ. */
export function largestDifference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let largest = 0
  actual.forEach((value, index) => {
    const wanted = expected[index] as number
    if (Number.isNaN(value) && Number.isNaN(wanted)) return
    largest = Math.max(largest, Math.abs(value - wanted))
  })
  return largest
}

/** Lengths at which a test cuts a file of `byteLength`: about 200 spread over it, and every one near its end. */
export function cutsOf(byteLength: number): number[] {
  const step = Math.max(1, Math.floor(byteLength / 200))
  const spread = Array.from({ length: Math.ceil(byteLength / step) }, (_, index) => index * step)
  const nearEnd = Array.from({ length: Math.min(20, byteLength) }, (_, index) => byteLength - 1 - index)
  return [...new Set([...spread, ...nearEnd])]
}
