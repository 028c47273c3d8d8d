// A value for every grid cell of a set, as a layer of the globe.

import { z } from 'zod'
import { bbox } from './place.ts'
import { searchQuery } from './search.ts'

/** Where the texels of a set's cells lie; see `setMap`. */
export const cellTexels = z.object({
  width: z.number().int(),
  height: z.number().int(),
  bbox,
  cellsOfRow: z.array(z.number().int()),
})

/** Counts of cells in equal steps from `low` to `high`. */
const spread = {
  /** least and greatest value of a cell */
  low: z.number(),
  high: z.number(),
  /** 2nd and 98th percentile of the cells */
  middle: z.tuple([z.number(), z.number()]).readonly(),
  histogram: z.array(z.number().int()),
}

export const cellValues = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('number'), ...spread }),
  /** days since 1970 */
  z.object({ kind: z.literal('date'), ...spread }),
  z.object({
    kind: z.literal('category'),
    /** the value of a texel is an index into these; the most frequent first */
    categories: z.array(z.object({ name: z.string(), rows: z.number().int(), cells: z.number().int() })),
    /** values beyond those listed, which are one category named last */
    merged: z.number().int(),
  }),
])
export type CellValues = z.infer<typeof cellValues>

export const cellLayer = cellTexels.extend({
  layerId: z.string(),
  /** bytes of the values: float32 a texel, row 0 north; NaN where there is none */
  url: z.string(),
  /** cells with a value */
  cellCount: z.number().int(),
  /** rows without a value */
  missingRows: z.number().int(),
  values: cellValues,
})
export type CellLayer = z.infer<typeof cellLayer>

export const columnLayerRequest = z.object({
  setId: z.string(),
  column: z.string(),
  /** numbers one by one instead of along a scale */
  asCategories: z.boolean().default(false),
})
export type ColumnLayerRequest = z.infer<typeof columnLayerRequest>

export const fieldRequest = z.object({
  /** as of a search; how many are wanted, and whether results are thinned out, does not matter */
  query: searchQuery,
  /** of the rows of a cell */
  reduction: z.enum(['max', 'mean']).default('max'),
})
export type FieldRequest = z.infer<typeof fieldRequest>

/** How alike every cell is to a query; values are similarities, for `l2` minus the distance. */
export const scoreField = z.object({
  layer: cellLayer,
  /** every score was computed from the vectors (in float32), none estimated */
  exact: z.boolean(),
  /** scores of rows from the least to the greatest, 1001 in even steps of rank: the percentile of a score */
  quantiles: z.array(z.number()),
  /** rows that passed the filters and can be compared */
  scored: z.number().int(),
  tookMs: z.number(),
})
export type ScoreField = z.infer<typeof scoreField>

export const fieldMatches = z.object({
  /** rows at or above the score */
  rows: z.number().int(),
  /** cells whose value is */
  cells: z.number().int(),
  /** of the union of the rows' footprints on the ellipsoid */
  areaKm2: z.number(),
  /** of those rows, ones that have none */
  withoutFootprint: z.number().int(),
})
export type FieldMatches = z.infer<typeof fieldMatches>
