// The protobuf wire format, as much as ONNX needs: varints, 32-bit floats, length-delimited bytes, text and messages.

const textEncoder = new TextEncoder()

/** Appends fields of one message. Fields left undefined are not written. */
export class ProtobufWriter {
  #bytes = new Uint8Array(256)
  #length = 0

  /** int32, int64 and enum; negative numbers take ten bytes, as protobuf wants */
  int(field: number, value: number | bigint | undefined): this {
    if (value === undefined) return this
    this.#tag(field, 0)
    this.#varint(BigInt.asUintN(64, BigInt(value)))
    return this
  }

  float(field: number, value: number | undefined): this {
    if (value === undefined) return this
    this.#tag(field, 5)
    this.#reserve(4)
    new DataView(this.#bytes.buffer).setFloat32(this.#length, value, true)
    this.#length += 4
    return this
  }

  text(field: number, value: string | undefined): this {
    return value === undefined ? this : this.bytes(field, textEncoder.encode(value))
  }

  bytes(field: number, value: Uint8Array | undefined): this {
    if (value === undefined) return this
    this.#tag(field, 2)
    this.#varint(BigInt(value.length))
    this.#reserve(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
    return this
  }

  message(field: number, write: (inner: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter()
    write(inner)
    return this.bytes(field, inner.finish())
  }

  /** repeated int64, packed */
  packedInts(field: number, values: readonly number[]): this {
    const inner = new ProtobufWriter()
    for (const value of values) inner.#varint(BigInt.asUintN(64, BigInt(value)))
    return this.bytes(field, inner.finish())
  }

  /** repeated float, packed */
  packedFloats(field: number, values: readonly number[]): this {
    return this.bytes(field, littleEndianBytes(Float32Array.from(values)))
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }

  #tag(field: number, wireType: number): void {
    this.#varint(BigInt((field << 3) | wireType))
  }

  #varint(value: bigint): void {
    this.#reserve(10)
    let rest = value
    while (rest > 127n) {
      this.#bytes[this.#length++] = Number(rest & 127n) | 128
      rest >>= 7n
    }
    this.#bytes[this.#length++] = Number(rest)
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + extra))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}

/** The bytes of a typed array. Every platform we run on is little-endian, which is what ONNX stores. */
export function littleEndianBytes(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
