// One part from images to its Parquet file: kept when it is finished, continued when it was interrupted, else begun.

import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineError, isCancelled } from '../../shared/errors.ts'
import type { Provenance } from '../geoparquet/provenance.ts'
import { writeEmbeddings } from '../geoparquet/write-embeddings.ts'
import type { ImageTask } from '../scenes/image-task.ts'
import type { BatchReader } from './batch-reader.ts'
import { type Chunk, chunksOf } from './chunks.ts'
import { embedPart } from './embed-part.ts'
import { EmbeddedRows, fractionColumns } from './embedded-rows.ts'
import { promisedFragments } from './forecast.ts'
import { loadNetwork, type Network } from './network.ts'
import type { Run } from './open-run.ts'
import { partIdentity } from './part-identity.ts'
import { finishedPart, partProvenance, withFailures } from './part-provenance.ts'
import { writePartReport } from './part-report.ts'
import { type ChunkEnd, PartSpool, type SpoolSettings } from './part-spool.ts'
import type { Part } from './parts.ts'
import type { EmbedInput } from './pipeline-calls.ts'
import type { Failure } from './read-batches.ts'
import { type LoadedModel, precisionsOf } from './resolve-model.ts'
import type { RunTotals } from './run-totals.ts'

/** What the parts of one run share. */
export interface Embedding {
  readonly run: Run
  readonly input: EmbedInput
  readonly network: Network
  readonly read: BatchReader
  readonly totals: RunTotals
  readonly signal: AbortSignal
  /** adds fragments to the progress; 0 tells only the stage */
  readonly advance: (stage: string, fragments: number) => void
}

/** What a part is and where, before anything is embedded. */
interface PartPlan {
  readonly path: string
  readonly spoolPath: string
  readonly chunks: readonly Chunk[]
  readonly provenance: Provenance
  readonly identity: string
}

async function planPart(part: Part, run: Run, input: EmbedInput, model: LoadedModel): Promise<PartPlan> {
  const { request, context } = input
  const path = join(request.out, part.name)
  const chunks = chunksOf(part.tasks, run.model.card, {
    minFragments: context.chunkFragments,
    windowBytes: context.windowBytes,
  })
  const provenance = partProvenance(run, part, request, { version: context.version, model })
  return { path, spoolPath: `${path}.spool`, chunks, provenance, identity: await partIdentity(chunks, provenance) }
}

/** How an interrupted run of the same parts had its network open; undefined when there is nothing to go on with. */
export async function keptSettings(run: Run, input: EmbedInput): Promise<SpoolSettings | undefined> {
  for (const part of run.parts) {
    const head = await PartSpool.readHead(join(input.request.out, `${part.name}.spool`))
    const precision = head?.settings.precision ?? 'float32'
    if (head === undefined || !precisionsOf(run.model).includes(precision)) continue
    const plan = await planPart(part, run, input, await loadNetwork(run, precision))
    if (head.identity === plan.identity) return head.settings
  }
  return undefined
}

/**
 * Makes the part's file. When this fails or is cancelled, finished chunks stay in a spool beside the output, and the
 * sentence says so.
 */
export async function makePart(part: Part, embedding: Embedding): Promise<void> {
  const { run, input, network, totals } = embedding
  const plan = await planPart(part, run, input, network.model)
  if (input.request.resume && (await keepFinished(part, plan, embedding)))
    return await rm(plan.spoolPath, { force: true })
  const { spool, isContinued } = await openSpool(plan, embedding)
  if (isContinued) keepChunks(part, plan, spool, embedding)
  try {
    await embedRest(plan, spool, embedding)
    await writePart(part, plan, spool, embedding)
  } catch (error) {
    await spool.close().catch(() => {})
    throw spool.ends.length === 0 ? error : withHint(error, spool)
  }
  await spool.remove()
  const rows = rowsOf(spool)
  await writePartReport(plan.path, { rows: rows.count, ...outcomeOf(spool) })
  if (rows.count > 0) totals.addFile(plan.path, rows.count, rows.cells())
}

/** @returns whether the part is there, made in the same way */
async function keepFinished(part: Part, { path, provenance }: PartPlan, embedding: Embedding): Promise<boolean> {
  const { run, totals, advance } = embedding
  const finished = await finishedPart(path, provenance)
  if (finished === undefined) return false
  totals.failures.push(...finished.failures)
  totals.skipped.push({ input: part.name, reason: `${path}: finished in an earlier run, kept` })
  totals.addFile(path, finished.rows, finished.cells)
  advance('embedding', promisedFragments(part.tasks, run.model.card))
  return true
}

async function openSpool(
  { spoolPath, identity }: PartPlan,
  { input, network }: Embedding,
): Promise<{ readonly spool: PartSpool; readonly isContinued: boolean }> {
  const found = input.request.resume ? await PartSpool.reopen(spoolPath) : undefined
  if (found?.head.identity === identity) return { spool: found, isContinued: true }
  await found?.close()
  const { session, batchSize } = network
  const settings = {
    ...{ batchSize, provider: session.provider, threads: input.context.threads },
    precision: network.model.precision,
  }
  const head = { identity, dimensions: session.dimensions, settings }
  return { spool: await PartSpool.create(spoolPath, head), isContinued: false }
}

