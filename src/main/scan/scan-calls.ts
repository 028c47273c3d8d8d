import type { ThreadCalls } from '../threads/thread-calls.ts'
import type { CodeSegment, ScanSetup, Ticket } from './scan-task.ts'
import { type CodeScan, type RowMeasuring, type RowScan, type RowScoring, ThreadScanner } from './thread-scanner.ts'

/** What a scanning thread serves; also called in place for small sets. */
export function scanCalls(setup: ScanSetup, thread: number) {
  const scanner = new ThreadScanner(setup, thread)
  return {
    attachCodes: (segments: readonly CodeSegment[]) => scanner.attachCodes(segments),
    sumRows: (task: { ticket: Ticket }) => scanner.sumRows(task),
    fillCodes: (task: { ticket: Ticket; mean: Float32Array }) => scanner.fillCodes(task),
    scanCodes: (task: CodeScan) => scanner.scanCodes(task),
    scoreRows: (task: RowScoring) => scanner.scoreRows(task),
    scanRows: (task: RowScan) => scanner.scanRows(task),
    measureRows: (task: RowMeasuring) => scanner.measureRows(task),
    dispose: (_: object) => scanner.dispose(),
  } satisfies ThreadCalls
}

export type ScanCalls = ReturnType<typeof scanCalls>
