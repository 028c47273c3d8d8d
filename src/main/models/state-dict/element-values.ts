// Raw elements of a tensor as numbers. Every type but int64 beyond 2^53 is exact in float64.

import { halfValues } from '../../bytes/number-bytes.ts'
import type { StateDictType } from './state-dict.ts'

export const elementBytes: Readonly<Record<StateDictType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
}

/**
 * The numbers in `bytes`, which are whole little-endian elements from the start of their buffer; as the machine itself
 * is little-endian (every one that Electron runs on), float32, float64 and small integers are views.
 */
export function elementValues(type: StateDictType, { buffer }: Uint8Array<ArrayBuffer>): ArrayLike<number> {
  switch (type) {
    case 'float64':
      return new Float64Array(buffer)
    case 'float32':
      return new Float32Array(buffer)
    case 'float16':
      return halfValues(new Uint16Array(buffer))
    case 'bfloat16':
      return bfloatValues(new Uint16Array(buffer))
    case 'int64':
      return Float64Array.from(new BigInt64Array(buffer), Number)
    case 'int32':
      return new Int32Array(buffer)
    case 'int16':
      return new Int16Array(buffer)
    case 'int8':
      return new Int8Array(buffer)
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer)
  }
}

// plain loops: TypedArray.from with a function took twenty times as long

/** The upper half of a float32. */
function bfloatValues(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length)
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16
  return new Float32Array(words.buffer)
}
