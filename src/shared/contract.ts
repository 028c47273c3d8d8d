// The one contract between the engine and everything that uses it: calls, their shapes, the events.
// Both sides derive their types from here; no channel name, payload or result is typed a second time.

import { z } from 'zod'
import type { Wire } from './errors.ts'

const bbox = z.tuple([z.number(), z.number(), z.number(), z.number()]).readonly()
const lonLat = z.tuple([z.number(), z.number()]).readonly()
/** outer ring first, closed; degrees */
const footprint = z.object({ polygons: z.array(z.array(z.array(lonLat).readonly()).readonly()).readonly() })
const nothing = z.object({})

// ---- jobs ---------------------------------------------------------------------------------------------------

export const jobState = z.object({
  jobId: z.string(),
  kind: z.enum(['open', 'embed', 'export', 'sample', 'spool', 'plan', 'fetch', 'build', 'add', 'verify']),
  /** what the user sees, e.g. `Embedding part_00001.parquet` */
  title: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** stage now running, e.g. `reading`, `embedding`, `writing` */
  stage: z.string(),
  done: z.number(),
  /** absent while the total is not known */
  total: z.number().optional(),
  /** what `done` counts, e.g. `fragments` */
  unit: z.string(),
  ratePerSecond: z.number().optional(),
  secondsLeft: z.number().optional(),
  startedAt: z.string(),
  /** set when `state` is `failed`: one sentence */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** of an embedding that failed or was cancelled: what is done is kept, `resumeEmbed` goes on from there */
  isResumable: z.boolean().optional(),
  /**
   * set when `state` is `done`; its shape depends on `kind`: open -> SetSummary, embed -> EmbedReport, export -> ExportReport,
   * plan -> EmbedPlan, fetch -> FetchReport, build -> BuildReport, add -> AddReport, verify -> VerifyReport
   */
  result: z.unknown().optional(),
})
export type JobState = z.infer<typeof jobState>
const jobStarted = z.object({ jobId: z.string() })

// ---- embedding sets -----------------------------------------------------------------------------------------

export const columnSummary = z.object({
  name: z.string(),
  /** as Arrow prints it, e.g. `Utf8`, `Int16`, `FixedSizeList[64]<Float32>` */
  type: z.string(),
})

export const setSummary = z.object({
  setId: z.string(),
  path: z.string(),
  /** file stem, or the product's own name */
  name: z.string(),
  /** product as `info` names it: `major-tom`, `generic-parquet`, ... */
  product: z.string(),
  /** true for the sample planet and everything derived from it; shown wherever the set is shown */
  synthetic: z.boolean(),
  count: z.number().int(),
  dimensions: z.number().int(),
  /** rows whose vector has NaN, and rows whose vector is all zero: kept as rows, never returned by a search */
  nanCount: z.number().int(),
  zeroCount: z.number().int(),
  cellCount: z.number().int(),
  /** degrees; absent when no row has a place */
  extent: bbox.optional(),
  dates: z.object({ first: z.string(), last: z.string() }).optional(),
  columns: z.array(columnSummary),
  model: z.string().optional(),
  recipe: z.string().optional(),
  /** whether `/thumbnail/<setId>/<row>` answers with an image for this set */
  hasThumbnails: z.boolean(),
  /** which order the footprints of the file have, see docs/geometry.md */
  geometryOrder: z.enum(['true', 'as-released', 'unknown']),
  warnings: z.array(z.string()),
})
export type SetSummary = z.infer<typeof setSummary>

/** One row on the map and in lists: what every view needs of it. */
export const rowPlace = z.object({
  row: z.number().int(),
  uniqueId: z.string().optional(),
  gridCell: z.string().optional(),
  lat: z.number().optional(),
  lon: z.number().optional(),
  timestamp: z.string().optional(),
  productId: z.string().optional(),
  /** fragment row and column within its cell, from pixel_bbox */
  fragmentRow: z.number().int().optional(),
  fragmentCol: z.number().int().optional(),
})
export type RowPlace = z.infer<typeof rowPlace>

