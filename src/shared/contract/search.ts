import { z } from 'zod'
import { bbox, footprint, rowPlace } from './place.ts'

const metric = z.enum(['cosine', 'cosine-centred', 'l2', 'whitened'])

export const searchQuery = z.object({
  setId: z.string(),
  /** examples: rows of the set with weights; negative weights push away */
  rows: z.array(z.object({ row: z.number().int(), weight: z.number() })).default([]),
  /**
   * mean: one query, the weighted sum of the unit vectors of the examples; difference: the mean of the positive ones minus the mean of
   * the negative ones, however many each are; max: a row is as alike as to the positive example it is most like, each with all negative ones
   */
  combine: z.enum(['mean', 'difference', 'max']).default('mean'),
  /** or a vector of the set's dimensions */
  vector: z.array(z.number()).optional(),
  topK: z.number().int().min(1).max(10_000).default(60),
  /** cosine; cosine after subtracting the set's mean; distance; cosine along the leading principal axes, each divided by its spread */
  metric: metric.default('cosine'),
  /** `[west, south, east, north]`; west > east crosses 180 degrees */
  bbox: bbox.optional(),
  /** only rows whose place lies in it; edges straight in longitude and latitude, across 180 degrees too */
  polygon: footprint.optional(),
  /** and in each of these too */
  areas: z.array(footprint).optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  /** only rows of these grid cells */
  cells: z.array(z.string()).optional(),
  /** only rows that pass a condition on the columns, such as `timestamp >= '2020-03-01'` */
  where: z.string().optional(),
  /** only these rows */
  onlyRows: z.array(z.number().int()).optional(),
  /** leave out rows that `setFaults` names */
  withoutFaults: z.boolean().default(false),
  onePerCell: z.boolean().default(false),
  /** leave out rows whose outline overlaps that of a better hit */
  mergeOverlapping: z.boolean().default(false),
  /** leave out rows nearer than this to a better hit, km between the centres */
  apartKm: z.number().positive().optional(),
  /** leave the example rows themselves out of the answer */
  excludeExamples: z.boolean().default(true),
  /** compare every row, never by codes */
  exact: z.boolean().default(false),
  /** a name under which events of type `search-partial` tell what is found so far, where an answer takes long */
  watch: z.string().optional(),
})
export type SearchQuery = z.infer<typeof searchQuery>

export const searchHit = rowPlace.extend({
  /** cosine in -1..1, higher is more alike; not for `l2` */
  similarity: z.number().optional(),
  /** L2 distance of the vectors, 0 or more, lower is more alike; for `l2` only */
  distance: z.number().optional(),
  /** share of the set's rows that are less similar, in percent */
  percentile: z.number().optional(),
  /** great-circle distance to the first example, km */
  distanceKm: z.number().optional(),
  /** rows that were left out for this one, with `onePerCell`, `mergeOverlapping` and `apartKm` */
  merged: z.number().int().optional(),
  thumbnailUrl: z.string().optional(),
})
export type SearchHit = z.infer<typeof searchHit>

/** What a search that takes long has found so far. */
export const searchPartial = z.object({
  /** of the query */
  watch: z.string(),
  hits: z.array(searchHit),
  /** rows compared, of all rows of the set */
  done: z.number().int(),
  total: z.number().int(),
})
export type SearchPartial = z.infer<typeof searchPartial>

/** Recall of the search by codes against comparing everything, measured on rows of the set as queries. */
export const measuredRecall = z.object({
  /** length of the lists that were compared */
  topK: z.number().int(),
  /** rows taken from the codes and compared exactly */
  depth: z.number().int(),
  mean: z.number(),
  worst: z.number(),
})

export const searchAnswer = z.object({
  hits: z.array(searchHit),
  /** every row was compared */
  exact: z.boolean(),
  /** 1 when exact, else the measured mean recall */
  recall: z.number(),
  /** of answers that are not exact */
  measured: measuredRecall.optional(),
  /** why every row was compared though that was not asked for */
  note: z.string().optional(),
  /** what the percentiles come from: the order of all rows, or a sample of them */
  percentilesFrom: z.enum(['ranks', 'sample']).optional(),
  /** rows compared after the filters */
  compared: z.number().int(),
  tookMs: z.number(),
  metric,
})
export type SearchAnswer = z.infer<typeof searchAnswer>

export const searchCheckRequest = z.object({
  query: searchQuery,
  /** rows of the answer that is to be checked, best first */
  hits: z.array(z.number().int()),
})
export type SearchCheckRequest = z.infer<typeof searchCheckRequest>

/** What comparing every row says of an answer. */
export const searchCheck = z.object({
  /** nothing was missed */
  verified: z.boolean(),
  /** rows that belong into the list and are not there, best first */
  missed: z.array(searchHit),
  /** share of the rows that belong into the list which it has */
  recall: z.number(),
  compared: z.number().int(),
  tookMs: z.number(),
})
export type SearchCheck = z.infer<typeof searchCheck>
