// One of the threads that scan a set.

import { parentPort, workerData } from 'node:worker_threads'
import { serveCalls } from '../threads/thread-calls.ts'
import { scanCalls } from './scan-calls.ts'
import type { ScanSetup } from './scan-task.ts'

if (parentPort) {
  const { setup, thread } = workerData as { setup: ScanSetup; thread: number }
  serveCalls(parentPort, scanCalls(setup, thread))
}
