// A value for every grid cell of a set, as a layer of the globe.

import { z } from 'zod'
import { bbox } from './place.ts'

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
