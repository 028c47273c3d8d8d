import { z } from 'zod'
import { builtPrecision } from './embedding.ts'

/** What is on this machine of the weights that a network is built from. */
export const weightsState = z.object({
  /** `no-address`: nothing to fetch, or not known from where */
  state: z.enum(['no-address', 'downloadable', 'partial', 'fetched']),
  /** absent while unknown */
  byteLength: z.number().optional(),
  /** `partial` and `fetched` */
  fetchedBytes: z.number().optional(),
  /** address that a fetch asks; absent with `no-address` */
  from: z.string().optional(),
})
export type WeightsState = z.infer<typeof weightsState>

const anyModelSummary = z.object({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  licence: z.string(),
  dimensions: z.number().int(),
  verified: z.boolean(),
  /** one sentence: how it was checked, or what is missing */
  verification: z.string(),
  /** `ready`: can run now; `missing`: weights or file are not on this machine (see `howToGet`) */
  availability: z.enum(['ready', 'missing']),
  howToGet: z.string().optional(),
  weights: weightsState,
  /** `built-in`: made for each run; `file`: an ONNX file beside its card; `build`: built here from its weights */
  network: z.enum(['built-in', 'file', 'build']),
  /** of a network that is built: what its parameters take in float32, about the size of its file */
  networkBytes: z.number().optional(),
  /** whether building also takes a file of band statistics */
  needsStatistics: z.boolean(),
  /** whether the card is the user's and not one that came with the application */
  isOwn: z.boolean(),
  /** of its network, weights and what came of them in the user's folder: what `removeModel` frees */
  storedBytes: z.number(),
})

export const imageModelSummary = anyModelSummary.extend({
  input: z.literal('image'),
  bands: z.array(z.string()),
  /** true when any 3 to 13 bands will do */
  anyBands: z.boolean(),
  unit: z.string(),
  fragmentSize: z.number().int(),
  targetOverlap: z.number(),
  recipes: z.array(z.object({ name: z.string(), reason: z.string() })),
  /** in which its network is on this machine, the most exact first; empty while it is `missing` */
  precisions: z.array(builtPrecision),
})
export type ImageModelSummary = z.infer<typeof imageModelSummary>

/** Models of imagery, which `embed` takes, and of texts and places, which are compared with them. */
export const modelSummary = z.discriminatedUnion('input', [
  imageModelSummary,
  anyModelSummary.extend({ input: z.literal('text') }),
  anyModelSummary.extend({ input: z.literal('location') }),
])
export type ModelSummary = z.infer<typeof modelSummary>

export const fetchReport = z.object({
  /** card id */
  model: z.string(),
  /** the weights in the library */
  path: z.string(),
  /** address or file that they came from */
  from: z.string(),
  sha256: z.string(),
  byteLength: z.number(),
  /** that came this time: 0 when they were there already */
  fetchedBytes: z.number(),
  warnings: z.array(z.string()),
})
export type FetchReport = z.infer<typeof fetchReport>

export const buildReport = z.object({
  /** card id */
  model: z.string(),
  /** the network, then its data file where it is large */
  files: z.array(z.string()),
  byteLength: z.number(),
  warnings: z.array(z.string()),
})
export type BuildReport = z.infer<typeof buildReport>

/** One input or output of a network; a text in `shape` is a free dimension. */
export const networkPort = z.object({
  name: z.string(),
  type: z.string(),
  shape: z.array(z.union([z.number(), z.string()])).optional(),
})
export type NetworkPort = z.infer<typeof networkPort>

/** A card in the making: what its network says, the rest for the user to fill in. See docs/models.md for the fields. */
export const cardDraft = z.object({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  licence: z.string(),
  bands: z.array(z.string()),
  unit: z.string(),
  fragment: z.object({ size: z.number().optional(), targetOverlap: z.number() }),
  recipes: z.array(
    z.object({ name: z.string(), reason: z.string(), steps: z.array(z.record(z.string(), z.unknown())) }),
  ),
  input: z.object({ name: z.string(), layout: z.string(), size: z.union([z.number(), z.literal('any')]).optional() }),
  output: z.object({ name: z.string(), pooling: z.string(), dimensions: z.number().optional() }),
})
export type CardDraft = z.infer<typeof cardDraft>

export const networkDescription = z.object({
  inputs: z.array(networkPort),
  outputs: z.array(networkPort),
  draft: cardDraft,
})
export type NetworkDescription = z.infer<typeof networkDescription>

/** What is wrong with a card: the field, e.g. `recipes[0].steps[2].mean`, and a sentence that begins with it. */
export const cardProblem = z.object({ field: z.string(), text: z.string() })
export type CardProblem = z.infer<typeof cardProblem>

export const addReport = z.object({
  /** card id */
  model: z.string(),
  card: z.string(),
  network: z.string(),
  byteLength: z.number(),
})
export type AddReport = z.infer<typeof addReport>

export const removeReport = z.object({
  model: z.string(),
  /** deleted files; empty when nothing of the model was on this machine */
  removed: z.array(z.string()),
  freedBytes: z.number(),
  /** other models that are built from the same weights */
  sharedWith: z.array(z.string()),
})
export type RemoveReport = z.infer<typeof removeReport>
