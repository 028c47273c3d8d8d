import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { ModelSummary } from '../../shared/contract.ts'
import { builtModelPath, isMadeForEachRun } from '../models/built-models.ts'
import { hasAnyBands, type ModelCard } from '../models/model-card.ts'
import { listModelCards } from '../models/read-card.ts'

/** Every card in `folders`, the first of equal ids, with whether its network can run now. */
export async function modelSummaries(folders: readonly string[]): Promise<ModelSummary[]> {
  const { cards } = await listModelCards(folders)
  return cards.map(({ card }) => summaryOf(card, isAvailable(card, folders)))
}

function summaryOf(card: ModelCard, available: boolean): ModelSummary {
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
  }
}

function isAvailable(card: ModelCard, folders: readonly string[]): boolean {
  const { onnx } = card
  if (isMadeForEachRun(card)) return true
  if (onnx.kind === 'build') return folders.some((folder) => existsSync(builtModelPath(folder, card)))
  return isAbsolute(onnx.file) ? existsSync(onnx.file) : folders.some((folder) => existsSync(join(folder, onnx.file)))
}
