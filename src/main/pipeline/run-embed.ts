import { mkdtemp, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmbedReport } from '../../shared/contract.ts'
import { makeFolder, outputError } from '../bytes/output-file.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import { type BatchReader, readHere } from './batch-reader.ts'
import { mixedWarnings, promisedFragments } from './forecast.ts'
import { type Embedding, keptSettings, makePart } from './make-part.ts'
import { type Network, networkName, openNetwork } from './network.ts'
import { openRun, type Run } from './open-run.ts'
import type { SpoolSettings } from './part-spool.ts'
import type { EmbedInput } from './pipeline-calls.ts'
import { RunTotals } from './run-totals.ts'

/**
 * Embeds every image of the request's inputs and writes one GeoParquet file a part.
 * A cancel takes effect between batches; no file appears under its final name before it is whole.
 * @throws EngineError in one sentence; the signal's reason
 */
export async function runEmbed(
  input: EmbedInput,
  context: CallContext,
  read: BatchReader = readHere,
): Promise<EmbedReport> {
  const startedMs = performance.now()
  await proveFolder(input.request.out)
  const run = await openRun(input.request, input.context, context)
  const kept = input.request.resume ? await keptSettings(run, input) : undefined
  const fragments = promisedFragments(
    run.parts.flatMap((part) => part.tasks),
    run.model.card,
  )
  const network = await openNetwork(run, input, { kept, fragments })
  try {
    const startSeconds = secondsSince(startedMs)
    const totals = firstTotals(run, network)
    const advance = progressOf(fragments, context)
    const embedding: Embedding = { run, input, network, read, totals, signal: context.signal, advance }
    if (kept !== undefined) warnOfKept(kept, input, totals)
    for (const part of run.parts) await makePart(part, embedding)
    return report(embedding, { seconds: secondsSince(startedMs), startSeconds })
  } finally {
    await network.session.dispose()
  }
}

function firstTotals({ list, parts, warnings }: Run, { model }: Network): RunTotals {
  const totals = new RunTotals()
  totals.failures.push(...list.failures)
  totals.skipped.push(...list.skipped)
  const mixed = mixedWarnings(parts.flatMap((part) => part.tasks))
  for (const warning of [...model.warnings, ...warnings, ...list.warnings, ...mixed]) totals.warn(warning)
  return totals
}

/** What the caller asked for otherwise than the interrupted run had it. */
function warnOfKept({ batchSize }: SpoolSettings, { request }: EmbedInput, totals: RunTotals): void {
  if (request.batchSize === undefined || request.batchSize === batchSize) return
  totals.warn(`the interrupted run had batches of ${batchSize}: kept, so that its vectors and the new ones agree`)
}

function progressOf(promised: number, { onProgress }: CallContext): Embedding['advance'] {
  let done = 0
  return (stage, fragments) => {
    done += fragments
    onProgress({ stage, done, total: Math.max(done, promised) })
  }
}

function report(
  { run, network, totals }: Embedding,
  times: Pick<EmbedReport, 'seconds' | 'startSeconds'>,
): EmbedReport {
  const { provider, providerReason } = network.session
  return {
    files: totals.files,
    rows: totals.rows,
    cells: totals.cells.size,
    skipped: totals.skipped,
    failures: totals.failures,
    provider,
    ...(providerReason === undefined ? {} : { providerReason }),
    model: run.model.card.id,
    network: networkName(network.model),
    precision: network.model.precision,
    recipe: run.recipe.name,
    unit: oneOrMixed(run.list.tasks.map((task) => task.unit.value)),
    radiometricOffset: oneOrMixed(run.list.tasks.map((task) => task.radiometricOffset.value)),
    ...times,
    inferenceSeconds: totals.inferenceMs / 1000,
    clipped: totals.clipped(),
    warnings: totals.warnings(),
  }
}

function secondsSince(ms: number): number {
  return (performance.now() - ms) / 1000
}

function oneOrMixed<T>(values: readonly T[]): T | 'mixed' {
  const [first, ...others] = new Set(values)
  return first === undefined || others.length > 0 ? 'mixed' : first
}

/** Makes the folder and proves that files can be made in it: what the permission bits say is not enough (root, network disks). */
async function proveFolder(path: string): Promise<void> {
  try {
    await makeFolder(path)
    await rmdir(await mkdtemp(join(path, '.probe-')))
  } catch (error) {
    throw outputError(path, error)
  }
}
