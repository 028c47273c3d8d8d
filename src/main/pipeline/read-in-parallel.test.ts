import { describe, expect, it } from 'vitest'
import type { ImageTask } from '../scenes/image-task.ts'
import type { BatchReader, ReadRequest } from './batch-reader.ts'
import type { FragmentBatch } from './read-batches.ts'
import { readInParallel } from './read-in-parallel.ts'

const request = (names: string[]) => ({ tasks: names.map((name) => ({ name }) as ImageTask) }) as unknown as ReadRequest

/** A reader of one batch an image, named in `failures`, that takes `delayMs` for each. */
function readerOf(delayMs: number, stopped: string[] = []): BatchReader {
  return async function* ({ tasks }) {
    try {
      for (const { name } of tasks) {
        await new Promise((resolve) => setTimeout(resolve, delayMs))
        if (name === 'bad') throw new Error('bad image')
        const empty = { pixels: new Float32Array(0), size: 0, rows: [], images: [], skipped: [], fragmentsRead: 0 }
        yield { ...empty, failures: [{ input: name, reason: '' }] } satisfies FragmentBatch
      }
    } finally {
      stopped.push('stopped')
    }
  }
}

async function namesRead(read: BatchReader, names: string[]): Promise<string[]> {
  const seen: string[] = []
  for await (const batch of read(request(names), new AbortController().signal)) {
    seen.push(...batch.failures.map(({ input }) => input))
  }
  return seen
}

describe('readInParallel', () => {
  it('gives every image once, in the same order whoever is faster', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const fast = await namesRead(readInParallel([readerOf(1), readerOf(9), readerOf(4)]), names)
    const slow = await namesRead(readInParallel([readerOf(9), readerOf(1), readerOf(1)]), names)
    expect(fast).toEqual(names)
    expect(slow).toEqual(fast)
  })

  it('starts no reader without an image', async () => {
    const stopped: string[] = []
    expect(await namesRead(readInParallel([readerOf(1, stopped), readerOf(1, stopped)]), ['a'])).toEqual(['a'])
    expect(stopped).toHaveLength(1)
  })

  it('passes an error on and stops the other readers', async () => {
    const stopped: string[] = []
    const readers = [readerOf(1, stopped), readerOf(1, stopped)]
    await expect(namesRead(readInParallel(readers), ['a', 'bad', 'c', 'd'])).rejects.toThrow('bad image')
    expect(stopped).toHaveLength(2)
  })
})
