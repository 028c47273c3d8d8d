// The thread that evaluations run in; it hands the heavy parts to threads of its own (fold-worker.ts).

import { parentPort } from 'node:worker_threads'
import { type CallContext, serveCalls, type ThreadCalls } from '../../threads/thread-calls.ts'
import { type ParsedNeucoRequest, runNeuco } from '../neuco/run-neuco.ts'

const evaluationCalls = {
  neuco: (request: ParsedNeucoRequest, context: CallContext) => runNeuco(request, context),
} satisfies ThreadCalls

export type EvaluationCalls = typeof evaluationCalls

if (parentPort) serveCalls(parentPort, evaluationCalls)
