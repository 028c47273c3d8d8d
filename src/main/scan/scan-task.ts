// What the thread that coordinates a search and the threads that scan tell each other; everything can be posted.

import type { KernelMemory } from '../kernels/kernel-memory.ts'
import type { Metric } from '../search/metric-space.ts'
import type { VectorParts } from '../search/vector-parts.ts'
import { breathe } from '../threads/thread-calls.ts'

/** Codes of a run of rows in one memory, with room for a filter and for the selection of every thread. */
export interface CodeSegment {
  readonly memory: KernelMemory
  /** a multiple of RUN_ROWS */
  readonly rowStart: number
  readonly rowCount: number
  /** addresses in the memory */
  readonly codes: number
  readonly mask: number
  /** one place a thread */
  readonly scratch: readonly number[]
}

/** What a scanning thread must know of a set. */
export interface ScanSetup {
  readonly parts: VectorParts
  /** float32 a row, see `VectorPart.norms` */
  readonly norms: SharedArrayBuffer
}

/** How rows are compared: `row . vector / length of the row`, both measured from `mean`; for `l2` minus the distance. */
export interface ScanSpace {
  readonly metric: Metric
  /** `cosine-centred` and `whitened` have it */
  readonly mean?: Float32Array
  /** `whitened`: float32 a row, its length in the whitened space */
  readonly rowLengths?: SharedArrayBuffer
}

/** Rows that a thread takes at once; it looks for a cancel between two runs. */
export const RUN_ROWS = 4096

/** Deepest selection of a scan of codes; a search that needs more scans the vectors. */
export const MAX_DEPTH = 65_536

/** Hands runs of rows to threads in order, and tells them to stop. */
export interface Ticket {
  /** int32: next run, 1 when cancelled, rows done */
  readonly state: SharedArrayBuffer
  /** the first run that is no more taken */
  readonly runs: number
}

/** @param rowStart a multiple of RUN_ROWS */
export function createTicket(rowEnd: number, rowStart = 0): Ticket {
  const state = new SharedArrayBuffer(12)
  new Int32Array(state)[0] = rowStart / RUN_ROWS
  return { state, runs: Math.ceil(rowEnd / RUN_ROWS) }
}

export function cancelTicket({ state }: Ticket): void {
  Atomics.store(new Int32Array(state), 1, 1)
}

/** Rows of the runs that are done. */
export function rowsDone({ state }: Ticket): number {
  return Atomics.load(new Int32Array(state), 2)
}

export function isCancelled({ state }: Ticket): boolean {
  return Atomics.load(new Int32Array(state), 1) === 1
}

/** Runs of rows until all are taken or the ticket is cancelled. */
export function* runsOf(ticket: Ticket, rowCount: number): Iterable<{ rowStart: number; rowEnd: number }> {
  const state = new Int32Array(ticket.state)
  while (Atomics.load(state, 1) === 0) {
    const run = Atomics.add(state, 0, 1)
    if (run >= ticket.runs) return
    const rowStart = run * RUN_ROWS
    const rowEnd = Math.min(rowCount, rowStart + RUN_ROWS)
    yield { rowStart, rowEnd }
    Atomics.add(state, 2, rowEnd - rowStart)
  }
}

/** The same for longer work: between two runs the thread hears its messages, so that a search need not wait for it. */
export async function* calmRunsOf(
  ticket: Ticket,
  rowCount: number,
): AsyncIterable<{ rowStart: number; rowEnd: number }> {
  for (const run of runsOf(ticket, rowCount)) {
    yield run
    await breathe()
  }
}
