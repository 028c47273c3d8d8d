// What lies around a row: on the ground, among the vectors, and in time.

import { z } from 'zod'
import { rowPlace } from './place.ts'

const neighbour = rowPlace.extend({
  thumbnailUrl: z.string().optional(),
  /** cosine to the row; absent where one of the two vectors cannot be compared */
  similarity: z.number().optional(),
})

export const rowNeighbours = z.object({
  /** all dates of the same footprint, the row's own among them, the first date first; `similarity` is to that one */
  dates: z.array(neighbour),
  /** nearest on the ground, of other footprints, the nearest first */
  near: z.array(neighbour.extend({ distanceKm: z.number() })),
  /** nearest by cosine, of other footprints, the most alike first */
  alike: z.array(neighbour.extend({ distanceKm: z.number().optional() })),
})
export type RowNeighbours = z.infer<typeof rowNeighbours>
