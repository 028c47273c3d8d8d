// Decompression of Parquet pages: Node's own where it has one (zstd only from Node 22.15), else hyparquet's.

import * as zlib from 'node:zlib'
import type { Compressors } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

type Decompress = (input: Uint8Array, outputLength: number) => Uint8Array

const nodeZstd = (zlib as { zstdDecompressSync?: (input: Uint8Array) => Uint8Array }).zstdDecompressSync

/** A page beyond this size is read only when its bytes are not suspiciously few: writers make pages of about a megabyte. */
const largePageBytes = 64 * 1024 * 1024
const mostInflation = 1000

/** A few kilobytes can claim gigabytes; such a page is refused before memory is given to it. */
function guarded(decompress: Decompress): Decompress {
  return (input, outputLength) => {
    if (outputLength > largePageBytes && outputLength > mostInflation * input.length) {
      throw new Error(`it has a page of ${input.length} bytes that would inflate to ${outputLength}`)
    }
    return decompress(input, outputLength)
  }
}

const own: Record<string, Decompress> = {
  GZIP: (input, maxOutputLength) => zlib.gunzipSync(input, { maxOutputLength: maxOutputLength + 1 }),
  BROTLI: (input, maxOutputLength) => zlib.brotliDecompressSync(input, { maxOutputLength: maxOutputLength + 1 }),
  ...(nodeZstd === undefined ? {} : { ZSTD: (input: Uint8Array) => nodeZstd(input) }),
}

/** per codec name of the Parquet format; the result may share memory with the next call's */
export const decompressors: Compressors = Object.fromEntries(
  Object.entries({ ...compressors, ...own }).map(([codec, decompress]) => [codec, guarded(decompress)]),
)
