import type { FileHandle } from 'node:fs/promises'
import { breathe } from '../threads/thread-calls.ts'
import { blockRows, type ExportTable } from './export-table.ts'

/** Vectors as a NumPy array file (format 1.0): little-endian float32, C order, shape (rows, dimensions). */
export async function writeNpy(file: FileHandle, table: ExportTable): Promise<void> {
  const { vectors, dimensions } = table.set.table
  await file.writeFile(npyHeader(table.rows.length, dimensions))
  const block = new Float32Array(blockRows * dimensions)
  for (let start = 0; start < table.rows.length; start += blockRows) {
    table.signal.throwIfAborted()
    const end = Math.min(table.rows.length, start + blockRows)
    for (let index = start; index < end; index++) {
      const row = table.rows[index]!
      block.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), (index - start) * dimensions)
    }
    await file.writeFile(new Uint8Array(block.buffer, 0, (end - start) * dimensions * 4))
    table.onRows(end)
    await breathe()
  }
}

/** Magic, version 1.0, header length, and a Python dict padded with spaces to a multiple of 64 bytes (numpy.lib.format). */
function npyHeader(rows: number, dimensions: number): Uint8Array {
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dimensions}), }`
  const padded = dict.padEnd(Math.ceil((10 + dict.length + 1) / 64) * 64 - 11)
  const header = Buffer.from(`\u0093NUMPY\u0001\u0000__${padded}\n`, 'latin1')
  header.writeUInt16LE(padded.length + 1, 8)
  return header
}

/** What a .npy cannot hold: where each vector comes from. Written beside it as `NAME.npy.json`. */
export function npySidecar({ set, rows, added, origin }: ExportTable): string {
  const { uniqueId, gridCell } = set.columns
  const columns = {
    row: Array.from(rows),
    ...(uniqueId === undefined ? {} : { unique_id: Array.from(rows, (row) => uniqueId[row]) }),
    ...(gridCell === undefined ? {} : { grid_cell: Array.from(rows, (row) => gridCell[row]) }),
    ...Object.fromEntries(added.map(({ name, values }) => [name, values])),
  }
  return `${JSON.stringify({ ground_control: origin, ...columns })}\n`
}
