import { z } from 'zod'
import { device, inputUnit, radiometricOffset } from './embedding.ts'

export const verifyRequest = z.object({
  /** embeddings Parquet in the layout of the standard */
  published: z.string(),
  /** the Core parts that it was made from, or some of them */
  images: z.array(z.string()).min(1),
  model: z.string(),
  card: z.string().optional(),
  /** weights that other ways to run the network are built from, when they are not those that were fetched */
  weights: z.string().optional(),
  bands: z.array(z.string()).optional(),
  unit: inputUnit.optional(),
  radiometricOffset,
  device,
  /** the most cells to compare */
  cells: z.number().int().min(1).max(200).default(8),
})
export type VerifyRequest = z.input<typeof verifyRequest>

/** A way in which the vectors may have been made: one choice on each axis, in words. */
const hypothesis = z.object({
  name: z.string(),
  recipe: z.string(),
  network: z.string(),
  bands: z.string(),
  values: z.string(),
  flip: z.string(),
  order: z.string(),
  /** mean cosine to the published vectors */
  mean: z.number(),
  /** mean of -log10(1 - cosine), at most 12: how many digits they agree to; hypotheses are ranked by it */
  digits: z.number(),
  /** one a fragment */
  cosines: z.array(z.number()),
})

export const verifyVerdict = z.object({
  best: z.string(),
  meanCosine: z.number(),
  /** whether the best is how the vectors were made, and not only the least wrong */
  isFit: z.boolean(),
  /** hypotheses that fit as well */
  indistinguishable: z.array(
    z.object({ hypothesis: z.string(), because: z.enum(['same-vectors', 'margin-below-noise']) }),
  ),
  /** the next one that can be told apart; absent, as what follows, when there is none */
  second: z.string().optional(),
  /** difference of their mean cosines */
  margin: z.number().optional(),
  /** difference of their mean digits */
  marginDigits: z.number().optional(),
  /** 1 when the published vectors are those of the best, -1 when they are those of the second; what it must exceed */
  lean: z.number().optional(),
  noise: z.number().optional(),
  sentence: z.string(),
})
export type VerifyVerdict = z.infer<typeof verifyVerdict>

export const verifyReport = z.object({
  published: z.string(),
  model: z.string(),
  images: z.array(z.string()),
  /** of the published file */
  rows: z.number().int(),
  /** images in the published file, images given, those that are both, those compared */
  cells: z.object({
    published: z.number().int(),
    images: z.number().int(),
    shared: z.number().int(),
    compared: z.number().int(),
  }),
  /** compared under the hypotheses of `hypotheses`, and under those of `others` */
  fragments: z.number().int(),
  coarseFragments: z.number().int(),
  /** which order the footprints have, told from the footprints; see docs/geometry.md */
  geometry: z.enum(['true', 'as-released', 'unknown']),
  /** how exact the published values can be */
  precision: z.enum(['float32', 'float16', 'integers']),
  /** mean cosine of published vectors of different fragments: what a hypothesis without merit may reach */
  unrelatedCosine: z.number(),
  /** compared on every fragment, best first, with their cosines */
  hypotheses: z.array(
    hypothesis.extend({
      count: z.number().int(),
      median: z.number(),
      min: z.number(),
      max: z.number(),
      p5: z.number(),
      p25: z.number(),
      p75: z.number(),
      p95: z.number(),
    }),
  ),
  /** compared on a few fragments only, best first */
  others: z.array(hypothesis),
  verdict: verifyVerdict,
  provider: z.string(),
  providerReason: z.string().optional(),
  seconds: z.number(),
  warnings: z.array(z.string()),
})
export type VerifyReport = z.infer<typeof verifyReport>
