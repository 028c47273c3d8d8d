// Thread that renders and embeds cells of the sample planet. ONNX Runtime blocks it while a batch runs; it is ended only
// between batches (ending a thread during a run aborts the process).

import { parentPort, workerData } from 'node:worker_threads'
import { type EmbeddingSession, openSession } from '../inference/open-session.ts'
import type { ModelCard } from '../models/model-card.ts'
import { buildRcf } from '../models/rcf.ts'
import { type CallContext, serveCalls } from '../threads/thread-calls.ts'
import { embedCells } from './embed-cells.ts'
import { s2Bands } from './spectra.ts'
import type { CellTask } from './tasks.ts'

export interface SampleWorkerData {
  readonly card: ModelCard
  readonly patchPx: number
  readonly roundTo: number
}

const settings = workerData as SampleWorkerData
let opened: Promise<EmbeddingSession> | undefined

/** The built-in network on one thread, made once. */
function session(): Promise<EmbeddingSession> {
  opened ??= openBuiltIn()
  return opened
}

function openBuiltIn(): Promise<EmbeddingSession> {
  const { card } = settings
  const bytes = buildRcf({ bands: s2Bands })
  return openSession({ model: { name: card.id, bytes }, card, bandCount: s2Bands.length, device: 'cpu', threads: 1 })
}

const calls = {
  async embed(input: { readonly tasks: readonly CellTask[] }, context: CallContext) {
    return embedCells(input.tasks, { ...settings, session: await session() }, context.signal)
  },
}
export type SampleWorkerCalls = typeof calls

if (parentPort !== null) serveCalls(parentPort, calls)
