// Number types of array files, as NumPy and Zarr name them, and their bytes as float32.

import { halfValues, swapBytes } from '../bytes/number-bytes.ts'

const arrayTypes = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  /** as bits */
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
} as const

export type NumberType = keyof typeof arrayTypes

export function isNumberType(text: string): text is NumberType {
  return text in arrayTypes
}

export function bytesOfType(dtype: NumberType): number {
  return arrayTypes[dtype].BYTES_PER_ELEMENT
}

/**
 * @param bytes whole numbers, aligned to their size; swapped in place where they are big-endian
 * @returns the values; those of more than 24 bits (large integers, doubles) rounded to float32
 */
export function floatsOf(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: NumberType,
  isLittle: boolean,
): Float32Array<ArrayBuffer> {
  const size = bytesOfType(dtype)
  if (!isLittle) swapBytes(bytes, size)
  const values = new arrayTypes[dtype](bytes.buffer, bytes.byteOffset, bytes.byteLength / size)
  if (values instanceof Float32Array) return values
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return Float32Array.from(values, Number)
  return dtype === 'float16' ? halfValues(values as Uint16Array) : new Float32Array(values)
}
