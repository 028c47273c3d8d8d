// One output file: batches are read while the network runs on the one before; the rows are written at the end, whole.

import type { EmbeddingSession } from '../inference/open-session.ts'
import { firstNonFinite } from '../inference/pool.ts'
import { breathe } from '../threads/thread-calls.ts'
import type { BatchReader, ReadRequest } from './batch-reader.ts'
import { EmbeddedRows } from './embedded-rows.ts'
import type { FragmentBatch, FragmentRow } from './read-batches.ts'
import type { RunTotals } from './run-totals.ts'

export interface EmbedPartOptions {
  readonly request: ReadRequest
  readonly read: BatchReader
  readonly session: EmbeddingSession
  readonly totals: RunTotals
  readonly signal: AbortSignal
  /** called after each batch with its number of fragments */
  readonly onFragments: (count: number) => void
}

/**
 * Embeds the fragments of `request.tasks`. An image with a vector that is not finite fails by name and has no row.
 * @throws the signal's reason, between batches
 */
export async function embedPart(options: EmbedPartOptions): Promise<EmbeddedRows> {
  const { session, signal, totals } = options
  const rows = new EmbeddedRows(session.dimensions)
  const bad = new Set<string>()
  for await (const batch of ahead(options.read(options.request, signal), signal)) {
    totals.failures.push(...batch.failures)
    totals.skipped.push(...batch.skipped)
    for (const image of batch.images) totals.addImage(image)
    if (batch.rows.length > 0) {
      const vectors = await session.run(batch.pixels, batch.rows.length, batch.size)
      for (const row of nonFiniteRows(batch, vectors, session.dimensions)) {
        if (!bad.has(row.image)) totals.failures.push({ input: row.image, reason: nonFiniteSentence(row) })
        bad.add(row.image)
      }
      rows.add(batch.rows, vectors)
    }
    options.onFragments(batch.rows.length)
    // the runtime blocks this thread while it runs: this is when a cancel can arrive
    await breathe()
    signal.throwIfAborted()
  }
  for (const image of bad) rows.removeImage(image)
  return rows
}

/** The batches of `source`, the next one already being read while the caller works on one. */
async function* ahead(source: AsyncIterable<FragmentBatch>, signal: AbortSignal): AsyncGenerator<FragmentBatch> {
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
