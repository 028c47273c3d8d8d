// What planning and embedding share: the model and recipe meant, the images found, the parts to write.

import { join } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { refuseToReplace } from '../bytes/output-file.ts'
import { hasAnyBands, type Recipe } from '../models/model-card.ts'
import { listModelCards } from '../models/read-card.ts'
import type { ImageList, ImageTask } from '../scenes/image-task.ts'
import { listImages } from '../scenes/list-images.ts'
import { timestampOf } from '../scenes/timestamps.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import { cardForBands, chooseBands, standardNames } from './choose-bands.ts'
import { chooseRecipe, readExtendedSet } from './extended-set.ts'
import { type Part, partsOf } from './parts.ts'
import type { ParsedEmbedRequest, PipelineContext } from './pipeline-calls.ts'
import type { Preparation } from './prepare-image.ts'
import { type ChosenModel, chooseModel } from './resolve-model.ts'

export interface Run {
  readonly model: ChosenModel
  readonly recipe: Recipe
  readonly list: ImageList
  /** about the choice of model and recipe, one sentence each */
  readonly warnings: readonly string[]
  readonly parts: readonly Part[]
  /** bands of the first image that has them, by that image's names; the network is opened for these */
  readonly bandNames: readonly string[]
  readonly preparation: Preparation
}

/**
 * @throws EngineError `not-found` when the inputs hold no image, `invalid-input` when no image has the model's bands
 *   or a part would replace an input
 */
export async function openRun(
  request: ParsedEmbedRequest,
  context: PipelineContext,
  { signal, onProgress }: CallContext,
  { isModelOptional = false }: { readonly isModelOptional?: boolean } = {},
): Promise<Run> {
  const model = await chooseModel(request, context.modelFolders, { isModelOptional })
  const set = request.extend === undefined ? undefined : await readExtendedSet(request.extend, signal)
  const { recipe, warnings: ofRecipe } = chooseRecipe(model.card, request.recipe, set)
  const warnings = [...ofRecipe]
  const list = await listImages(request.inputs, {
    ...(request.bands === undefined ? {} : { bands: request.bands }),
    ...(request.unit === undefined ? {} : { unit: request.unit }),
    ...(request.timestamp === undefined ? {} : { timestamp: timestampOf(request.timestamp) ?? request.timestamp }),
    radiometricOffset: request.radiometricOffset,
    resample: request.resample,
    signal,
    onProgress: ({ done }) => onProgress({ stage: 'looking at the input', done }),
  })
  requireImages(request, list)
  const { windowBytes } = context
  // a model for any bands gives vectors of the same length for others, which cannot be compared
  const bandsOfSet = hasAnyBands(model.card) ? set?.provenance?.bands : undefined
  const bands = request.bands ?? bandsOfSet
  const preparation: Preparation = {
    card: model.card,
    recipe,
    bands,
    fractions: request.fractions,
    windowBytes,
  }
  if (request.bands === undefined && bandsOfSet !== undefined && firstBands(list.tasks, preparation) === undefined) {
    throw otherBands(list.tasks[0]!, set!.name, bandsOfSet)
  }
  const parts = partsOf(list.tasks, request.shard)
  await refuseToReplaceInputs(request.out, parts, list)
  const bandNames =
    firstBands(list.tasks, preparation) ?? (await noBands(list.tasks[0]!, preparation, context.modelFolders))
  if (bandsOfSet !== undefined && standardNames(bandNames).join() !== bandsOfSet.join()) {
    warnings.push(
      `${set!.name} was made of the bands ${bandsOfSet.join(', ')}, not ${standardNames(bandNames).join(', ')}: vectors of other bands cannot be compared`,
    )
  }
  return { model, recipe, list, warnings, preparation, parts, bandNames }
}

async function refuseToReplaceInputs(out: string | undefined, parts: readonly Part[], { tasks }: ImageList) {
  if (out === undefined) return
  const inputs = [...new Set(tasks.map((task) => task.file))]
  for (const part of parts) await refuseToReplace(inputs, join(out, part.name))
}

function requireImages(request: ParsedEmbedRequest, { tasks, failures, skipped }: ImageList): void {
  if (tasks.length > 0) return
  const first = failures[0]
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : ''
  if (first !== undefined) throw new EngineError('unreadable-file', `${first.reason}${more}`)
  const left = skipped.length === 0 ? '' : `; ${skipped.length} left out, the first because ${skipped[0]!.reason}`
  throw new EngineError(
    'not-found',
    `${request.inputs.join(', ')}: expected Core Parquet files, GeoTIFFs, pictures or folders of them, got no image${left}`,
  )
}

function otherBands({ name, bandNames }: ImageTask, set: string, bands: readonly string[]): EngineError {
  return new EngineError(
    'invalid-input',
    `${name}: expected the bands ${bands.join(', ')} that ${set} was made of, got ${bandNames.join(', ')}; vectors of other bands cannot be compared`,
  )
}

/** Of the first image that has them. */
function firstBands(tasks: readonly ImageTask[], { card, bands }: Preparation): string[] | undefined {
  for (const task of tasks) {
    try {
      return chooseBands(card, task, bands)
    } catch {
      // told by name when the run comes to this image, or by `noBands` when no image has them
    }
  }
  return undefined
}

/** @throws what the first image lacks, with a known model that would take it */
async function noBands(task: ImageTask, { card, bands }: Preparation, folders: readonly string[]): Promise<string[]> {
  const { cards } = await listModelCards(folders)
  const fitting = cardForBands(
    cards.map((one) => one.card),
    task.bandNames,
  )
  return chooseBands(card, task, bands, fitting)
}