/** Counts what an interrupted run has done. */
function keepChunks(part: Part, plan: PartPlan, spool: PartSpool, { run, totals, advance }: Embedding): void {
  for (const end of spool.ends) count(end, totals)
  const done = doneChunks(spool)
  const isDone = ({ index }: Chunk) => done.has(index)
  const tasks = plan.chunks.filter(isDone).flatMap((chunk) => chunk.tasks)
  const undone = new Set(plan.chunks.filter((chunk) => !isDone(chunk)).flatMap((chunk) => chunk.tasks.map(nameOf)))
  const whole = new Set(tasks.map(nameOf).filter((name) => !undone.has(name))).size
  const begun = new Set(tasks.map(nameOf)).size - whole
  const also = begun === 0 ? '' : ` and ${begun} in part`
  totals.skipped.push({
    input: part.name,
    reason: `${whole} of ${part.tasks.length} images done${also} in an interrupted run, kept`,
  })
  advance('embedding', promisedFragments(tasks, run.model.card))
}

async function embedRest(plan: PartPlan, spool: PartSpool, embedding: Embedding): Promise<void> {
  const { run, input, network, read, totals, signal, advance } = embedding
  const done = doneChunks(spool)
  const largest = await embedPart({
    request: {
      ...run.preparation,
      bandNames: run.bandNames,
      batchSize: network.batchSize,
      geometry: input.request.geometry,
    },
    chunks: plan.chunks.filter(({ index }) => !done.has(index)),
    ...{ read, spool, signal, session: network.session },
    onInference: (ms) => {
      totals.inferenceMs += ms
    },
    onFragments: (fragments) => advance('embedding', fragments),
    onChunk: (end) => count(end, totals),
  })
  if (largest === undefined) return
  const { provider } = network.session
  totals.warn(`${provider} had no memory for batches of ${network.batchSize} fragments: went on with ${largest}`)
}

async function writePart(part: Part, plan: PartPlan, spool: PartSpool, embedding: Embedding): Promise<void> {
  const rows = rowsOf(spool)
  if (rows.count === 0) return
  embedding.advance(`writing ${part.name}`, 0)
  await removeLeftovers(part.name, embedding.input.request.out)
  await writeEmbeddings(plan.path, rows.sortedBatches(), {
    dimensions: spool.head.dimensions,
    bbox: rows.bbox(),
    geometryTypes: rows.geometryTypes(),
    ...(embedding.input.request.fractions ? { extraColumns: fractionColumns } : {}),
    provenance: withFailures(plan.provenance, outcomeOf(spool).failures, rows.cells()),
    signal: embedding.signal,
  })
}

function rowsOf(spool: PartSpool): EmbeddedRows {
  const readVector = (at: number, into: Float32Array) => spool.readVector(at, into)
  return new EmbeddedRows(spool.rows, { dimensions: spool.head.dimensions, readVector })
}

function outcomeOf({ ends }: PartSpool) {
  return {
    failures: onceEach(ends.flatMap((end) => end.failures)),
    skipped: onceEach(ends.flatMap((end) => end.skipped)),
  }
}

function doneChunks({ ends }: PartSpool): Set<number> {
  return new Set(ends.map((end) => end.chunk))
}

function count({ images, failures, skipped }: ChunkEnd, totals: RunTotals): void {
  for (const image of images) totals.addImage(image)
  totals.failures.push(...failures.filter(({ input }) => !isTold(input, totals.failures)))
  totals.skipped.push(...skipped.filter(({ input }) => !isTold(input, totals.skipped)))
}

function onceEach(all: readonly Failure[]): readonly Failure[] {
  return all.filter(({ input }, index) => all.findIndex((one) => one.input === input) === index)
}

/** An image in pieces may fail in several of them. */
function isTold(input: string, told: readonly Failure[]): boolean {
  return told.some((one) => one.input === input)
}

function nameOf(task: ImageTask): string {
  return task.name
}

/** The sentence of a failed run with what is kept of it; a cancel stays a cancel. */
function withHint(error: unknown, { rows, path }: PartSpool): unknown {
  if (isCancelled(error) || !(error instanceof EngineError)) return error
  const hint = `${rows.length} embedded fragments are kept in ${path}; resume the run to go on from there`
  return new EngineError(error.code, `${error.message}; ${hint}`, { cause: error })
}

/** A process that was killed while it wrote could not remove its temporary file (bytes/output-file.ts names it). */
async function removeLeftovers(name: string, folder: string): Promise<void> {
  for (const file of await readdir(folder)) {
    const isLeftover = file.startsWith(`${name}.`) && /^\.[0-9a-f]{8}\.part$/.test(file.slice(name.length))
    if (isLeftover) await rm(join(folder, file), { force: true })
  }
}
