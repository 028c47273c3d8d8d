// The network as its card has it, and the other ways of running it that the card names. Those that are built from weights are
// built when they are first wanted, into a temporary folder.

import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { networkFileName } from '../models/built-models.ts'
import { weightsForBuild } from '../models/library/weights-for-build.ts'
import { defaultEndpoint } from '../models/library/weights-source.ts'
import type { ModelCard } from '../models/model-card.ts'
import { buildModel } from '../models/networks/build-model.ts'
import { openStateDict } from '../models/state-dict/open-state-dict.ts'
import type { ChosenModel } from '../pipeline/resolve-model.ts'

export interface NetworkVariant {
  readonly name: string
  /** all fragments of an image are one batch */
  readonly isWholeImage: boolean
  model(signal: AbortSignal): Promise<ChosenModel>
}

export const plainNetwork = 'network as the card has it'

export interface NetworkVariants {
  /** the plain one first */
  readonly variants: readonly NetworkVariant[]
  /** one sentence for each variant that cannot be had on this machine */
  readonly warnings: readonly string[]
  /** removes what was built */
  dispose(): Promise<void>
}

export interface VariantPlaces {
  /** the user's own folder first: its weights are taken */
  readonly modelFolders: readonly string[]
  /** the weights of the network, when they are not those that were fetched */
  readonly weights?: string | undefined
  readonly signal: AbortSignal
}

export async function networkVariants(model: ChosenModel, places: VariantPlaces): Promise<NetworkVariants> {
  const variants: NetworkVariant[] = [{ name: plainNetwork, isWholeImage: false, model: async () => model }]
  const warnings: string[] = []
  const folder = new TemporaryFolder()
  for (const { name, batch, make } of await makersOf(model, places, folder)) {
    if (make instanceof EngineError) warnings.push(`the hypothesis "${name}" is not tried: ${make.message}`)
    else variants.push({ name, isWholeImage: batch === 'image', model: once(make) })
  }
  return { variants, warnings, dispose: () => folder.remove() }
}

/** How to get each variant's network, or why it cannot be had. */
interface Maker {
  readonly name: string
  readonly batch: 'any' | 'image'
  readonly make: ((signal: AbortSignal) => Promise<ChosenModel>) | EngineError
}

async function makersOf(model: ChosenModel, places: VariantPlaces, folder: TemporaryFolder): Promise<Maker[]> {
  const { card } = model
  const { onnx } = card
  if (onnx.kind === 'file') {
    const found = (onnx.variants ?? []).map(async ({ name, batch, file }): Promise<Maker> => {
      const path = await locate(file, model, places.modelFolders)
      if (path === undefined) return { name, batch, make: missingFile(card, file) }
      const own = { ...card, onnx: { kind: 'file', file } } as const
      return { name, batch, make: async () => ({ card: own, files: { float32: path } }) }
    })
    return await Promise.all(found)
  }
  const variants = onnx.variants ?? []
  if (variants.length === 0) return []
  const weights = await weightsOf(card, places)
  return variants.map(({ name, batch, options }, index) => {
    if (weights instanceof EngineError) return { name, batch, make: weights }
    const own: ModelCard = { ...card, onnx: { ...onnx, options: { ...onnx.options, ...options } } }
    const make = async (signal: AbortSignal) =>
      await build(own, weights, join(await folder.path(), String(index)), signal)
    return { name, batch, make }
  })
}

function missingFile(card: ModelCard, file: string): EngineError {
  return new EngineError('model-missing', `model ${card.id}: expected ${file}, got no such file on this machine`)
}

/** Beside the network that the card names, then in the model folders. */
async function locate(file: string, model: ChosenModel, folders: readonly string[]): Promise<string | undefined> {
  const beside = Object.values(model.files).map((file) => dirname(file))
  const places = isAbsolute(file) ? [file] : [...beside, ...folders].map((folder) => join(folder, file))
  for (const place of places) {
    const isThere = await access(place).then(
      () => true,
      () => false,
    )
    if (isThere) return place
  }
  return undefined
}

async function weightsOf(card: ModelCard, places: VariantPlaces): Promise<string | EngineError> {
  const { modelFolders, weights, signal } = places
  const place = { modelsFolder: modelFolders[0] ?? '', endpoint: defaultEndpoint, file: weights }
  try {
    return (await weightsForBuild(card, place, { signal, onBytes: () => {} })).path
  } catch (error) {
    if (error instanceof EngineError && error.code === 'model-missing' && weights === undefined) return error
    throw error
  }
}

async function build(card: ModelCard, weights: string, folder: string, signal: AbortSignal): Promise<ChosenModel> {
  const dict = await openStateDict(weights, { stubUnknown: card.weights.stubUnknown === true })
  try {
    await buildModel(card, dict, folder, { signal })
    return { card, files: { float32: join(folder, networkFileName(card.id)) } }
  } finally {
    await dict.close()
  }
}

class TemporaryFolder {
  #path: Promise<string> | undefined

  path(): Promise<string> {
    this.#path ??= mkdtemp(join(tmpdir(), 'ground-control-verify-'))
    return this.#path
  }

  async remove(): Promise<void> {
    if (this.#path !== undefined) await rm(await this.#path, { recursive: true, force: true })
  }
}

function once<T>(make: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let made: Promise<T> | undefined
  return (signal) => {
    made ??= make(signal)
    return made
  }
}

/** @throws Error for a name that is none of `variants`: hypotheses are made of them */
export function variantNamed(variants: readonly NetworkVariant[], name: string): NetworkVariant {
  const found = variants.find((variant) => variant.name === name)
  if (found === undefined) throw new Error(`verification: no network variant is called "${name}"`)
  return found
}
