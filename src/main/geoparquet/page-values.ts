// Numbers of a Parquet page as float32, whatever their type and encoding.

import type { SchemaElement } from 'hyparquet'
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js'
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js'
import { checkRuns } from './levels.ts'

/** How the leaf of a vector column is stored. */
export type NumberLayout = 'float' | 'double' | 'float16' | 'int32' | 'uint32' | 'int64'

const layoutBytes = { float: 4, double: 8, float16: 2, int32: 4, uint32: 4, int64: 8 } as const

/** Undefined when the leaf holds no numbers. */
export function numberLayoutOf({
  type,
  type_length,
  converted_type,
  logical_type,
}: SchemaElement): NumberLayout | undefined {
  if (converted_type === 'DECIMAL') return undefined
  if (type === 'FLOAT') return 'float'
  if (type === 'DOUBLE') return 'double'
  if (type === 'INT32') return converted_type === 'UINT_32' ? 'uint32' : 'int32'
  if (type === 'INT64' && converted_type === undefined && logical_type?.type !== 'TIMESTAMP') return 'int64'
  if (type === 'FIXED_LEN_BYTE_ARRAY' && type_length === 2 && logical_type?.type === 'FLOAT16') return 'float16'
  return undefined
}

/**
 * Decodes `count` values from `bytes`, which hold nothing else. The values may lie in the memory of `bytes`, moved down by
 * less than one value.
 * @param dictionary values of the chunk's dictionary page, when it has one
 * @throws RangeError when the bytes end early, Error for an encoding that numbers do not have
 */
export function decodeNumbers(
  bytes: Uint8Array,
  encoding: string,
  layout: NumberLayout,
  count: number,
  dictionary?: Float32Array,
): Float32Array {
  if (count === 0) return new Float32Array(0)
  switch (encoding) {
    case 'PLAIN':
      return plainNumbers(bytes, layout, count)
    case 'RLE_DICTIONARY':
    case 'PLAIN_DICTIONARY':
      return dictionaryNumbers(bytes, count, dictionary)
    case 'BYTE_STREAM_SPLIT':
      return plainNumbers(joinStreams(bytes, layoutBytes[layout], count), layout, count)
    case 'DELTA_BINARY_PACKED':
      return deltaNumbers(bytes, layout, count)
    default:
      throw new Error(`it uses the encoding ${encoding}, which is not supported for numbers`)
  }
}

function plainNumbers(bytes: Uint8Array, layout: NumberLayout, count: number): Float32Array {
  const length = count * layoutBytes[layout]
  if (bytes.byteLength < length) throw new RangeError('a page ends early')
  const { buffer, byteOffset } = aligned(bytes.subarray(0, length), layoutBytes[layout])
  switch (layout) {
    case 'float':
      return new Float32Array(buffer, byteOffset, count)
    case 'double':
      return Float32Array.from(new Float64Array(buffer, byteOffset, count))
    case 'int32':
      return Float32Array.from(new Int32Array(buffer, byteOffset, count))
    case 'uint32':
      return Float32Array.from(new Uint32Array(buffer, byteOffset, count))
    case 'int64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, count), Number)
    case 'float16':
      return float16Numbers(new Uint16Array(buffer, byteOffset, count))
  }
}

/** Typed arrays must start at a multiple of their size, pages seldom do: moved down over bytes of the page that are read already. */
function aligned(bytes: Uint8Array, width: number): Uint8Array {
  const shift = bytes.byteOffset % width
  if (shift === 0) return bytes
  const moved = new Uint8Array(bytes.buffer, bytes.byteOffset - shift, bytes.byteLength)
  moved.set(bytes)
  return moved
}

function dictionaryNumbers(bytes: Uint8Array, count: number, dictionary: Float32Array | undefined): Float32Array {
  if (dictionary === undefined) throw new Error('its dictionary page is missing')
  const numbers = new Float32Array(count)
  const bits = bytes[0]
  if (bits === undefined || bits > 32) throw new RangeError('a page ends early')
  if (bits === 0) return numbers.fill(dictionary[0] ?? Number.NaN)
  checkRuns(bytes, 1, bytes.byteLength, bits, count)
  const indices = new Uint32Array(count)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  readRleBitPackedHybrid({ view, offset: 1 }, bits, indices as never, bytes.byteLength - 1)
  for (let index = 0; index < count; index++) {
    const entry = indices[index]!
    if (entry >= dictionary.length) throw new RangeError('a page refers beyond its dictionary')
    numbers[index] = dictionary[entry]!
  }
  return numbers
}

/** Byte k of every value lies in stream k. */
function joinStreams(bytes: Uint8Array, width: number, count: number): Uint8Array {
  if (bytes.byteLength < count * width) throw new RangeError('a page ends early')
  const joined = new Uint8Array(count * width)
  for (let stream = 0; stream < width; stream++) {
    const start = stream * count
    for (let index = 0; index < count; index++) joined[index * width + stream] = bytes[start + index]!
  }
  return joined
}

function deltaNumbers(bytes: Uint8Array, layout: NumberLayout, count: number): Float32Array {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  const numbers = layout === 'int64' ? new BigInt64Array(count) : new Int32Array(count)
  deltaBinaryUnpack(reader, count, numbers)
  return Float32Array.from(numbers as ArrayLike<number | bigint>, Number)
}

let float16Table: Float32Array | undefined

function float16Numbers(halves: Uint16Array): Float32Array {
  float16Table ??= Float32Array.from({ length: 65_536 }, (_, bits) => float16(bits))
  const numbers = new Float32Array(halves.length)
  for (let index = 0; index < halves.length; index++) numbers[index] = float16Table[halves[index]!]!
  return numbers
}

function float16(bits: number): number {
  const sign = bits >> 15 === 1 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * 2 ** -24 * fraction
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024)
}
