// Where rows lie: what every view needs of one.

import { z } from 'zod'

export const bbox = z.tuple([z.number(), z.number(), z.number(), z.number()]).readonly()
const lonLat = z.tuple([z.number(), z.number()]).readonly()
/** outer ring first, closed; degrees */
export const footprint = z.object({ polygons: z.array(z.array(z.array(lonLat).readonly()).readonly()).readonly() })

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
