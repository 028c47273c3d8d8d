// Decompression of Parquet pages: Node's own where it has one (zstd only from Node 22.15), else hyparquet's.

import * as zlib from 'node:zlib'
import type { Compressors } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

type Decompress = (input: Uint8Array, outputLength: number) => Uint8Array

const nodeZstd = (zlib as { zstdDecompressSync?: (input: Uint8Array) => Uint8Array }).zstdDecompressSync

/** per codec name of the Parquet format; the result may share memory with the next call's */
export const decompressors: Compressors = {
  ...compressors,
  GZIP: ((input) => zlib.gunzipSync(input)) satisfies Decompress,
  BROTLI: ((input) => zlib.brotliDecompressSync(input)) satisfies Decompress,
  ...(nodeZstd === undefined ? {} : { ZSTD: ((input) => nodeZstd(input)) satisfies Decompress }),
}
