// The set that new vectors are to stand beside, or be searched in: its recipe is theirs, or they cannot be compared.

import { basename } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { openParquet } from '../geoparquet/open-parquet.ts'
import type { Provenance } from '../geoparquet/provenance.ts'
import { findVectorColumn, readDimensions } from '../geoparquet/read-vectors.ts'
import { type ModelCard, type Recipe, recipeOf } from '../models/model-card.ts'
import { sniff } from '../products/describe-file.ts'

export interface ExtendedSet {
  /** name of its file, for sentences */
  readonly name: string
  readonly dimensions: number | undefined
  /** of files that were made here */
  readonly provenance?: Provenance | undefined
  /** in the layout of the published sets, without a word of how it was made */
  readonly isPublished: boolean
}

/** @throws EngineError `not-found`, `unreadable-file`, `unsupported-format` for a file without vectors */
export async function readExtendedSet(path: string, signal?: AbortSignal): Promise<ExtendedSet> {
  const source = await openFileSource(path)
  try {
    const file = await openParquet({ ...source, name: basename(path) }, signal)
    const column = findVectorColumn(file)
    if (column === undefined) {
      throw new EngineError(
        'unsupported-format',
        `${basename(path)}: expected an embeddings Parquet to extend, got one without a column of vectors`,
      )
    }
    const provenance = file.groundControl
    const isPublished = provenance === undefined && (await sniff(path, signal)) === 'major-tom'
    return { name: basename(path), dimensions: await readDimensions(file, column, signal), provenance, isPublished }
  } finally {
    await source.close()
  }
}

export interface ChosenRecipe {
  readonly recipe: Recipe
  /** one sentence each */
  readonly warnings: readonly string[]
}

/**
 * The recipe that was asked for, else that of the set, else the card's own choice. Published sets were made with `released`.
 * @throws EngineError `invalid-input` for a recipe that the card has not, `model-mismatch` for vectors of another length
 */
export function chooseRecipe(card: ModelCard, asked: string | undefined, set?: ExtendedSet): ChosenRecipe {
  if (set === undefined) return { recipe: requireRecipe(card, asked), warnings: [] }
  const { name, dimensions, provenance } = set
  if (dimensions !== undefined && dimensions !== card.output.dimensions) {
    const made = provenance?.model === undefined ? 'the model that made the set' : `its model ${provenance.model}`
    throw new EngineError(
      'model-mismatch',
      `model ${card.id}: expected vectors of ${dimensions} values as in ${name}, got ${card.output.dimensions}; choose ${made}`,
    )
  }
  const warnings: string[] = []
  if (provenance?.model !== undefined && provenance.model !== card.id) {
    warnings.push(
      `${name} was made with model ${provenance.model}, not ${card.id}: vectors of two models cannot be compared`,
    )
  }
  const own = recipeNameOf(set, card)
  if (asked !== undefined && own !== undefined && asked !== own) {
    warnings.push(
      `${name} was made with recipe ${own}, not ${asked}: vectors of two recipes are alike for other reasons than their places`,
    )
  }
  return { recipe: requireRecipe(card, asked ?? own), warnings }
}

function recipeNameOf({ provenance, isPublished }: ExtendedSet, card: ModelCard): string | undefined {
  if (provenance !== undefined) return provenance.recipe
  return isPublished ? recipeOf(card, 'released')?.name : undefined
}

function requireRecipe(card: ModelCard, name: string | undefined): Recipe {
  const recipe = recipeOf(card, name)
  if (recipe !== undefined) return recipe
  const known = card.recipes.map((one) => one.name).join(', ')
  throw new EngineError('invalid-input', `model ${card.id}: expected one of the recipes ${known}, got "${name}"`)
}
