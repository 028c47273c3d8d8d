import type { GeometryOrder } from '../../shared/terms.ts'
import type { ImageTask } from '../scenes/image-task.ts'
import { ImageReader } from '../scenes/read-image.ts'
import { chooseBands } from './choose-bands.ts'
import type { Preparation } from './prepare-image.ts'
import { type FragmentBatch, readBatches } from './read-batches.ts'

/** What a reader needs; plain data, so that it can go to another thread. */
export interface ReadRequest extends Preparation {
  readonly tasks: readonly ImageTask[]
  /** bands of the opened network: an image with other bands fails by name */
  readonly bandNames: readonly string[]
  readonly batchSize: number
  readonly geometry: GeometryOrder
}

/** Turns images into batches, on this thread or another. */
export type BatchReader = (request: ReadRequest, signal: AbortSignal) => AsyncIterable<FragmentBatch>

/** Reads on the caller's thread. */
export const readHere: BatchReader = async function* (request, signal) {
  const reader = new ImageReader()
  try {
    yield* readBatches(request.tasks, {
      ...request,
      signal,
      nameOf: (task) => task.name,
      fragmentRowsOf: (task) => task.fragmentRows,
      openImage: (task) =>
        reader.open(task, {
          signal,
          bands: chooseBands(request.card, task, request.bands),
          cloudMask: request.fractions === true,
        }),
    })
  } finally {
    await reader.close()
  }
}
