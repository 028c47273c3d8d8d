import { z } from 'zod'
import { bbox, footprint, rowPlace } from './place.ts'

export const columnSummary = z.object({
  name: z.string(),
  /** as Arrow prints it, e.g. `Utf8`, `Int16`, `FixedSizeList[64]<Float32>` */
  type: z.string(),
})

/** Which columns of a table mean what, where the user knows better than the names say. */
export const columnChoice = z.object({
  vectors: z.string(),
  uniqueId: z.string().optional(),
  timestamp: z.string().optional(),
  lat: z.string().optional(),
  lon: z.string().optional(),
  geometry: z.string().optional(),
})
export type ColumnChoice = z.infer<typeof columnChoice>

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
