// Brings rows of a set into kernel memory as float32, whatever they are kept in: shared memory or files, float32, float16 or int8.

import type { KernelMemory, Places } from '../kernels/kernel-memory.ts'
import type { Kernels } from '../kernels/kernels.ts'
import { bytesPerValue, type VectorPart, type VectorParts } from '../search/vector-parts.ts'
import type { ByteReader } from './byte-reader.ts'

/** A block should stay in a core's own cache while it is scored. */
const BLOCK_VALUES = 65_536
/** Rows of a file this close together are read at once, with what lies between them. */
const JOIN_BYTES = 16_384

export function blockRowsFor(dimensions: number): number {
  return Math.max(4, Math.min(512, Math.floor(BLOCK_VALUES / dimensions)))
}

export class RowLoader {
  /** most rows of one `load` */
  readonly blockRows: number
  /** address of the loaded rows */
  readonly rows: number
  readonly #parts: VectorParts
  readonly #reader: ByteReader
  readonly #kernels: Kernels
  readonly #bytes: Uint8Array
  readonly #raw: number
  readonly #scales: number
  readonly #span = new Uint8Array(JOIN_BYTES + 2 * 4 * BLOCK_VALUES)

  constructor(parts: VectorParts, reader: ByteReader, memory: KernelMemory, places: Places, kernels: Kernels) {
    const { blockRows, rows, raw, scales } = RowLoader.places(parts.dimensions, places)
    this.blockRows = blockRows
    this.rows = rows
    this.#raw = raw
    this.#scales = scales
    this.#parts = parts
    this.#reader = reader
    this.#kernels = kernels
    this.#bytes = new Uint8Array(memory.buffer)
  }

  /** Where a loader works; called before the memory exists to learn its size. */
  static places(dimensions: number, places: Places) {
    const blockRows = blockRowsFor(dimensions)
    const values = blockRows * dimensions
    return {
      blockRows,
      rows: places.take(4 * values),
      raw: places.take(2 * values),
      scales: places.take(4 * blockRows),
    }
  }

  /**
   * Loads `rows.subarray(from, to)`, at most `blockRows` of them, one after the other.
   * @param rows ascending
   */
  load(rows: Uint32Array, from: number, to: number): void {
    for (let at = from; at < to; ) {
      const part = partOf(this.#parts, rows[at]!)
      const partEnd = part.rowStart + part.rowCount
      let end = at + 1
      while (end < to && rows[end]! < partEnd) end++
      this.#loadFromPart(part, rows.subarray(at, end), at - from)
      at = end
    }
  }

  #loadFromPart(part: VectorPart, rows: Uint32Array, place: number): void {
    const { dimensions } = this.#parts
    const stride = dimensions * bytesPerValue[part.dtype]
    const target = this.rows + 4 * place * dimensions
    const stored = part.dtype === 'f32' ? target : this.#raw
    this.#gather(part.vectors, stride, part.rowStart, rows, stored)
    if (part.dtype === 'f16') this.#kernels.widenHalf(stored, rows.length * dimensions, target)
    if (part.dtype === 'i8') {
      if (part.scales === undefined) throw new Error(`rows from ${part.rowStart}: expected scales of int8, got none`)
      this.#gather(part.scales, 4, part.rowStart, rows, this.#scales)
      this.#kernels.widenBytes(stored, rows.length, dimensions, this.#scales, target)
    }
  }

  /** Copies records of `stride` bytes to `address`, neighbours together. */
  #gather(source: VectorPart['vectors'], stride: number, rowStart: number, rows: Uint32Array, address: number): void {
    const joinRows = source.kind === 'file' ? Math.floor(JOIN_BYTES / stride) : 0
    for (let at = 0; at < rows.length; ) {
      const first = rows[at]!
      let end = at + 1
      while (
        end < rows.length &&
        rows[end]! - rows[end - 1]! <= joinRows + 1 &&
        this.#fits(first, rows[end]!, stride)
      ) {
        end++
      }
      const spanRows = rows[end - 1]! - first + 1
      const offset = (first - rowStart) * stride
      const to = address + at * stride
      if (spanRows === end - at) this.#reader.read(source, offset, this.#bytes.subarray(to, to + spanRows * stride))
      else {
        const span = this.#span.subarray(0, spanRows * stride)
        this.#reader.read(source, offset, span)
        for (let i = at; i < end; i++) {
          const from = (rows[i]! - first) * stride
          this.#bytes.set(span.subarray(from, from + stride), address + i * stride)
        }
      }
      at = end
    }
  }

  #fits(first: number, last: number, stride: number): boolean {
    return (last - first + 1) * stride <= this.#span.length
  }
}

/** The part that holds a row. */
export function partOf({ parts }: VectorParts, row: number): VectorPart {
  let low = 0
  let high = parts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (parts[middle]!.rowStart <= row) low = middle
    else high = middle - 1
  }
  const part = parts[low]
  if (part === undefined || row < part.rowStart || row >= part.rowStart + part.rowCount) {
    throw new RangeError(`row ${row}: expected a part that holds it, got none`)
  }
  return part
}
