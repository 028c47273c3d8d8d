import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import type { ModelSummary } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { builtFolder, isMadeForEachRun, networkFileName, type Precision, precisions } from '../models/built-models.ts'
import { weightsState } from '../models/library/library-state.ts'
import { bytesOf, ownNetworkFile, storedFiles } from '../models/library/stored-files.ts'
import { type AnyModelCard, hasAnyBands, isImageCard } from '../models/model-card.ts'
import { networkOf } from '../models/networks/networks.ts'
import { statisticsNames } from '../models/networks/statistics.ts'
import { elementCount } from '../models/onnx/graph.ts'
import { listAllModelCards } from '../models/read-card.ts'

export interface ModelPlaces {
  /** searched for cards and networks, the first of equal ids wins */
  readonly folders: readonly string[]
  /** the user's own one among them, with the library */
  readonly modelsFolder: string
  readonly endpoint: string
}

/** Every card, with whether its network can run now and what is here of it. */
export async function modelSummaries(places: ModelPlaces): Promise<ModelSummary[]> {
  const { cards } = await listAllModelCards(places.folders)
  return await Promise.all(cards.map(({ card, path }) => summaryOf(card, path, places)))
}

async function summaryOf(card: AnyModelCard, path: string, places: ModelPlaces): Promise<ModelSummary> {
  const runnable = runnablePrecisions(card, places.folders)
  const isReady = runnable.length > 0
  const isOwn = dirname(path) === places.modelsFolder
  const stored = storedFiles(card, places)
  const own = isOwn ? ownNetworkFile(card, places.modelsFolder) : undefined
  const common = {
    id: card.id,
    name: card.name,
    source: card.source,
    licence: card.licence,
    dimensions: card.output.dimensions,
    verified: card.verified,
    verification: card.verification,
    availability: isReady ? ('ready' as const) : ('missing' as const),
    ...(isReady ? {} : { howToGet: card.weights.howToGet }),
    weights: await weightsState(card, places),
    network: isMadeForEachRun(card) ? ('built-in' as const) : card.onnx.kind,
    ...networkFacts(card),
    isOwn,
    storedBytes: await bytesOf([...stored.network, ...stored.weights, ...(own === undefined ? [] : [own])]),
  }
  if (!isImageCard(card)) return { ...common, input: card.input.kind }
  return {
    ...common,
    input: 'image',
    bands: Array.isArray(card.bands) ? card.bands : [],
    anyBands: hasAnyBands(card),
    unit: card.unit,
    fragmentSize: card.fragment.size,
    targetOverlap: card.fragment.targetOverlap,
    recipes: card.recipes.map(({ name, reason }) => ({ name, reason })),
    precisions: runnable,
  }
}

/** Nothing is known of a builder that is not ours; building such a card says so. */
function networkFacts(card: AnyModelCard): { networkBytes?: number; needsStatistics: boolean } {
  if (card.onnx.kind !== 'build' || isMadeForEachRun(card)) return { needsStatistics: false }
  try {
    const { parameters } = networkOf(card)
    const values = parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0)
    return {
      networkBytes: values * Float32Array.BYTES_PER_ELEMENT,
      needsStatistics: parameters.some(({ name }) => name === statisticsNames.mean),
    }
  } catch (error) {
    if (error instanceof EngineError) return { needsStatistics: false }
    throw error
  }
}

/** In which the network is on this machine, the most exact first; one that is made for each run, or is a file, in float32. */
function runnablePrecisions(card: AnyModelCard, folders: readonly string[]): Precision[] {
  const { id, onnx } = card
  const isIn = (place: (folder: string) => string) => folders.some((folder) => existsSync(place(folder)))
  if (isMadeForEachRun(card)) return ['float32']
  if (onnx.kind === 'build')
    return precisions.filter((one) => isIn((folder) => join(builtFolder(folder), networkFileName(id, one))))
  const isHere = isAbsolute(onnx.file) ? existsSync(onnx.file) : isIn((folder) => join(folder, onnx.file))
  return isHere ? ['float32'] : []
}