export const rowDetail = rowPlace.extend({
  /** where the fragment's pixels are, also for sets in the released order */
  footprint: footprint.optional(),
  /** as-released sets only: the (transposed) footprint that stands in the file */
  releasedFootprint: footprint.optional(),
  /** every column of the row except the embedding, as display text in file order */
  columns: z.array(z.object({ name: z.string(), value: z.string() })),
  embedding: z.object({
    dimensions: z.number().int(),
    /** absent when the vector has NaN or infinity, which JSON does not carry */
    norm: z.number().optional(),
    /** null for NaN and infinity */
    first: z.array(z.number().nullable()),
  }),
  thumbnailUrl: z.string().optional(),
})
export type RowDetail = z.infer<typeof rowDetail>

export const cellRows = z.object({
  gridCell: z.string(),
  /** rows of the cell, fragment row-major, then by date */
  rows: z.array(rowPlace.extend({ footprint: footprint.optional(), thumbnailUrl: z.string().optional() })),
})
export type CellRows = z.infer<typeof cellRows>

/**
 * PCA->RGB map of a set. The bytes are at `url`: RGBA, `width * height`, row 0 north. Texel rows are grid rows, texel columns equal
 * steps of longitude from -180, as many around the Earth as the equator has cells: a cell fills the texels whose centre it holds.
 */
export const setMap = z.object({
  url: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  /** the part of the globe the texture covers */
  bbox,
  /** grid cells around the Earth in each texel row, for borders truer than the texels: cell k of n begins at k * 360 / n degrees */
  cellsOfRow: z.array(z.number().int()),
  cellCount: z.number().int(),
  explainedVariance: z.array(z.number()),
  /** per component: value shown as 0 and as 255, and the gain that equalises the mean intensity */
  ranges: z.array(z.object({ low: z.number(), high: z.number(), gain: z.number() })),
  percentiles: z.tuple([z.number(), z.number()]).readonly(),
})
export type SetMap = z.infer<typeof setMap>

// ---- search -------------------------------------------------------------------------------------------------

export const searchQuery = z.object({
  setId: z.string(),
  /** examples: rows of the set with weights; negative weights push away */
  rows: z.array(z.object({ row: z.number().int(), weight: z.number() })).default([]),
  /** or a vector of the set's dimensions */
  vector: z.array(z.number()).optional(),
  topK: z.number().int().min(1).max(10_000).default(60),
  metric: z.enum(['cosine', 'cosine-centred', 'l2']).default('cosine'),
  bbox: bbox.optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  onePerCell: z.boolean().default(false),
  /** leave the example rows themselves out of the answer */
  excludeExamples: z.boolean().default(true),
})
export type SearchQuery = z.infer<typeof searchQuery>

export const searchHit = rowPlace.extend({
  similarity: z.number(),
  /** great-circle distance to the first example, km */
  distanceKm: z.number().optional(),
  thumbnailUrl: z.string().optional(),
})
export type SearchHit = z.infer<typeof searchHit>

export const searchAnswer = z.object({
  hits: z.array(searchHit),
  exact: z.boolean(),
  /** 1 when exact, else the measured mean recall@100 */
  recall: z.number(),
  /** rows compared after the filters */
  compared: z.number().int(),
  tookMs: z.number(),
  metric: z.string(),
})
export type SearchAnswer = z.infer<typeof searchAnswer>

// ---- models and embedding -----------------------------------------------------------------------------------

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

