// The vocabulary of a recipe: each step is one named operation on a planar float32 image.

import { z } from 'zod'

/** one number for every band, or one per band in the card's order */
const perBand = z.union([z.number(), z.array(z.number()).min(1)])

/** x / divide * multiply in this order, rounded to float32 after each of the two, as torch and numpy do */
const scale = z.strictObject({
  step: z.literal('scale'),
  multiply: z.number().default(1),
  divide: z.number().default(1),
})
/** x + add */
const offset = z.strictObject({ step: z.literal('offset'), add: perBand })
/** min(max(x, low), high); counted per band in the run report */
const clip = z.strictObject({ step: z.literal('clip'), low: z.number(), high: z.number() })
/** 10 * log10(max(x, floor)) of linear power; skipped for data already in dB */
const db = z.strictObject({ step: z.literal('db'), floor: z.number().positive().default(1e-10) })
/** linear power from dB: 10 ^ (x / 10) */
const fromDb = z.strictObject({ step: z.literal('from-db') })
/** max(x, 0) ^ exponent */
const power = z.strictObject({ step: z.literal('power'), exponent: z.number().positive() })
/** to a whole number 0..255, stored as float32 */
const toUint8 = z.strictObject({ step: z.literal('to-uint8'), rounding: z.enum(['truncate', 'nearest']) })
/** (x - mean) / std */
const normalise = z.strictObject({ step: z.literal('normalise'), mean: perBand, std: perBand })
/** (x - low) / (high - low), not clipped */
const minMax = z.strictObject({ step: z.literal('min-max'), low: perBand, high: perBand })
/**
 * Pillow's bicubic (a = -0.5, antialiased when shrinking) to `size` px on both axes; nothing happens at that size already.
 * `uint8`: input and result are whole numbers 0..255 and both passes round as Pillow does for pictures; `float`: mode F.
 */
const resizeBicubic = z.strictObject({
  step: z.literal('resize-bicubic'),
  size: z.number().int().positive(),
  values: z.enum(['uint8', 'float']),
})
/** the central `size` x `size` px; an odd margin leaves the extra pixel at the bottom and right */
const centreCrop = z.strictObject({ step: z.literal('centre-crop'), size: z.number().int().positive() })

export const recipeStep = z.discriminatedUnion('step', [
  scale,
  offset,
  clip,
  db,
  fromDb,
  power,
  toUint8,
  normalise,
  minMax,
  resizeBicubic,
  centreCrop,
])
export type RecipeStep = z.infer<typeof recipeStep>
export type SpatialStep = Extract<RecipeStep, { step: 'resize-bicubic' | 'centre-crop' }>
export type PointwiseStep = Exclude<RecipeStep, SpatialStep>

export function isSpatial(step: RecipeStep): step is SpatialStep {
  return step.step === 'resize-bicubic' || step.step === 'centre-crop'
}
