// Fragments of a cell through the network, in the way that a hypothesis says.

import { EngineError, isCancelled } from '../../shared/errors.ts'
import type { DeviceChoice } from '../../shared/terms.ts'
import { BatchRunner, isOutOfMemory } from '../inference/batch-runner.ts'
import { type EmbeddingSession, openSession } from '../inference/open-session.ts'
import type { ModelCard, Recipe } from '../models/model-card.ts'
import { chooseBands, standardNames } from '../pipeline/choose-bands.ts'
import { type Preparation, prepareImage } from '../pipeline/prepare-image.ts'
import type { PreparedWindow } from '../pipeline/prepare-window.ts'
import { loadModel } from '../pipeline/resolve-model.ts'
import type { CellImage } from '../scenes/cell-image.ts'
import { heldImage, type OpenImage } from '../scenes/open-image.ts'
import { ImageReader } from '../scenes/read-image.ts'
import { breathe } from '../threads/thread-calls.ts'
import type { SampledCell } from './choose-sample.ts'
import { type Hypothesis, keyOf } from './hypothesis.ts'
import { type NetworkVariant, variantNamed } from './network-variants.ts'
import { flips, turnPixels } from './turns.ts'
import { changeImage, changeRecipe } from './value-changes.ts'

export interface ReembedOptions {
  readonly card: ModelCard
  /** bands of the images in the card's order, by the images' own names */
  readonly bands: readonly string[]
  /** choices of the axis `bands` */
  readonly bandOrders: ReadonlyMap<string, readonly number[]>
  /** choices of the axis `network` */
  readonly variants: readonly NetworkVariant[]
  /** as the published values were: rounded alike, only what was made differently differs */
  readonly rounded: (x: number) => number
  readonly device: DeviceChoice
  readonly threads?: number | undefined
  readonly signal: AbortSignal
  /** called after each batch with its number of fragments */
  readonly onFragments: (count: number) => void
}

/** images kept between hypotheses: as many as the first, coarse comparisons use; 120 MB each with 13 bands */
export const mostCoarseCells = 4

const cpuBatch = 8
const gpuBatch = 64

interface OpenNetwork {
  readonly variant: NetworkVariant
  readonly session: EmbeddingSession
  readonly runner: BatchRunner
}

/** Holds one network and a few images open until `dispose`. */
export class Reembedder {
  readonly #options: ReembedOptions
  readonly #reader = new ImageReader()
  readonly #images = new Map<string, CellImage>()
  /** the last preparation of each image that is kept, by what it depends on: flips and networks share it */
  readonly #preparations = new Map<string, { readonly key: string; readonly prepared: PreparedCell }>()
  readonly #failures = new Map<string, string>()
  #network: OpenNetwork | undefined

  constructor(options: ReembedOptions) {
    this.#options = options
  }