export const embedRequest = z.object({
  /** paths of the engine's machine, or ids of dropped files */
  inputs: z.array(z.string()).min(1),
  /** card id, card file or ONNX file */
  model: z.string(),
  card: z.string().optional(),
  /** output folder; when absent the engine chooses one in its user-data folder */
  out: z.string().optional(),
  recipe: z.string().optional(),
  geometry: z.enum(['true', 'as-released']).default('true'),
  bands: z.array(z.string()).optional(),
  resample: z.boolean().default(false),
  unit: z.enum(['reflectance-1e4', '0-1', 'linear', 'db', 'u8']).optional(),
  radiometricOffset: z.union([z.literal('auto'), z.literal(0), z.literal(-1000)]).default('auto'),
  timestamp: z.string().optional(),
  device: z.enum(['auto', 'cuda', 'webgpu', 'cpu']).default('auto'),
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
  /** measured on one batch of the real input; absent when the model cannot run yet */
  estimatedSeconds: z.number().optional(),
  outputBytes: z.number(),
  provider: z.string(),
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
  recipe: z.string(),
  unit: z.string(),
  /** `mixed`: the images differ, see the warnings */
  radiometricOffset: z.union([z.number(), z.literal('mixed')]),
  seconds: z.number(),
  /** per band, fraction 0..1 of pixels */
  clipped: z.array(z.object({ band: z.string(), low: z.number(), high: z.number(), nodata: z.number() })),
  warnings: z.array(z.string()),
})
export type EmbedReport = z.infer<typeof embedReport>

// ---- verification -------------------------------------------------------------------------------------------

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
  unit: z.enum(['reflectance-1e4', '0-1', 'linear', 'db', 'u8']).optional(),
  radiometricOffset: z.union([z.literal('auto'), z.literal(0), z.literal(-1000)]).default('auto'),
  device: z.enum(['auto', 'cuda', 'webgpu', 'cpu']).default('auto'),
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
      cosines: z.array(z.number()),
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

// ---- files --------------------------------------------------------------------------------------------------

export const folderEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  byteLength: z.number().optional(),
  modified: z.string().optional(),
})

export const fileDescription = z.object({
  file: z.string(),
  /** major-tom, core-parquet, generic-parquet, generic-raster, band-folder, safe, image-folder, image, model, ... */
  product: z.string(),
  kind: z.enum(['patch', 'pixel', 'location', 'imagery', 'model', 'unknown']),
  rows: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  dimensions: z.number().optional(),
  dtype: z.string().optional(),
  crs: z.string().optional(),
  extent: bbox.optional(),
  dates: z.object({ first: z.string(), last: z.string() }).optional(),
  /** of imagery made of band files: the source product */
  productId: z.string().optional(),
  /** of imagery made of band files, each with its pixel size on the ground */
  bands: z.array(z.object({ name: z.string(), gsdMeters: z.number() })).optional(),
  licence: z.string().optional(),
  /** one sentence each */
  problems: z.array(z.string()),
})
export type FileDescription = z.infer<typeof fileDescription>

export const recentFile = z.object({
  path: z.string(),
  name: z.string(),
  openedAt: z.string(),
  count: z.number().int(),
  missing: z.boolean(),
})

export const exportRequest = z.object({
  setId: z.string(),
  /** row numbers in the order to write; absent = all rows */
  rows: z.array(z.number().int()).optional(),
  /** similarity per row of `rows`, written as a column when present */
  similarity: z.array(z.number()).optional(),
  format: z.enum(['geoparquet', 'geojson', 'csv', 'npy']),
  /** target file; absent in the browser door: the result has a `url` to download instead */
  path: z.string().optional(),
  /** the query that made the rows, carried in the file */
  query: z.unknown().optional(),
})
export type ExportRequest = z.input<typeof exportRequest>

export const exportReport = z.object({
  path: z.string(),
  rows: z.number().int(),
  byteLength: z.number(),
  /** browser door: where to download the file, and what stands beside a .npy */
  url: z.string().optional(),
  sidecarUrl: z.string().optional(),
})
export type ExportReport = z.infer<typeof exportReport>

// ---- status -------------------------------------------------------------------------------------------------

export const engineStatus = z.object({
  version: z.string(),
  door: z.enum(['electron', 'browser', 'cli']),
  /** what inference runs on, and why nothing better */
  provider: z.object({ name: z.string(), reason: z.string().optional() }),
  threads: z.number().int(),
  /** resident memory of the engine and its workers */
  memoryBytes: z.number(),
  /** folders the browser door may list; empty in Electron */
  folders: z.array(z.string()),
  samplePlanet: z.object({ available: z.boolean(), path: z.string(), byteLength: z.number() }),
})
export type EngineStatus = z.infer<typeof engineStatus>

// ---- the calls ----------------------------------------------------------------------------------------------

