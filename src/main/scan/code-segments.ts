import { selectionBytes } from '../kernels/code-selection.ts'
import { createKernelMemory, MAX_MEMORY_BYTES, Places } from '../kernels/kernel-memory.ts'
import { codeBytes } from '../search/vector-parts.ts'
import { type CodeSegment, MAX_DEPTH, RUN_ROWS } from './scan-task.ts'

/**
 * Memories for the codes of all rows, as many as the 4 GB of one ask for, still empty.
 * @param threads how many scan at the same time
 * @throws RangeError where the system has no such room
 */
export function createCodeSegments(
  count: number,
  dimensions: number,
  threads: number,
  maxBytes = MAX_MEMORY_BYTES,
): CodeSegment[] {
  const depth = Math.min(MAX_DEPTH, count)
  const scratchBytes = codeBytes(dimensions) + selectionBytes(depth, dimensions) + 1024
  const bytesPerRow = codeBytes(dimensions) + 1 / 8
  const rowsThatFit = (maxBytes - threads * scratchBytes - 4096) / bytesPerRow
  const rows = Math.floor(rowsThatFit / RUN_ROWS) * RUN_ROWS
  if (rows <= 0) throw new RangeError(`codes: expected room for ${RUN_ROWS} rows in ${maxBytes} bytes, got none`)
  const segments: CodeSegment[] = []
  for (let rowStart = 0; rowStart < count; rowStart += rows) {
    const rowCount = Math.min(rows, count - rowStart)
    const places = new Places(64)
    const codes = places.take(rowCount * codeBytes(dimensions))
    const mask = places.take(4 * Math.ceil(rowCount / 32))
    const scratch = Array.from({ length: threads }, () => places.take(scratchBytes))
    segments.push({ memory: createKernelMemory(places.end), rowStart, rowCount, codes, mask, scratch })
  }
  return segments
}

/** Copies the filter of a search to where the scan looks for it. */
export function setMasks(segments: readonly CodeSegment[], mask: Uint32Array): void {
  for (const { memory, rowStart, rowCount, mask: address } of segments) {
    const words = mask.subarray(rowStart / 32, Math.ceil((rowStart + rowCount) / 32))
    new Uint32Array(memory.buffer, address, words.length).set(words)
  }
}
