// From the pixels of an image in its own unit to the input of a network, as a card and one of its recipes say.

import { EngineError } from '../../shared/errors.ts'
import type { InputUnit } from '../../shared/terms.ts'
import type { ModelCard, Recipe } from './model-card.ts'
import { isSpatial, type PointwiseStep, type RecipeStep } from './recipe-step.ts'
import { applyPointwise } from './steps/pointwise.ts'
import { applySpatial } from './steps/spatial.ts'

/** A recipe made ready for images of one unit and offset. */
export interface Preprocessing {
  /** applied once to the whole image: radiometric offset, unit conversion, the recipe up to its first spatial step */
  readonly image: readonly PointwiseStep[]
  /** applied to every fragment */
  readonly fragment: readonly RecipeStep[]
}

/**
 * @param radiometricOffset added to digital numbers (reflectance x 1e4) before anything else
 * @throws EngineError `invalid-input` when the card's unit cannot be had from the image's
 */
export function preprocessingFor(
  card: ModelCard,
  recipe: Recipe,
  image: { readonly unit: InputUnit; readonly radiometricOffset: number; readonly name: string },
): Preprocessing {
  const skipsDb = card.unit === 'linear' && image.unit === 'db' && recipe.steps[0]?.step === 'db'
  const steps: RecipeStep[] = [
    ...offsetSteps(image),
    ...(skipsDb ? recipe.steps.slice(1) : [...conversionSteps(card, image), ...recipe.steps]),
  ]
  const firstSpatial = steps.findIndex(isSpatial)
  const split = firstSpatial === -1 ? steps.length : firstSpatial
  return { image: steps.slice(0, split).filter((step) => !isSpatial(step)), fragment: steps.slice(split) }
}

function offsetSteps(image: { unit: InputUnit; radiometricOffset: number; name: string }): PointwiseStep[] {
  if (image.radiometricOffset === 0) return []
  if (image.unit === 'reflectance-1e4') return [{ step: 'offset', add: image.radiometricOffset }]
  if (image.unit === '0-1') return [{ step: 'offset', add: image.radiometricOffset / 10_000 }]
  throw new EngineError(
    'invalid-input',
    `${image.name}: expected reflectance for a radiometric offset of ${image.radiometricOffset}, got ${unitText[image.unit]}; set the radiometric offset to 0`,
  )
}

const conversions: Partial<Record<`${InputUnit} to ${InputUnit}`, readonly PointwiseStep[]>> = {
  '0-1 to reflectance-1e4': [{ step: 'scale', multiply: 10_000, divide: 1 }],
  'reflectance-1e4 to 0-1': [{ step: 'scale', multiply: 1, divide: 10_000 }],
  'linear to db': [{ step: 'db', floor: 1e-10 }],
  'db to linear': [{ step: 'from-db' }],
}

/** The other unit of the same quantity, through which a card's own conversion may be reached. */
const twins: Partial<Record<InputUnit, InputUnit>> = {
  '0-1': 'reflectance-1e4',
  'reflectance-1e4': '0-1',
  linear: 'db',
  db: 'linear',
}

function conversionSteps(card: ModelCard, image: { unit: InputUnit; name: string }): readonly PointwiseStep[] {
  if (image.unit === card.unit) return []
  const own = ownConversion(card, image.unit)
  if (own !== undefined) return own
  const direct = conversions[`${image.unit} to ${card.unit}`]
  if (direct !== undefined) return direct
  const twin = twins[image.unit]
  const viaTwin = twin === undefined ? undefined : ownConversion(card, twin)
  const toTwin = twin === undefined ? undefined : conversions[`${image.unit} to ${twin}`]
  if (viaTwin !== undefined && toTwin !== undefined) return [...toTwin, ...viaTwin]
  throw new EngineError(
    'invalid-input',
    `${image.name}: model ${card.id} expected ${unitText[card.unit]}, got ${unitText[image.unit]}, which cannot be converted; choose another model, or set the unit if it was told wrongly`,
  )
}

function ownConversion(card: ModelCard, from: InputUnit): readonly PointwiseStep[] | undefined {
  const found = card.conversions.find((one) => one.from === from)
  return found?.steps.filter((step) => !isSpatial(step))
}

export const unitText: Readonly<Record<InputUnit, string>> = {
  'reflectance-1e4': 'reflectance x 10000',
  '0-1': 'reflectance 0 to 1',
  linear: 'linear power',
  db: 'dB',
  u8: 'bytes 0 to 255',
}

/**
 * The fragment part of a preprocessing.
 * @param pixels planar `(bandCount, size, size)`; may be written to
 * @returns planar `(bandCount, n, n)`; n as `inputSize` says
 */
export function preprocessFragment(
  pixels: Float32Array,
  steps: readonly RecipeStep[],
  { bandCount, size }: { bandCount: number; size: number },
): Float32Array {
  let current = pixels
  let currentSize = size
  for (const step of steps) {
    if (isSpatial(step)) {
      current = applySpatial(current, step, { bandCount, size: currentSize })
      currentSize = step.size
    } else {
      applyPointwise(current, [step], { bandCount })
    }
  }
  return current
}