export const contract = {
  status: { input: nothing, output: engineStatus },

  jobs: { input: nothing, output: z.array(jobState) },
  cancelJob: { input: z.object({ jobId: z.string() }), output: nothing },

  recentFiles: { input: nothing, output: z.array(recentFile) },
  forgetRecent: { input: z.object({ path: z.string() }), output: nothing },
  /** browser door only; without `path` the folders named at start */
  listFolder: {
    input: z.object({ path: z.string().optional() }),
    output: z.object({ path: z.string().optional(), parent: z.string().optional(), entries: z.array(folderEntry) }),
  },
  /** announces a dropped file; its bytes follow in slices as `PUT /drop/<dropId>?offset=N` (see docs/bulk.md) */
  announceDrop: {
    input: z.object({
      /** name of the file, with its folders when it lies in a dropped one: `scene/B02.tif` */
      name: z.string(),
      byteLength: z.number(),
      /** from the answer for the first file of a drop: files of one group lie in one folder, as they did where they come from */
      group: z.string().optional(),
    }),
    output: z.object({
      dropId: z.string(),
      group: z.string(),
      /** of kind `spool`: runs until the last byte is there */
      jobId: z.string(),
      path: z.string(),
      /** what the user dropped: the outermost folder of `name`, else the file itself */
      top: z.string(),
      sliceBytes: z.number(),
    }),
  },
  describeFiles: { input: z.object({ paths: z.array(z.string()) }), output: z.array(fileDescription) },

  /** job; result: SetSummary. The sample planet is opened with `path: 'sample-planet'` */
  openSet: { input: z.object({ path: z.string() }), output: jobStarted },
  closeSet: { input: z.object({ setId: z.string() }), output: nothing },
  openSets: { input: nothing, output: z.array(setSummary) },
  setMap: { input: z.object({ setId: z.string() }), output: setMap },
  /** rows of the cell at a place (nearest cell with rows within `withinKm`), or of a named cell */
  cellRows: {
    input: z.object({
      setId: z.string(),
      gridCell: z.string().optional(),
      lat: z.number().optional(),
      lon: z.number().optional(),
      withinKm: z.number().default(15),
    }),
    output: cellRows.optional(),
  },
  row: { input: z.object({ setId: z.string(), row: z.number().int() }), output: rowDetail },
  locate: {
    input: z.object({ lat: z.number(), lon: z.number() }),
    output: z.object({ gridCell: z.string(), lat: z.number(), lon: z.number(), utmCrs: z.string() }),
  },
  findCell: {
    input: z.object({ gridCell: z.string() }),
    output: z.object({ gridCell: z.string(), lat: z.number(), lon: z.number(), utmCrs: z.string() }).optional(),
  },
  search: { input: searchQuery, output: searchAnswer },

  /** job; result: ExportReport */
  exportRows: { input: exportRequest, output: jobStarted },

  models: { input: nothing, output: z.array(modelSummary) },
  /** job; result: FetchReport. A fetch that was cancelled or failed goes on from what came */
  fetchModel: {
    input: z.object({
      /** card id */
      model: z.string(),
      /** weights (or the network of a card that names one) that the user has, copied instead of downloaded */
      file: z.string().optional(),
      /** take weights that are not the ones that had this name before */
      acceptChange: z.boolean().default(false),
    }),
    output: jobStarted,
  },
  /** job; result: BuildReport. From the weights that `fetchModel` has brought, the user's file, or random ones */
  buildModel: {
    input: z.object({
      /** card id */
      model: z.string(),
      /** the published weights in a file */
      file: z.string().optional(),
      /** seed; needs `out`, because such a network must not be taken for the real one */
      randomWeights: z
        .number()
        .int()
        .min(0)
        .max(2 ** 32 - 1)
        .optional(),
      /** band statistics, for models whose weights do not hold them */
      statistics: z.string().optional(),
      /** half the size, for GPUs; its name ends in `-float16` */
      float16: z.boolean().default(false),
      /** folder; absent: where the model is found by its id */
      out: z.string().optional(),
    }),
    output: jobStarted,
  },
  /** what an ONNX file says of itself, as the beginning of a card */
  describeNetwork: { input: z.object({ path: z.string() }), output: networkDescription },
  /** problems of a card and of its network beside it, empty when both fit; the same reader as for card files */
  checkCard: {
    input: z.object({ card: z.record(z.string(), z.unknown()), network: z.string() }),
    output: z.array(cardProblem),
  },
  /** job; result: AddReport. Copies an ONNX file into the user's models and writes its card beside it */
  addModel: {
    input: z.object({ card: z.record(z.string(), z.unknown()), network: z.string() }),
    output: jobStarted,
  },
  /** deletes the network and the weights of a model */
  removeModel: {
    input: z.object({
      model: z.string(),
      /** of the user's own model the card too, with the ONNX file beside it */
      card: z.boolean().default(false),
    }),
    output: removeReport,
  },
  /** job; result: EmbedPlan */
  planEmbed: { input: embedRequest, output: jobStarted },
  /** job; result: EmbedReport */
  embed: { input: embedRequest, output: jobStarted },
  /** Goes on with a failed or cancelled embedding whose job `isResumable`, as a new job. */
  resumeEmbed: { input: z.object({ jobId: z.string() }), output: jobStarted },
  /** job; result: VerifyReport */
  verify: { input: verifyRequest, output: jobStarted },
} as const

