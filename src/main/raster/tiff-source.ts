// geotiff.js asks for many short pieces while it parses directories; this serves them from a few cached blocks
// and lets long ones (tiles, strips) through untouched.

import { EngineError } from '../../shared/errors.ts'
import type { ByteSource } from '../bytes/byte-source.ts'

const blockBytes = 64 * 1024
const maxBlocks = 16

interface Slice {
  readonly offset: number
  readonly length: number
}

/** What geotiff.js wants of a source (its BaseSource class is not exported). */
export class TiffSource {
  /** once the directory is parsed a short answer means a truncated file; while parsing, reads run past the end as a matter of course */
  strict = false
  readonly #source: ByteSource
  readonly #blocks = new Map<number, Promise<Uint8Array<ArrayBuffer>>>()

  constructor(source: ByteSource) {
    this.#source = source
  }

  get fileSize(): number {
    return this.#source.byteLength
  }

  async fetch(slices: readonly Slice[], signal?: AbortSignal): Promise<ArrayBuffer[]> {
    return await Promise.all(slices.map((slice) => this.#read(slice, signal)))
  }

  async fetchSlice(slice: Slice, signal?: AbortSignal): Promise<Slice & { data: ArrayBuffer }> {
    return { ...slice, data: await this.#read(slice, signal) }
  }

  async close(): Promise<void> {}

  /** @throws EngineError `unreadable-file` when the file ends before byte `end` */
  requirePixels(end: number): void {
    const { byteLength, name } = this.#source
    if (end <= byteLength) return
    throw new EngineError(
      'unreadable-file',
      `${name}: expected pixels up to byte ${end}, the file ends at byte ${byteLength}; it is truncated, copy it again`,
    )
  }

  async #read({ offset, length }: Slice, signal?: AbortSignal): Promise<ArrayBuffer> {
    const { byteLength, name } = this.#source
    if (this.strict) this.requirePixels(offset + length)
    if (offset >= byteLength) {
      throw new EngineError(
        'unreadable-file',
        `${name}: expected a TIFF directory at byte ${offset}, the file ends at byte ${byteLength}; it is truncated, copy it again`,
      )
    }
    if (length > blockBytes) return (await this.#source.slice(offset, offset + length, signal)).buffer
    return await this.#fromBlocks(offset, Math.min(offset + length, byteLength))
  }

  async #fromBlocks(start: number, end: number): Promise<ArrayBuffer> {
    const bytes = new Uint8Array(end - start)
    for (let block = Math.floor(start / blockBytes); block * blockBytes < end; block++) {
      const first = block * blockBytes
      const data = await this.#block(block)
      const from = Math.max(start, first)
      const to = Math.min(end, first + data.length)
      bytes.set(data.subarray(from - first, to - first), from - start)
    }
    return bytes.buffer
  }

  #block(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.#blocks.get(index)
    if (known !== undefined) return known
    const first = index * blockBytes
    const read = this.#source.slice(first, Math.min(first + blockBytes, this.#source.byteLength))
    this.#blocks.set(index, read)
    // a failed read must not be remembered as the block's content
    read.catch(() => this.#blocks.delete(index))
    const oldest = this.#blocks.keys().next().value
    if (this.#blocks.size > maxBlocks && oldest !== undefined) this.#blocks.delete(oldest)
    return read
  }
}
