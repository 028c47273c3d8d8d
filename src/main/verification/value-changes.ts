// Slips of scale and offset that published sets are suspected of.

import type { InputUnit } from '../../shared/terms.ts'
import type { Recipe } from '../models/model-card.ts'
import type { RecipeStep } from '../models/recipe-step.ts'
import type { CellImage } from '../scenes/cell-image.ts'

export const plainValues = 'values as they are'

const times255 = 'values x 255'
const by255 = 'values / 255'
const by10000Twice = 'divided by 10000 twice'
const plus1000 = 'offset by +1000'
const minus1000 = 'offset by -1000'

/** Changes that can be meant for images of these units: offsets and the scale of reflectance only where all have it. */
export function valueChanges(units: readonly InputUnit[]): string[] {
  const isReflectance = units.every((unit) => unit === 'reflectance-1e4' || unit === '0-1')
  return [plainValues, times255, by255, ...(isReflectance ? [by10000Twice, plus1000, minus1000] : [])]
}

/**
 * What the change does before the recipe; the offset is in digital numbers, on top of the image's own.
 * @returns a new image; pixels are copied where they change
 */
export function changeImage(image: CellImage, change: string): CellImage {
  const { radiometricOffset } = image
  if (change === plus1000) return { ...image, radiometricOffset: radiometricOffset + 1000 }
  if (change === minus1000) return { ...image, radiometricOffset: radiometricOffset - 1000 }
  if (change !== by10000Twice) return image
  const offset = image.unit === '0-1' ? radiometricOffset / 10_000 : radiometricOffset
  return { ...image, radiometricOffset: 0, pixels: image.pixels.map((x) => (x + offset) / 10_000) }
}

/** What the change does inside the recipe: a factor of 255 before the last steps that only scale and shift. */
export function changeRecipe(recipe: Recipe, change: string): Recipe {
  if (change !== times255 && change !== by255) return recipe
  const factor = change === times255 ? { multiply: 255, divide: 1 } : { multiply: 1, divide: 255 }
  const { steps } = recipe
  const at = steps.findLastIndex((step) => !isAffine(step)) + 1
  return { ...recipe, steps: steps.toSpliced(at, 0, { step: 'scale', ...factor }) }
}

function isAffine({ step }: RecipeStep): boolean {
  return step === 'scale' || step === 'offset' || step === 'normalise' || step === 'min-max'
}
