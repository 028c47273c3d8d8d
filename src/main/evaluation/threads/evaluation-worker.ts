// The thread that evaluations run in; it hands the heavy parts to threads of its own (fold-worker.ts).

import { parentPort } from 'node:worker_threads'
import { type CallContext, serveCalls, type ThreadCalls } from '../../threads/thread-calls.ts'
import { type ParsedChangeRequest, runChange } from '../change/run-change.ts'
import { type ParsedCompareRequest, runComparison } from '../comparison/run-comparison.ts'
import { type ParsedNeucoRequest, runNeuco } from '../neuco/run-neuco.ts'
import type { ParsedProbeRequest } from '../probes/labelled-samples.ts'
import { runProbe } from '../probes/run-probe.ts'

const evaluationCalls = {
  neuco: (request: ParsedNeucoRequest, context: CallContext) => runNeuco(request, context),
  probe: (request: ParsedProbeRequest, context: CallContext) => runProbe(request, context),
  compare: (request: ParsedCompareRequest, context: CallContext) => runComparison(request, context),
  change: (request: ParsedChangeRequest, context: CallContext) => runChange(request, context),
} satisfies ThreadCalls

export type EvaluationCalls = typeof evaluationCalls

if (parentPort) serveCalls(parentPort, evaluationCalls)
