// The images of a part in chunks. A batch never reaches across two of them, so a run that goes on after an interruption
// gives the network the same batches as one that was never interrupted, and its vectors are the same to the last bit.

import type { ModelCard } from '../models/model-card.ts'
import type { ImageTask } from '../scenes/image-task.ts'
import { promisedFragments } from './forecast.ts'
import { piecesOf } from './image-pieces.ts'

export interface Chunk {
  readonly index: number
  /** whole images, and pieces of large ones */
  readonly tasks: readonly ImageTask[]
}

/** Enough for full batches on a GPU, little enough to do again after a crash. */
export const chunkFragments = 512

export interface ChunkOptions {
  /** ends a chunk */
  readonly minFragments?: number | undefined
  /** memory for the pixels of one window of a large image */
  readonly windowBytes?: number | undefined
}

/** Consecutive images, or pieces of them, with at least `minFragments` fragments together; the last chunk may have fewer. */
export function chunksOf(
  tasks: readonly ImageTask[],
  card: ModelCard,
  { minFragments = chunkFragments, windowBytes }: ChunkOptions = {},
): Chunk[] {
  const chunks: ImageTask[][] = [[]]
  let fragments = 0
  for (const task of tasks.flatMap((one) => piecesOf(one, card, { minFragments, windowBytes }))) {
    if (fragments >= minFragments) {
      chunks.push([])
      fragments = 0
    }
    chunks.at(-1)!.push(task)
    fragments += promisedFragments([task], card)
  }
  return chunks.map((own, index) => ({ index, tasks: own })).filter((chunk) => chunk.tasks.length > 0)
}
