// One part: chunk by chunk its images are read, embedded and put into the spool, while the next batch is already read.

import { BatchRunner } from '../inference/batch-runner.ts'
import type { EmbeddingSession } from '../inference/open-session.ts'
import { firstNonFinite } from '../inference/pool.ts'
import { breathe } from '../threads/thread-calls.ts'
import type { BatchReader, ReadRequest } from './batch-reader.ts'
import type { Chunk } from './chunks.ts'
import type { ChunkEnd, PartSpool } from './part-spool.ts'
import type { Failure, FragmentBatch, FragmentRow, ImageOutcome } from './read-batches.ts'

export interface EmbedPartOptions {
  readonly request: Omit<ReadRequest, 'tasks'>
  /** those that the spool does not have yet */
  readonly chunks: readonly Chunk[]
  readonly read: BatchReader
  readonly session: EmbeddingSession
  readonly spool: PartSpool
  readonly signal: AbortSignal
  /** called after each batch with the time it took in the network, milliseconds */
  readonly onInference: (ms: number) => void
  /** called after each batch with its number of fragments */
  readonly onFragments: (count: number) => void
  /** called once a chunk is safe */
  readonly onChunk: (end: ChunkEnd) => void
}

/**
 * Embeds the fragments of `chunks` into the spool. An image with a vector that is not finite fails by name and has no row.
 * @returns the largest batch that fitted, where the device had no memory for the one asked for
 * @throws the signal's reason, between batches; EngineError `disk-full`, `out-of-memory`
 */
export async function embedPart(options: EmbedPartOptions): Promise<number | undefined> {
  const { session, signal, spool } = options
  const runner = new BatchRunner(session)
  let open = newEnd()
  for await (const { chunk, batch, isLast } of ahead(chunkBatches(options), signal)) {
    open.images.push(...batch.images)
    open.failures.push(...batch.failures)
    // some of its fragments may have been read before it failed
    for (const { input } of batch.failures) open.bad.add(input)
    open.skipped.push(...batch.skipped)
    if (batch.rows.length > 0) {
      const startedMs = performance.now()
      const vectors = await runner.run(batch.pixels, batch.rows.length, batch.size)
      options.onInference(performance.now() - startedMs)
      for (const row of nonFiniteRows(batch, vectors, session.dimensions)) {
        if (!open.bad.has(row.image)) open.failures.push({ input: row.image, reason: nonFiniteSentence(row) })
        open.bad.add(row.image)
      }
      await spool.addRows(batch.rows, vectors)
    }
    options.onFragments(batch.rows.length)
    if (isLast) {
      const { bad, ...end } = open
      const finished = { ...end, chunk: chunk.index, badImages: [...bad] }
      await spool.finishChunk(finished)
      options.onChunk(finished)
      open = newEnd()
    }
    // the runtime blocks this thread while it runs: this is when a cancel can arrive
    await breathe()
    signal.throwIfAborted()
  }
  return runner.largest
}

interface OpenEnd {
  readonly images: ImageOutcome[]
  readonly failures: Failure[]
  readonly skipped: Failure[]
  readonly bad: Set<string>
}

function newEnd(): OpenEnd {
  return { images: [], failures: [], skipped: [], bad: new Set() }
}

interface ChunkBatch {
  readonly chunk: Chunk
  readonly batch: FragmentBatch
  readonly isLast: boolean
}

/** The batches of every chunk; each is held back until it is known whether another one follows. */
async function* chunkBatches({ chunks, read, request, signal }: EmbedPartOptions): AsyncGenerator<ChunkBatch> {
  for (const chunk of chunks) {
    let held: FragmentBatch | undefined
    for await (const batch of read({ ...request, tasks: chunk.tasks }, signal)) {
      if (held !== undefined) yield { chunk, batch: held, isLast: false }
      held = batch
    }
    yield { chunk, batch: held ?? emptyBatch, isLast: true }
  }
}

const emptyBatch: FragmentBatch = {
  pixels: new Float32Array(0),
  size: 0,
  rows: [],
  images: [],
  failures: [],
  skipped: [],
  fragmentsRead: 0,
}

/** What `source` gives, the next one already being made while the caller works on one. */
async function* ahead<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  const pull = () => {
    const next = iterator.next()
    // its error is thrown when its turn comes
    next.catch(() => {})
    return next
  }
  let next = pull()
  try {
    for (;;) {
      const { done, value } = await next
      if (done === true) return
      if (!signal.aborted) next = pull()
      yield value
    }
  } finally {
    await iterator.return?.()
  }
}

function nonFiniteRows(batch: FragmentBatch, vectors: Float32Array, dimensions: number): FragmentRow[] {
  if (firstNonFinite(vectors, dimensions) === undefined) return []
  const isBad = (i: number) =>
    firstNonFinite(vectors.subarray(i * dimensions, (i + 1) * dimensions), dimensions) !== undefined
  return batch.rows.filter((_, i) => isBad(i))
}

function nonFiniteSentence({ image, fragmentRow, fragmentCol }: FragmentRow): string {
  return `${image}: expected finite values from the model, got NaN or infinity for fragment ${fragmentRow}, ${fragmentCol}; check the unit of the image`
}
