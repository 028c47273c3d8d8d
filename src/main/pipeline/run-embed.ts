import { mkdtemp, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmbedReport } from '../../shared/contract.ts'
import { makeFolder, outputError } from '../bytes/output-file.ts'
import type { Provenance } from '../geoparquet/provenance.ts'
import { writeEmbeddings } from '../geoparquet/write-embeddings.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import { type BatchReader, readHere } from './batch-reader.ts'
import { embedPart } from './embed-part.ts'
import { mixedWarnings, promisedFragments } from './forecast.ts'
import { type Network, openNetwork } from './network.ts'
import { openRun, type Run } from './open-run.ts'
import { finishedPart, partProvenance, withFailures } from './part-provenance.ts'
import type { Part } from './parts.ts'
import type { EmbedInput } from './pipeline-calls.ts'
import { RunTotals, tally } from './run-totals.ts'

/** What the parts of one run share. */
interface Embedding {
  readonly run: Run
  readonly input: EmbedInput
  readonly network: Network
  readonly read: BatchReader
  readonly totals: RunTotals
  readonly signal: AbortSignal
  /** adds fragments to the progress; 0 tells only the stage */
  readonly advance: (stage: string, fragments: number) => void
}

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
  const network = await openNetwork(run, input)
  try {
    const totals = firstTotals(run, network)
    const advance = progressOf(run, context)
    const embedding: Embedding = { run, input, network, read, totals, signal: context.signal, advance }
    for (const part of run.parts) {
      if (!(await keepFinished(part, embedding))) await makePart(part, embedding)
    }
    return report(embedding, (performance.now() - startedMs) / 1000)
  } finally {
    await network.session.dispose()
  }
}

function firstTotals({ list, parts }: Run, { model }: Network): RunTotals {
  const totals = new RunTotals()
  totals.failures.push(...list.failures)
  totals.skipped.push(...list.skipped)
  const mixed = mixedWarnings(parts.flatMap((part) => part.tasks))
  for (const warning of [...model.warnings, ...list.warnings, ...mixed]) totals.warn(warning)
  return totals
}

function progressOf({ parts, model }: Run, { onProgress }: CallContext): Embedding['advance'] {
  const promised = promisedFragments(
    parts.flatMap((part) => part.tasks),
    model.card,
  )
  let done = 0
  return (stage, fragments) => {
    done += fragments
    onProgress({ stage, done, total: Math.max(done, promised) })
  }
}

async function makePart(part: Part, embedding: Embedding): Promise<void> {
  const { run, input, network, read, totals, signal, advance } = embedding
  const failuresBefore = totals.failures.length
  const rows = await embedPart({
    request: {
      ...run.preparation,
      tasks: part.tasks,
      bandNames: run.bandNames,
      batchSize: network.batchSize,
      geometry: input.request.geometry,
    },
    read,
    session: network.session,
    totals,
    signal,
    onFragments: (count) => advance('embedding', count),
  })
  if (rows.count === 0) return
  advance(`writing ${part.name}`, 0)
  await removeLeftovers(part.name, input.request.out)
  const failures = totals.failures.slice(failuresBefore)
  await writeEmbeddings(pathOf(part, input), rows.sortedBatches(), {
    dimensions: network.session.dimensions,
    bbox: rows.bbox(),
    geometryTypes: rows.geometryTypes(),
    provenance: withFailures(provenanceOf(part, embedding), failures, rows.cells()),
    signal,
  })
  totals.addFile(pathOf(part, input), rows.count, rows.cells())
}

/** A process that was killed while it wrote could not remove its temporary file (bytes/output-file.ts names it). */
async function removeLeftovers(name: string, folder: string): Promise<void> {
  for (const file of await readdir(folder)) {
    const isLeftover = file.startsWith(`${name}.`) && /^\.[0-9a-f]{8}\.part$/.test(file.slice(name.length))
    if (isLeftover) await rm(join(folder, file), { force: true })
  }
}

/** @returns whether the part was asked to be kept and is there, made in the same way */
async function keepFinished(part: Part, embedding: Embedding): Promise<boolean> {
  const { run, input, totals, advance } = embedding
  if (!input.request.resume) return false
  const path = pathOf(part, input)
  const finished = await finishedPart(path, provenanceOf(part, embedding))
  if (finished === undefined) return false
  totals.failures.push(...finished.failures)
  totals.skipped.push({ input: part.name, reason: `${path}: finished in an earlier run, kept` })
  totals.addFile(path, finished.rows, finished.cells)
  advance('embedding', promisedFragments(part.tasks, run.model.card))
  return true
}

function provenanceOf(part: Part, { run, input, network }: Embedding): Provenance {
  const known = { version: input.context.version, weightsSha256: network.model.sha256 }
  return partProvenance(run, part, input.request, known)
}

function pathOf(part: Part, input: EmbedInput): string {
  return join(input.request.out, part.name)
}

function report({ run, network, totals }: Embedding, seconds: number): EmbedReport {
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
    recipe: run.recipe.name,
    unit: tally(run.list.tasks.map((task) => task.unit.value))[0]![0],
    radiometricOffset: tally(run.list.tasks.map((task) => task.radiometricOffset.value))[0]![0],
    seconds,
    clipped: totals.clipped(),
    warnings: totals.warnings(),
  }
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
