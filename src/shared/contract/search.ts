import { z } from 'zod'
import { bbox, rowPlace } from './place.ts'

const metric = z.enum(['cosine', 'cosine-centred', 'l2'])

export const searchQuery = z.object({
  setId: z.string(),
  /** examples: rows of the set with weights; negative weights push away */
  rows: z.array(z.object({ row: z.number().int(), weight: z.number() })).default([]),
  /** or a vector of the set's dimensions */
  vector: z.array(z.number()).optional(),
  topK: z.number().int().min(1).max(10_000).default(60),
  metric: metric.default('cosine'),
  bbox: bbox.optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  onePerCell: z.boolean().default(false),
  /** leave the example rows themselves out of the answer */
  excludeExamples: z.boolean().default(true),
})
export type SearchQuery = z.infer<typeof searchQuery>

export const searchHit = rowPlace.extend({
  /** cosine in -1..1, higher is more alike; not for `l2` */
  similarity: z.number().optional(),
  /** L2 distance of the vectors, 0 or more, lower is more alike; for `l2` only */
  distance: z.number().optional(),
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
  metric,
})
export type SearchAnswer = z.infer<typeof searchAnswer>
