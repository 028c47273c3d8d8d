// One image as a query: its vector, made as those of the set that is searched.

import type { ImageQuery } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { BatchRunner } from '../inference/batch-runner.ts'
import { firstNonFinite } from '../inference/pool.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import { type BatchReader, readHere } from './batch-reader.ts'
import { mixedWarnings, promisedFragments } from './forecast.ts'
import { networkName, openNetwork } from './network.ts'
import { openRun, type Run } from './open-run.ts'
import type { PlanInput } from './pipeline-calls.ts'

/** a cell of 1068 px has 25 fragments of 224 px; the mean of more says little about any place in it */
const mostFragments = 25

/**
 * Embeds the one image of the request's inputs; of several fragments the mean direction is taken.
 * @throws EngineError `invalid-input` for several images or a scene, `unreadable-file` when the image cannot be read, and as `openRun`
 */
export async function embedImage(
  input: PlanInput,
  context: CallContext,
  read: BatchReader = readHere,
): Promise<ImageQuery> {
  const run = await openRun(input.request, input.context, context)
  const tasks = run.parts.flatMap((part) => part.tasks)
  requireOneImage(run)
  const { session, batchSize, model } = await openNetwork(run, input)
  try {
    const runner = new BatchRunner(session)
    const mean = new MeanVector(session.dimensions)
    let fragments = 0
    const request = { ...run.preparation, tasks, bandNames: run.bandNames, batchSize, geometry: 'true' as const }
    for await (const batch of read(request, context.signal)) {
      const [failure] = [...batch.failures, ...batch.skipped]
      if (failure !== undefined) throw new EngineError('unreadable-file', failure.reason)
      const vectors = await runner.run(batch.pixels, batch.rows.length, batch.size)
      requireFinite(vectors, run)
      mean.add(vectors)
      fragments += batch.rows.length
    }
    return {
      vector: mean.value(),
      model: run.model.card.id,
      recipe: run.recipe.name,
      network: networkName(model),
      provider: session.provider,
      fragments,
      unit: tasks[0]!.unit.value,
      radiometricOffset: tasks[0]!.radiometricOffset.value,
      warnings: [...model.warnings, ...run.warnings, ...run.list.warnings, ...mixedWarnings(tasks)],
    }
  } finally {
    await session.dispose()
  }
}

function requireOneImage({ parts, model, list }: Run): void {
  const tasks = parts.flatMap((part) => part.tasks)
  const [failure] = list.failures
  if (failure !== undefined) throw new EngineError('unreadable-file', failure.reason)
  const fragments = promisedFragments(tasks, model.card)
  if (tasks.length === 1 && fragments <= mostFragments) return
  const got = tasks.length === 1 ? `${fragments}` : `${tasks.length} images`
  throw new EngineError(
    'invalid-input',
    `${tasks[0]!.input}: expected one image of at most ${mostFragments} fragments as a query, got ${got}; cut out the place that is meant`,
  )
}

function requireFinite(vectors: Float32Array, { model, list }: Run): void {
  if (firstNonFinite(vectors, model.card.output.dimensions) === undefined) return
  throw new EngineError(
    'invalid-input',
    `${list.tasks[0]!.name}: expected finite values from model ${model.card.id}, got NaN or infinity; check the unit of the image`,
  )
}

/** The mean direction of vectors, at their mean length: each counts alike, and a single one stays as it is. */
class MeanVector {
  readonly #directions: Float64Array
  #lengths = 0
  #count = 0

  constructor(dimensions: number) {
    this.#directions = new Float64Array(dimensions)
  }

  add(vectors: Float32Array): void {
    const dimensions = this.#directions.length
    for (let start = 0; start < vectors.length; start += dimensions) {
      const vector = vectors.subarray(start, start + dimensions)
      const length = Math.hypot(...vector)
      for (let d = 0; d < dimensions; d++) this.#directions[d]! += length === 0 ? 0 : vector[d]! / length
      this.#lengths += length
      this.#count++
    }
  }

  value(): number[] {
    return [...this.#directions].map((direction) => (direction * this.#lengths) / this.#count ** 2)
  }
}
