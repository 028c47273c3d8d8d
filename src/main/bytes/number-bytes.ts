// Numbers in files that are not the machine's own: the other byte order, and halves.

/** Turns every group of `size` bytes round, in place. */
export function swapBytes(bytes: Uint8Array, size: number): void {
  if (size === 1) return
  for (let start = 0; start + size <= bytes.length; start += size) bytes.subarray(start, start + size).reverse()
}

// plain loops: TypedArray.from with a function took twenty times as long

let halfTable: Float32Array | undefined

/** IEEE 754 binary16 as float32, exactly. */
export function halfValues(bits: Uint16Array): Float32Array<ArrayBuffer> {
  halfTable ??= Float32Array.from({ length: 65536 }, (_, one) => halfValue(one))
  const values = new Float32Array(bits.length)
  for (let i = 0; i < bits.length; i++) values[i] = halfTable[bits[i]!]!
  return values
}

function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}
