// A model card: everything needed to turn imagery into the input of one network and its output into embeddings.

import { z } from 'zod'
import { isSpatial, recipeStep } from './recipe-step.ts'

export const cardUnit = z.enum(['reflectance-1e4', '0-1', 'linear', 'db', 'u8'])

const recipe = z.strictObject({
  name: z.string().min(1),
  /** one sentence: why this recipe exists */
  reason: z.string().min(1),
  steps: z.array(recipeStep),
})
export type Recipe = z.infer<typeof recipe>

/** How data in another unit reach the card's unit, where this is the model's own choice (a picture from reflectance, say). */
const conversion = z.strictObject({
  from: cardUnit,
  reason: z.string().min(1),
  steps: z.array(recipeStep).refine((steps) => !steps.some(isSpatial), 'a unit conversion has no spatial step'),
})

/** Another way in which the network may have been run, e.g. batch norm in training mode; `models verify` tries it. */
const variant = z.strictObject({
  name: z.string().min(1),
  /** `image`: all fragments of an image are one batch, because they change each other's vectors */
  batch: z.enum(['any', 'image']).default('any'),
})

const onnx = z.discriminatedUnion('kind', [
  /** a file beside the card, in the user's model folder, or given as `--model FILE.onnx` */
  z.strictObject({
    kind: z.literal('file'),
    file: z.string(),
    sha256: z.string().length(64).optional(),
    variants: z.array(variant.extend({ file: z.string() })).optional(),
  }),
  /** made on this machine by one of our builders, e.g. `rcf` */
  z.strictObject({
    kind: z.literal('build'),
    builder: z.string(),
    options: z.record(z.string(), z.unknown()).default({}),
    /** each with the options that it changes */
    variants: z.array(variant.extend({ options: z.record(z.string(), z.unknown()) })).optional(),
  }),
])

/** What every card says, whatever its network takes. */
const common = {
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'lower case letters, digits, dots and dashes'),
  name: z.string().min(1),
  /** who made it and where it is published */
  source: z.string().min(1),
  licence: z.string().min(1),
  output: z.strictObject({
    name: z.string().min(1),
    /** none: (n, d); first-token: (n, t, d); mean-tokens: (n, t, d); mean-space: (n, d, h, w) */
    pooling: z.enum(['none', 'first-token', 'mean-tokens', 'mean-space']).default('none'),
    dimensions: z.number().int().positive(),
  }),
  onnx,
  /** where the weights are, and how to get them when they are not shipped */
  weights: z.strictObject({
    /** on Hugging Face, e.g. `facebook/dinov2-base` */
    repository: z
      .string()
      .regex(/^[\w.-]+\/[\w.-]+$/, 'owner/name')
      .optional(),
    /** in the repository, e.g. `model.safetensors` */
    file: z.string().min(1).optional(),
    /** branch, tag or commit; `main` when absent */
    revision: z.string().min(1).optional(),
    /** address when they are elsewhere */
    url: z.url({ protocol: /^https?$/ }).optional(),
    /** of the file, lower-case hex */
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits')
      .optional(),
    /** its first digits, where no more is published */
    sha256Prefix: z
      .string()
      .regex(/^[0-9a-f]{8,64}$/, '8 to 64 lower-case hex digits')
      .optional(),
    bytes: z.number().int().positive().optional(),
    /** whether the file carries classes beside the tensors that are to be skipped instead of refused (docs/models.md) */
    stubUnknown: z.boolean().optional(),
    howToGet: z.string().min(1),
  }),
  /** true only where the original implementation has been run and agrees; `verification` says how, or what is missing */
  verified: z.boolean(),
  verification: z.string().min(1),
}

