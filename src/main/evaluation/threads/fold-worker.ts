// A thread that trains and judges probes; several of them share the splits or the samples of one evaluation.

import { parentPort } from 'node:worker_threads'
import { serveCalls, type ThreadCalls } from '../../threads/thread-calls.ts'
import { runSplit, type SplitTask } from '../neuco/run-split.ts'

const foldCalls = {
  neucoSplit: (task: SplitTask) => runSplit(task),
} satisfies ThreadCalls

export type FoldCalls = typeof foldCalls

if (parentPort) serveCalls(parentPort, foldCalls)
