// The dry run: what an embed would do, with the time measured on one batch of the real input.

import { join } from 'node:path'
import type { EmbedPlan } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import type { ImageTask } from '../scenes/image-task.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import { type BatchReader, readHere } from './batch-reader.ts'
import { fragmentWarnings, mixedWarnings, promisedFragments } from './forecast.ts'
import { networkName, openNetwork } from './network.ts'
import { openRun, type Run } from './open-run.ts'
import type { PlanInput } from './pipeline-calls.ts'
import type { FragmentBatch } from './read-batches.ts'
import { RunTotals } from './run-totals.ts'

/** a row without its vector: ids, footprints, dates */
const rowBytes = 420
const footerBytes = 4000

/** @throws EngineError in one sentence when the embed could not start at all; a model without weights is a warning */
export async function planEmbed(
  input: PlanInput,
  context: CallContext,
  read: BatchReader = readHere,
): Promise<EmbedPlan> {
  const run = await openRun(input.request, input.context, context, { isModelOptional: true })
  const tasks = run.parts.flatMap((part) => part.tasks)
  const fragments = promisedFragments(tasks, run.model.card)
  const totals = new RunTotals()
  for (const sentence of planWarnings(run, tasks)) totals.warn(sentence)
  const measured = await measure(run, input, context, read, totals)
  const perRow = run.model.card.output.dimensions * 4 + rowBytes
  return {
    images: tasks.length,
    cells: new Set(tasks.flatMap((task) => task.gridCell ?? [])).size,
    fragments,
    recipe: run.recipe.name,
    ...estimate(measured, fragments),
    outputBytes: fragments * perRow + run.parts.length * footerBytes,
    provider: measured.provider,
    ...(measured.network === undefined ? {} : { network: measured.network }),
    inputs: groupsOf(tasks),
    outputFiles: run.parts.map((part) =>
      input.request.out === undefined ? part.name : join(input.request.out, part.name),
    ),
    warnings: totals.warnings(),
  }
}

function planWarnings({ list, model, warnings }: Run, tasks: readonly ImageTask[]): string[] {
  const failures = list.failures.map(({ reason }) => reason)
  return [...warnings, ...list.warnings, ...failures, ...mixedWarnings(tasks), ...fragmentWarnings(tasks, model.card)]
}

interface Measured {
  readonly provider: string
  readonly network?: string
  /** to read and prepare a fragment */
  readonly readSeconds?: number
  /** in the network, a fragment */
  readonly runSeconds?: number
}

/** Reading and the network overlap, so the slower of the two sets the pace. */
function estimate({ readSeconds, runSeconds }: Measured, fragments: number): { estimatedSeconds?: number } {
  if (readSeconds === undefined || runSeconds === undefined) return {}
  return { estimatedSeconds: Math.max(readSeconds, runSeconds) * fragments }
}

/** Reads and runs the first batch that can be read; the provider is empty when the model is not on this machine. */
async function measure(
  run: Run,
  input: PlanInput,
  { signal, onProgress }: CallContext,
  read: BatchReader,
  totals: RunTotals,
): Promise<Measured> {
  onProgress({ stage: 'measuring one batch', done: 0 })
  const network = await openNetwork(run, input).catch((error: unknown) => {
    if (!(error instanceof EngineError) || error.code !== 'model-missing') throw error
    totals.warn(error.message)
    return undefined
  })
  try {
    const startedMs = performance.now()
    // without a network the images are looked at all the same: one that is damaged is told
    const found = await firstBatch(run, input, { read, signal, totals, batchSize: network?.batchSize ?? 1 })
    if (network === undefined) return { provider: '' }
    const { session, model } = network
    for (const sentence of model.warnings) totals.warn(sentence)
    const opened = { provider: session.provider, network: networkName(model) }
    if (found === undefined) {
      totals.warn('the time is not measured: expected an image that can be embedded, got none')
      return opened
    }
    const { batch, fragmentsRead } = found
    const runStartedMs = performance.now()
    await session.run(batch.pixels, batch.rows.length, batch.size)
    const endMs = performance.now()
    return {
      ...opened,
      readSeconds: (runStartedMs - startedMs) / 1000 / fragmentsRead,
      runSeconds: (endMs - runStartedMs) / 1000 / batch.rows.length,
    }
  } finally {
    await network?.session.dispose()
  }
}

interface FirstBatch {
  readonly batch: FragmentBatch
  readonly fragmentsRead: number
}

/** The first batch with fragments in it; what failed or was left out on the way to it becomes a warning. */
async function firstBatch(
  { bandNames, preparation, parts }: Run,
  { request: { geometry } }: PlanInput,
  options: {
    readonly read: BatchReader
    readonly signal: AbortSignal
    readonly totals: RunTotals
    readonly batchSize: number
  },
): Promise<FirstBatch | undefined> {
  const { read, signal, totals, batchSize } = options
  const tasks = parts.flatMap((part) => part.tasks)
  const known = new Set(totals.warnings())
  let fragmentsRead = 0
  for await (const batch of read({ ...preparation, tasks, bandNames, batchSize, geometry }, signal)) {
    fragmentsRead += batch.fragmentsRead
    for (const { reason } of [...batch.failures, ...batch.skipped]) if (!known.has(reason)) totals.warn(reason)
    if (batch.rows.length > 0) return { batch, fragmentsRead }
  }
  return undefined
}

/** Images of one input that agree in kind, bands, unit and offset are one line for the user to confirm. */
function groupsOf(tasks: readonly ImageTask[]): EmbedPlan['inputs'] {
  const groups = new Map<string, EmbedPlan['inputs'][number]>()
  for (const task of tasks) {
    const { input, kind, bandNames, unit, radiometricOffset } = task
    const line = {
      ...{ file: input, kind, bands: [...bandNames], unit: unit.value, unitSource: unit.source },
      ...{ radiometricOffset: radiometricOffset.value, offsetSource: radiometricOffset.source },
    }
    const key = JSON.stringify(line)
    groups.set(key, { ...line, images: (groups.get(key)?.images ?? 0) + 1 })
  }
  return [...groups.values()]
}