/** The card of a network that takes imagery. */
export const modelCard = z
  .strictObject({
    ...common,
    /** names in input order, e.g. `["B04", "B03", "B02"]`, or any number of bands as they come */
    bands: z.union([
      z.array(z.string().min(1)).min(1),
      z.strictObject({ any: z.strictObject({ min: z.number().int().min(1), max: z.number().int() }) }),
    ]),
    /** the unit that the recipes start from, radiometric offset already applied */
    unit: cardUnit,
    conversions: z.array(conversion).default([]),
    fragment: z.strictObject({
      /** pixels on each axis, before the recipe */
      size: z.number().int().positive(),
      targetOverlap: z.number().min(0).lt(1).default(0.1),
      /** an image smaller than `size`: refused, or cut into squares of its shorter side */
      smaller: z.enum(['refuse', 'whole']).default('refuse'),
    }),
    recipes: z.array(recipe).min(1),
    input: z.strictObject({
      kind: z.literal('image').default('image'),
      name: z.string().min(1),
      layout: z.enum(['nchw', 'nhwc']).default('nchw'),
      /** pixels on each axis, after the recipe; `any`: the network takes squares of every size */
      size: z.union([z.number().int().positive(), z.literal('any')]),
    }),
  })
  .superRefine((card, context) => {
    const names = card.recipes.map((one) => one.name)
    if (new Set(names).size !== names.length) {
      context.addIssue({ code: 'custom', path: ['recipes'], message: `two recipes share a name (${names.join(', ')})` })
    }
    card.recipes.forEach((one, index) => {
      for (const problem of recipeProblems(card, one)) {
        context.addIssue({ code: 'custom', path: ['recipes', index], message: problem })
      }
    })
  })
export type ModelCard = z.infer<typeof modelCard>

/** The card of a network that takes a text, as int64 token ids (batch, tokens). */
export const textCard = z.strictObject({
  ...common,
  input: z.strictObject({
    kind: z.literal('text'),
    name: z.string().min(1),
    /** ids a text is padded or cut to */
    tokens: z.number().int().positive(),
    /** the model of images whose embeddings a text is compared with */
    comparedWith: z.string().min(1),
  }),
})
export type TextCard = z.infer<typeof textCard>

/** The card of a network that takes places, as float64 (batch, 2) of longitude and latitude in degrees. */
export const locationCard = z.strictObject({
  ...common,
  input: z.strictObject({ kind: z.literal('location'), name: z.string().min(1) }),
})
export type LocationCard = z.infer<typeof locationCard>

export type AnyModelCard = ModelCard | TextCard | LocationCard

export function isImageCard(card: AnyModelCard): card is ModelCard {
  return card.input.kind === 'image'
}

/** What a recipe gets wrong about the card's bands and sizes, one phrase each. */
function recipeProblems(
  card: {
    readonly bands: readonly string[] | object
    readonly fragment: { size: number; smaller: string }
    readonly input: { size: number | 'any' }
  },
  { name, steps }: Recipe,
): string[] {
  const problems: string[] = []
  const bandCount = Array.isArray(card.bands) ? card.bands.length : undefined
  let size = card.fragment.size
  for (const step of steps) {
    for (const [key, value] of Object.entries(step)) {
      if (Array.isArray(value) && value.length !== bandCount) {
        problems.push(
          `"${name}": ${step.step} has ${value.length} values of ${key}, expected ${bandCount ?? 'one number'}`,
        )
      }
    }
    if (step.step === 'centre-crop' && step.size > size)
      problems.push(`"${name}": a crop of ${step.size} px from ${size} px`)
    if (isSpatial(step)) size = step.size
  }
  const isAny = card.input.size === 'any'
  if (!isAny && size !== card.input.size)
    problems.push(`"${name}" ends at ${size} px, the input is ${card.input.size} px`)
  if (!isAny && card.fragment.smaller === 'whole' && !steps.some((step) => step.step === 'resize-bicubic')) {
    problems.push(`"${name}" has no resize-bicubic step, which "smaller": "whole" needs with a fixed input size`)
  }
  return problems
}

/** Pixels on each axis that the network gets from a fragment of `fragmentSize` px. */
export function inputSize(recipe: Recipe, fragmentSize: number): number {
  return recipe.steps.findLast(isSpatial)?.size ?? fragmentSize
}

export function hasAnyBands(card: ModelCard): boolean {
  return !Array.isArray(card.bands)
}

/** The recipe of that name; without a name `intended`, else the first. */
export function recipeOf(card: ModelCard, name?: string): Recipe | undefined {
  if (name !== undefined) return card.recipes.find((one) => one.name === name)
  return card.recipes.find((one) => one.name === 'intended') ?? card.recipes[0]
}