  /** Why images could not be embedded, one sentence each. */
  get failures(): string[] {
    return [...this.#failures.values()]
  }

  /** The provider of the network that was opened last. */
  get provider(): Pick<EmbeddingSession, 'provider' | 'providerReason'> | undefined {
    return this.#network?.session
  }

  /**
   * @param wanted indices in the cell's fragments
   * @returns a vector for each of them; undefined when the image cannot be read, now and for every other hypothesis
   * @throws EngineError when the network cannot be opened or has no memory; the signal's reason
   */
  async vectors(
    cell: SampledCell,
    hypothesis: Hypothesis,
    wanted: readonly number[],
  ): Promise<ReadonlyMap<number, Float32Array> | undefined> {
    const prepared = await this.#prepared(cell, hypothesis)
    if (prepared === undefined) return undefined
    const { variant, session, runner } = await this.#networkOf(hypothesis.network)
    const run = variant.isWholeImage ? wholeImage(session) : runner.run.bind(runner)
    const all = variant.isWholeImage ? cell.fragments.map((_, index) => index) : wanted
    const usual = session.fixedBatch ?? (session.provider === 'cpu' ? cpuBatch : gpuBatch)
    const batchSize = variant.isWholeImage ? all.length : usual
    const vectors = new Map<number, Float32Array>()
    for (let start = 0; start < all.length; start += batchSize) {
      const batch = all.slice(start, start + batchSize)
      const pixels = inputsOf(prepared, batch, hypothesis)
      const values = await run(pixels, batch.length, prepared.inputSize)
      const { dimensions } = session
      for (const [i, index] of batch.entries()) {
        vectors.set(index, values.subarray(i * dimensions, (i + 1) * dimensions).map(this.#options.rounded))
      }
      this.#options.onFragments(batch.length)
      // the runtime blocks this thread while it runs: this is when a cancel can arrive
      await breathe()
      this.#options.signal.throwIfAborted()
    }
    return vectors
  }

  async dispose(): Promise<void> {
    await this.#reader.close()
    await this.#network?.session.dispose()
    this.#network = undefined
  }

  async #prepared(cell: SampledCell, hypothesis: Hypothesis): Promise<PreparedCell | undefined> {
    const { name } = cell.task
    if (this.#failures.has(name)) return undefined
    const key = keyOf({ ...hypothesis, network: '', flip: '', order: '' })
    const known = this.#preparations.get(name)
    if (known?.key === key) return known.prepared
    try {
      const image = changeImage(await this.#image(cell), hypothesis.values)
      const prepared = await preparedWhole(heldImage(image, { name, nodataLimit: 1 }), this.#preparation(hypothesis))
      this.#preparations.set(name, { key, prepared })
      return prepared
    } catch (error) {
      if (isCancelled(error) || !(error instanceof EngineError)) throw error
      this.#failures.set(name, error.message)
      return undefined
    }
  }

  #preparation(hypothesis: Hypothesis): Preparation {
    const { card, bands, bandOrders } = this.#options
    const order = bandOrders.get(hypothesis.bands)!.map((i) => bands[i]!)
    const own = card.recipes.find(({ name }) => name === hypothesis.recipe)!
    const recipe: Recipe = changeRecipe(own, hypothesis.values)
    return { card: Array.isArray(card.bands) ? { ...card, bands: order } : card, recipe, bands: order }
  }

  async #image({ task }: SampledCell): Promise<CellImage> {
    const known = this.#images.get(task.name)
    if (known !== undefined) return known
    const { card, bands, signal } = this.#options
    const image = await this.#reader.read(task, { signal, bands: chooseBands(card, task, bands) })
    if ('skipped' in image) throw new EngineError('invalid-input', image.skipped)
    const oldest = this.#images.keys().next().value
    if (this.#images.size === mostCoarseCells && oldest !== undefined) {
      this.#images.delete(oldest)
      this.#preparations.delete(oldest)
    }
    this.#images.set(task.name, image)
    return image
  }

  async #networkOf(name: string): Promise<OpenNetwork> {
    if (this.#network?.variant.name === name) return this.#network
    await this.#network?.session.dispose()
    this.#network = undefined
    const { variants, bands, device, threads, signal } = this.#options
    const variant = variantNamed(variants, name)
    const { model, card } = await loadModel(await variant.model(signal), standardNames(bands))
    const session = await openSession({ model, card, bandCount: bands.length, device, threads })
    this.#network = { variant, session, runner: new BatchRunner(session) }
    return this.#network
  }
}

/** An image whose fragments can be written in any order. */
interface PreparedCell {
  readonly bandCount: number
  readonly inputSize: number
  readonly writeInput: PreparedWindow['writeInput']
}

/** @param image its pixels are copied */
async function preparedWhole(image: OpenImage, preparation: Preparation): Promise<PreparedCell> {
  const prepared = await prepareImage(image, { ...preparation, windowBytes: Number.POSITIVE_INFINITY })
  if ('skipped' in prepared) throw new EngineError('invalid-input', prepared.skipped)
  const { bands, inputSize } = prepared
  const { value: window } = await prepared.windows().next()
  return { bandCount: bands.length, inputSize, writeInput: window!.writeInput }
}

/** One batch, which must not be run in halves: its fragments change each other's vectors. */
function wholeImage(session: EmbeddingSession): EmbeddingSession['run'] {
  return async (pixels, count, size) => {
    try {
      return await session.run(pixels, count, size)
    } catch (error) {
      if (!isOutOfMemory(error)) throw error
      throw new EngineError(
        'out-of-memory',
        `verification on ${session.provider}: expected memory for the ${count} fragments of an image at once, got none left; run on the processor (device cpu)`,
        { cause: error },
      )
    }
  }
}

/** Planar `(batch, bands, inputSize, inputSize)`. */
function inputsOf(prepared: PreparedCell, batch: readonly number[], { flip }: Hypothesis): Float32Array {
  const { bandCount, inputSize } = prepared
  const length = bandCount * inputSize ** 2
  const pixels = new Float32Array(batch.length * length)
  for (const [i, index] of batch.entries()) {
    const into = pixels.subarray(i * length, (i + 1) * length)
    prepared.writeInput(index, into)
    const turned = turnPixels(into, inputSize, flips.get(flip)!)
    if (turned !== into) into.set(turned)
  }
  return pixels
}
