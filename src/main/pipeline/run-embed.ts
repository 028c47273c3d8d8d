import { access, constants, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmbedReport } from '../../shared/contract.ts'
import { outputError } from '../bytes/output-file.ts'
import { writeEmbeddings } from '../geoparquet/write-embeddings.ts'
import { type EmbeddingSession, openSession } from '../inference/open-session.ts'
import type { ImageTask } from '../scenes/image-task.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import { type BatchReader, readHere } from './batch-reader.ts'
import { standardNames } from './choose-bands.ts'
import { embedPart } from './embed-part.ts'
import { openRun, type Run } from './open-run.ts'
import { finishedPart, partProvenance, withFailures } from './part-provenance.ts'
import type { Part } from './parts.ts'
import type { EmbedInput, PlanInput } from './pipeline-calls.ts'
import { fragmentsFor } from './prepare-image.ts'
import { type LoadedModel, loadModel } from './resolve-model.ts'
import { mixedWarning, RunTotals, tally } from './run-totals.ts'

/** images a batch, where the request does not say: enough for the processor, little enough for any memory */
const cpuBatch = 8
const gpuBatch = 64

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
  await makeFolder(input.request.out)
  const run = await openRun(input.request, input.context, context)
  const network = await openNetwork(run, input)
  try {
    const state = newState(run, input, context, network, read)
    for (const warning of network.model.warnings) state.totals.warn(warning)
    for (const part of run.parts) await writePart(part, state)
    return report(state, (performance.now() - startedMs) / 1000)
  } finally {
    await network.session.dispose()
  }
}

interface Network {
  readonly model: LoadedModel
  readonly session: EmbeddingSession
}

/** Opens the run's network for the bands of its images. */
export async function openNetwork(run: Run, { request, context }: PlanInput): Promise<Network> {
  const model = await loadModel(run.model, standardNames(run.bandNames))
  const session = await openSession({
    model: model.model,
    card: model.card,
    bandCount: run.bandNames.length,
    device: request.device,
    threads: context.threads,
  })
  return { model, session }
}

export function batchSizeOf(session: EmbeddingSession, requested: number | undefined): number {
  return session.fixedBatch ?? requested ?? (session.provider === 'cpu' ? cpuBatch : gpuBatch)
}

interface State {
  readonly run: Run
  readonly input: EmbedInput
  readonly context: CallContext
  readonly network: Network
  readonly read: BatchReader
  readonly totals: RunTotals
  readonly totalFragments: number
  done: number
  rows: number
  readonly cells: Set<string>
  readonly files: string[]
}

function newState(run: Run, input: EmbedInput, context: CallContext, network: Network, read: BatchReader): State {
  const totals = new RunTotals()
  totals.failures.push(...run.list.failures)
  totals.skipped.push(...run.list.skipped)
  for (const warning of run.list.warnings) totals.warn(warning)
  const tasks = run.parts.flatMap((part) => part.tasks)
  for (const warning of mixedWarnings(tasks)) totals.warn(warning)
  const totalFragments = tasks.reduce((sum, task) => sum + fragmentCount(task, run), 0)
  return { run, input, context, network, read, totals, totalFragments, done: 0, rows: 0, cells: new Set(), files: [] }
}

/** Fragments the listing promises; 0 for an image that will fail. */
export function fragmentCount(task: ImageTask, run: Run): number {
  try {
    return fragmentsFor(task, run.model.card, task.name).fragments.length
  } catch {
    return 0
  }
}

export function mixedWarnings(tasks: readonly ImageTask[]): string[] {
  const offsets = tally(tasks.map((task) => task.radiometricOffset.value))
  const units = tally(tasks.map((task) => task.unit.value))
  const warnings = [
    mixedWarning('radiometric offset', '--radiometric-offset', offsets),
    mixedWarning('unit', '--unit', units),
  ]
  return warnings.filter((warning) => warning !== undefined)
}

async function writePart(part: Part, state: State): Promise<void> {
  const { run, input, network, totals, context } = state
  const path = join(input.request.out, part.name)
  const provenance = partProvenance(run, part, input.request, {
    version: input.context.version,
    weightsSha256: network.model.sha256,
  })
  if (input.request.resume && (await keepFinished(path, provenance, part, state))) return
  const failuresBefore = totals.failures.length
  const rows = await embedPart({
    request: {
      ...run.preparation,
      tasks: part.tasks,
      bandNames: run.bandNames,
      batchSize: batchSizeOf(network.session, input.request.batchSize),
      geometry: input.request.geometry,
    },
    read: state.read,
    session: network.session,
    totals,
    signal: context.signal,
    onFragments: (count) => progress(state, count),
  })
  if (rows.count === 0) return
  context.onProgress({ stage: `writing ${part.name}`, done: state.done, total: state.totalFragments })
  await writeEmbeddings(path, rows.sortedBatches(), {
    dimensions: network.session.dimensions,
    bbox: rows.bbox(),
    geometryTypes: rows.geometryTypes(),
    provenance: withFailures(provenance, totals.failures.slice(failuresBefore), rows.cells()),
    signal: context.signal,
  })
  state.rows += rows.count
  for (const cell of rows.cells()) state.cells.add(cell)
  state.files.push(path)
}

async function keepFinished(
  path: string,
  provenance: Parameters<typeof finishedPart>[1],
  part: Part,
  state: State,
): Promise<boolean> {
  const finished = await finishedPart(path, provenance)
  if (finished === undefined) return false
  state.totals.failures.push(...finished.failures)
  state.totals.skipped.push({ input: part.name, reason: `${path}: finished in an earlier run, kept` })
  state.rows += finished.rows
  for (const cell of finished.cells) state.cells.add(cell)
  state.files.push(path)
  progress(
    state,
    part.tasks.reduce((sum, task) => sum + fragmentCount(task, state.run), 0),
  )
  return true
}

function progress(state: State, fragments: number): void {
  state.done += fragments
  state.context.onProgress({ stage: 'embedding', done: state.done, total: Math.max(state.done, state.totalFragments) })
}

function report(state: State, seconds: number): EmbedReport {
  const { run, network, totals } = state
  const tasks = run.parts.flatMap((part) => part.tasks)
  const { session } = network
  return {
    files: state.files,
    rows: state.rows,
    cells: state.cells.size,
    skipped: totals.skipped,
    failures: totals.failures,
    provider: session.provider,
    ...(session.providerReason === undefined ? {} : { providerReason: session.providerReason }),
    model: run.model.card.id,
    recipe: run.recipe.name,
    unit: tally(tasks.map((task) => task.unit.value))[0]![0],
    radiometricOffset: tally(tasks.map((task) => task.radiometricOffset.value))[0]![0],
    seconds,
    clipped: totals.clipped(),
    warnings: totals.warnings(),
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
    await access(path, constants.W_OK)
  } catch (error) {
    throw outputError(path, error)
  }
}
