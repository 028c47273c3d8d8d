// The numeric kernels: WebAssembly compiled from assembly/, or the same in plain TypeScript where a runtime has no SIMD.

import { readFileSync } from 'node:fs'
import { builtFile } from '../entries.ts'
import { instantiate, type KernelMemory } from './kernel-memory.ts'
import { plainKernels } from './plain-kernels.ts'
import type { Products } from './plain-products.ts'

/** Every number named after a thing in memory is its address: bytes from the start of the memory, a multiple of 4. */
export interface Kernels extends Products {
  /**
   * Offers a run of codes to the selection at `state` (code-selection.ts).
   * @param mask address of a bit a row of the run, 0 for all rows
   * @param rowBase row of the set that is row 0 of the run
   * @returns rows that passed the mask
   */
  scanCodes(
    codes: number,
    first: number,
    count: number,
    words: number,
    query: number,
    mask: number,
    rowBase: number,
    state: number,
  ): number
  /** float32 rows to codes of one bit a dimension: set where the value is greater than the mean */
  encodeCodes(vectors: number, count: number, dimensions: number, mean: number, codes: number): void
  /** float32 rows times one vector, to float32 a row */
  dotRows(rows: number, count: number, dimensions: number, query: number, out: number): void
  /** squared distances of float32 rows to one vector, to float32 a row */
  squaredDistances(rows: number, count: number, dimensions: number, query: number, out: number): void
  /** float32 rows minus one vector, in place */
  subtractFromRows(rows: number, count: number, dimensions: number, centre: number): void
  /** float16 to float32 */
  widenHalf(from: number, count: number, to: number): void
  /** int8 rows times their float32 scales to float32 */
  widenBytes(from: number, count: number, dimensions: number, scales: number, to: number): void
}

let moduleBytes: Uint8Array | undefined

/** Kernels on a memory. */
export function kernelsOn(memory: KernelMemory): Kernels {
  if (memory.wasm === undefined) return plainKernels(memory.buffer)
  moduleBytes ??= readFileSync(builtFile('kernels.wasm'))
  const exports = instantiate(moduleBytes, memory.wasm) as Kernels
  // addresses above 2 GB must arrive unsigned; WebAssembly takes and gives the low 32 bits
  return { ...exports, scanCodes: (...values) => exports.scanCodes(...values) >>> 0 }
}