export type Contract = typeof contract
export type CallName = keyof Contract
export type CallInput<C extends CallName> = z.input<Contract[C]['input']>
export type ParsedInput<C extends CallName> = z.output<Contract[C]['input']>
export type CallOutput<C extends CallName> = z.output<Contract[C]['output']>

/** What every door offers and every client uses. */
export type Engine = { readonly [C in CallName]: (input: CallInput<C>) => Promise<CallOutput<C>> }

export const engineEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job'), job: jobState }),
  z.object({ type: z.literal('set-opened'), set: setSummary }),
  z.object({ type: z.literal('set-closed'), setId: z.string() }),
])
export type EngineEvent = z.infer<typeof engineEvent>

// ---- what crosses the wire ----------------------------------------------------------------------------------

/** page -> engine over the message channel (Electron IPC or the loopback WebSocket) */
export interface CallMessage {
  readonly id: number
  readonly call: CallName
  readonly input: unknown
}

/** engine -> page over the WebSocket; in Electron replies are the result of the call itself */
export type EngineMessage =
  | { readonly type: 'reply'; readonly id: number; readonly reply: Wire<unknown> }
  | { readonly type: 'event'; readonly event: EngineEvent }

/** Path of the loopback door's WebSocket. */
export const channelPath = '/channel'

export interface FileFilter {
  readonly name: string
  /** without dot, e.g. `parquet` */
  readonly extensions: readonly string[]
}

/** What the preload puts at `window.groundControl` in Electron; absent in the browser door. */
export interface EngineBridge {
  readonly door: 'electron'
  call(message: CallMessage): Promise<Wire<unknown>>
  /** @returns removes the listener */
  onEvent(listener: (event: EngineEvent) => void): () => void
  /** files opened from outside (file manager, command line, menu) after start */
  onOpenFiles(listener: (paths: readonly string[]) => void): () => void
  /** path of a dropped or chosen `File`; empty when it has none */
  pathForFile(file: unknown): string
  /** native dialogs; an empty list or undefined when the user closes them */
  chooseFiles(options: {
    title: string
    filters?: readonly FileFilter[]
    folders?: boolean
  }): Promise<readonly string[]>
  chooseSavePath(options: { title: string; defaultName: string }): Promise<string | undefined>
}

/** Paths of the bulk route, one `(Request) => Response` handler behind both windows. */
export const bulkRoutes = {
  map: (setId: string) => `/bulk/map/${setId}`,
  thumbnail: (setId: string, row: number) => `/bulk/thumbnail/${setId}/${row}`,
  drop: (dropId: string, offset: number) => `/bulk/drop/${dropId}?offset=${offset}`,
  download: (exportId: string) => `/bulk/download/${exportId}`,
} as const
