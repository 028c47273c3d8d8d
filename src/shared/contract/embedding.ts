import { z } from 'zod'

export const inputUnit = z.enum(['reflectance-1e4', '0-1', 'linear', 'db', 'u8'])
export const radiometricOffset = z.union([z.literal('auto'), z.literal(0), z.literal(-1000)]).default('auto')
export const device = z.enum(['auto', 'cuda', 'webgpu', 'cpu']).default('auto')

export const builtPrecision = z.enum(['float32', 'float16', 'int8'])
export const precision = z.enum(['auto', ...builtPrecision.options]).default('auto')

export const embedRequest = z.object({
  /** paths of the engine's machine, or ids of dropped files */
  inputs: z.array(z.string()).min(1),
  /** card id, card file or ONNX file */
  model: z.string(),
  card: z.string().optional(),
  /** output folder; when absent the engine chooses one in its user-data folder */
  out: z.string().optional(),
  /** one of the card; absent: that of the set in `extend`, else the card's choice */
  recipe: z.string().optional(),
  /** embeddings Parquet that the new vectors are to stand beside: made as they are, `released` for published sets */
  extend: z.string().optional(),
  geometry: z.enum(['true', 'as-released']).default('true'),
  bands: z.array(z.string()).optional(),
  resample: z.boolean().default(false),
  unit: inputUnit.optional(),
  radiometricOffset,
  timestamp: z.string().optional(),
  device,
  /** which of the built networks runs; `auto`: float16 on GPUs where it is built, else float32 */
  precision,
  batchSize: z.number().int().min(1).max(1024).optional(),
  /** adds the columns cloud_fraction and nodata_fraction behind the standard's */
  fractions: z.boolean().default(false),
  shard: z.object({ index: z.number().int(), count: z.number().int() }).optional(),
  resume: z.boolean().default(false),
})
export type EmbedRequest = z.input<typeof embedRequest>

export const embedPlan = z.object({
  images: z.number().int(),
  cells: z.number().int(),
  fragments: z.number().int(),
  recipe: z.string(),
  /** measured on one batch of the real input; absent when the model cannot run yet */
  estimatedSeconds: z.number().optional(),
  outputBytes: z.number(),
  /** empty when the model cannot run yet, and then without `network` */
  provider: z.string(),
  /** name of the network's file that would run */
  network: z.string().optional(),
  /** what the engine read or proposes per group of inputs, for the user to confirm */
  inputs: z.array(
    z.object({
      file: z.string(),
      /** `core-parquet`, `geotiff`, `band-folder`, `safe`, `image`, `image-folder`, `scene` */
      kind: z.string(),
      images: z.number().int(),
      bands: z.array(z.string()),
      unit: z.string(),
      /** where the unit comes from: `metadata`, `option`, `values` */
      unitSource: z.string(),
      radiometricOffset: z.number(),
      offsetSource: z.string(),
    }),
  ),
  outputFiles: z.array(z.string()),
  warnings: z.array(z.string()),
})
export type EmbedPlan = z.infer<typeof embedPlan>

export const embedReport = z.object({
  files: z.array(z.string()),
  rows: z.number().int(),
  cells: z.number().int(),
  skipped: z.array(z.object({ input: z.string(), reason: z.string() })),
  /** inputs that failed by name (cell and band); the command line exits 1 when there are any */
  failures: z.array(z.object({ input: z.string(), reason: z.string() })),
  provider: z.string(),
  providerReason: z.string().optional(),
  model: z.string(),
  /** name of the network's file that ran, e.g. `dinov2-base-float16.onnx`; of one that is made for each run the id of its card */
  network: z.string(),
  precision: builtPrecision,
  recipe: z.string(),
  unit: z.string(),
  /** `mixed`: the images differ, see the warnings */
  radiometricOffset: z.union([z.number(), z.literal('mixed')]),
  /** by the clock, all of the run */
  seconds: z.number(),
  /** of it until the network could take its first fragment: listing the inputs, hashing and opening the network, trying batch sizes */
  startSeconds: z.number(),
  /** of it inside the network; the rest of the run waited for reading or wrote */
  inferenceSeconds: z.number(),
  /** per band, fraction 0..1 of pixels */
  clipped: z.array(z.object({ band: z.string(), low: z.number(), high: z.number(), nodata: z.number() })),
  warnings: z.array(z.string()),
})
export type EmbedReport = z.infer<typeof embedReport>

/** One image to search with, embedded as the vectors of an open set are. */
export const imageQueryRequest = embedRequest
  .pick({ model: true, card: true, recipe: true, bands: true, unit: true, radiometricOffset: true })
  .extend({
    setId: z.string(),
    /** path of the engine's machine, or id of a dropped file */
    image: z.string(),
    device,
    precision,
    resample: z.boolean().default(true),
  })
export type ImageQueryRequest = z.input<typeof imageQueryRequest>

export const imageQuery = z.object({
  /** for `search`; of several fragments their mean direction */
  vector: z.array(z.number()),
  model: z.string(),
  recipe: z.string(),
  network: z.string(),
  provider: z.string(),
  fragments: z.number().int(),
  unit: z.string(),
  radiometricOffset: z.number(),
  warnings: z.array(z.string()),
})
export type ImageQuery = z.infer<typeof imageQuery>
