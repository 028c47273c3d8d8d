// Where the values of a flat column are gathered: bytes one after the other, numbers in one typed array.

export type FlatColumn =
  | {
      readonly kind: 'bytes'
      readonly count: number
      readonly data: Uint8Array
      /** `count + 1`; value k is `data[offsets[k], offsets[k + 1])` */
      readonly offsets: Int32Array
      /** 1 where there is a value; undefined when there is one in every row */
      readonly present: Uint8Array | undefined
    }
  | {
      readonly kind: 'numbers'
      readonly count: number
      readonly values: Int32Array | BigInt64Array | Float32Array | Float64Array
      readonly present: Uint8Array | undefined
    }

export interface FlatLayout {
  readonly physical: 'BYTE_ARRAY' | 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE'
  readonly isOptional: boolean
}

export const numberArrays = {
  INT32: Int32Array,
  INT64: BigInt64Array,
  FLOAT: Float32Array,
  DOUBLE: Float64Array,
} as const

/** Takes values in the order of the rows. */
export interface FlatRows {
  addBytes(data: Uint8Array): void
  addNumbers(bytes: Uint8Array, count: number): void
  addMissing(): void
  end(): FlatColumn
}

/** @param count of rows that will come */
export function rowsOf({ physical, isOptional }: FlatLayout, count: number): FlatRows {
  const present = isOptional ? new Uint8Array(count) : undefined
  let filled = 0
  let missing = 0
  const marked = () => (missing > 0 ? present : undefined)
  if (physical === 'BYTE_ARRAY') {
    let data = new Uint8Array(count * 32)
    let length = 0
    const offsets = new Int32Array(count + 1)
    return {
      addBytes(bytes) {
        if (length + bytes.length > data.length) {
          const larger = new Uint8Array(Math.max(length + bytes.length, data.length * 2))
          larger.set(data)
          data = larger
        }
        if (bytes.length > 32) data.set(bytes, length)
        else for (let index = 0; index < bytes.length; index++) data[length + index] = bytes[index]!
        length += bytes.length
        if (present !== undefined) present[filled] = 1
        offsets[++filled] = length
      },
      addNumbers: () => {},
      addMissing() {
        missing++
        offsets[++filled] = length
      },
      end: () => ({ kind: 'bytes', count: filled, data: data.subarray(0, length), offsets, present: marked() }),
    }
  }
  const values = new numberArrays[physical](count)
  const bytesOfValues = new Uint8Array(values.buffer)
  const width = values.BYTES_PER_ELEMENT
  return {
    addBytes: () => {},
    addNumbers(bytes, many) {
      bytesOfValues.set(bytes, filled * width)
      present?.fill(1, filled, filled + many)
      filled += many
    },
    addMissing() {
      missing++
      filled++
    },
    end: () => ({ kind: 'numbers', count: filled, values, present: marked() }),
  }
}
