import { halfToFloat } from '../kernels/plain-kernels.ts'
import { bytesPerValue, type VectorParts } from '../search/vector-parts.ts'
import type { ByteReader } from './byte-reader.ts'
import { partOf } from './row-loader.ts'

/** Vectors of a few rows as float32, one after the other in the order asked for. */
export function readRowVectors(parts: VectorParts, reader: ByteReader, rows: ArrayLike<number>): Float32Array {
  const { dimensions } = parts
  const out = new Float32Array(rows.length * dimensions)
  for (let index = 0; index < rows.length; index++) {
    const target = out.subarray(index * dimensions, (index + 1) * dimensions)
    const part = partOf(parts, rows[index]!)
    const row = rows[index]! - part.rowStart
    const stride = dimensions * bytesPerValue[part.dtype]
    if (part.dtype === 'f32') {
      reader.read(part.vectors, row * stride, new Uint8Array(target.buffer, target.byteOffset, stride))
      continue
    }
    const stored = new Uint8Array(stride)
    reader.read(part.vectors, row * stride, stored)
    if (part.dtype === 'f16') target.set(Float32Array.from(new Uint16Array(stored.buffer), halfToFloat))
    else {
      const scale = new Float32Array(1)
      reader.read(part.scales!, row * 4, new Uint8Array(scale.buffer))
      target.set(new Int8Array(stored.buffer))
      for (let i = 0; i < dimensions; i++) target[i]! *= scale[0]!
    }
  }
  return out
}
