// Starts parquet-wasm on the bytes of its .wasm file: beside the bundle in dist/main (scripts/build.mjs copies it), in
// node_modules when running from source. Its own loading by URL works in neither place.

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as parquetWasm from 'parquet-wasm/esm'

let isStarted = false

/** The library, ready to use. */
export function loadParquetWasm(): typeof parquetWasm {
  if (!isStarted) {
    parquetWasm.initSync({ module: readFileSync(wasmPath()) })
    isStarted = true
  }
  return parquetWasm
}

function wasmPath(): string {
  const beside = join(dirname(fileURLToPath(import.meta.url)), 'parquet_wasm_bg.wasm')
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve('parquet-wasm/esm/parquet_wasm_bg.wasm')
}
