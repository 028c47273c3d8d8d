import type { BatchReader } from './batch-reader.ts'
import type { FragmentBatch } from './read-batches.ts'

/**
 * One reader out of several: each takes every nth image and is asked for its next batch while the others' are used.
 * Batches come in turns, so the same images give the same batches whoever is faster.
 */
export function readInParallel(readers: readonly BatchReader[]): BatchReader {
  return async function* (request, signal) {
    const count = Math.min(readers.length, request.tasks.length)
    const sources = readers.slice(0, count).map((read, reader) => {
      const tasks = request.tasks.filter((_, i) => i % count === reader)
      return read({ ...request, tasks }, signal)[Symbol.asyncIterator]()
    })
    let waiting = sources.map((source) => ({ source, next: pull(source) }))
    try {
      while (waiting.length > 0) {
        for (const one of waiting) {
          const { done, value } = await one.next
          if (done === true) {
            waiting = waiting.filter((other) => other !== one)
            continue
          }
          one.next = pull(one.source)
          yield value
        }
      }
    } finally {
      await Promise.all(sources.map((source) => source.return?.()))
    }
  }
}

function pull(source: AsyncIterator<FragmentBatch>): Promise<IteratorResult<FragmentBatch>> {
  const next = source.next()
  // its error is thrown when its turn comes
  next.catch(() => {})
  return next
}
