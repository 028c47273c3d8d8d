import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { ModelSummary, WeightsState } from '../../shared/contract.ts'
import { builtModelPath, isMadeForEachRun } from '../models/built-models.ts'
import { weightsState } from '../models/library/library-state.ts'
import { hasAnyBands, type ModelCard } from '../models/model-card.ts'
import { listModelCards } from '../models/read-card.ts'

export interface ModelPlaces {
  /** searched for cards and networks, the first of equal ids wins */
  readonly folders: readonly string[]
  /** the user's own one among them, with the library */
  readonly modelsFolder: string
  readonly endpoint: string
}

/** Every card, with whether its network can run now and what is here of its weights. */
export async function modelSummaries({ folders, ...places }: ModelPlaces): Promise<ModelSummary[]> {
  const { cards } = await listModelCards(folders)
  return await Promise.all(
    cards.map(async ({ card }) => summaryOf(card, isAvailable(card, folders), await weightsState(card, places))),
  )
}

function summaryOf(card: ModelCard, available: boolean, weights: WeightsState): ModelSummary {
  return {
    id: card.id,
    name: card.name,
    source: card.source,
    licence: card.licence,
    bands: Array.isArray(card.bands) ? card.bands : [],
    anyBands: hasAnyBands(card),
    unit: card.unit,
    fragmentSize: card.fragment.size,
    targetOverlap: card.fragment.targetOverlap,
    dimensions: card.output.dimensions,
    recipes: card.recipes.map(({ name, reason }) => ({ name, reason })),
    verified: card.verified,
    availability: available ? 'ready' : 'missing',
    ...(available ? {} : { howToGet: card.weights.howToGet }),
    weights,
  }
}

function isAvailable(card: ModelCard, folders: readonly string[]): boolean {
  const { onnx } = card
  if (isMadeForEachRun(card)) return true
  if (onnx.kind === 'build') return folders.some((folder) => existsSync(builtModelPath(folder, card)))
  return isAbsolute(onnx.file) ? existsSync(onnx.file) : folders.some((folder) => existsSync(join(folder, onnx.file)))
}
