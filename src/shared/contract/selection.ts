// A selection of many rows: the rows stay in the engine, the screen holds an id, a count and where they are.

import { z } from 'zod'
import { faultKind } from './faults.ts'
import { bbox, footprint, rowPlace } from './place.ts'

/** What is selected by one act; several fields together take the rows that pass all of them, none takes every row. */
export const rowChoice = z.object({
  /** `[west, south, east, north]`; west > east crosses 180 degrees */
  bbox: bbox.optional(),
  /** rows whose centre lies in it */
  polygon: footprint.optional(),
  /** grid cells by name */
  cells: z.array(z.string()).optional(),
  /** condition on the columns, such as `timestamp >= '2020-03-01' and contains(product_id, 'T31')` */
  where: z.string().optional(),
  onlyRows: z.array(z.number().int()).optional(),
  /** rows with a fault of one of these kinds */
  faults: z.array(faultKind).optional(),
})
export type RowChoice = z.infer<typeof rowChoice>

export const selectRowsRequest = z.object({
  setId: z.string(),
  choice: rowChoice.default({}),
  /** selection that `combine` starts from; absent: no row */
  base: z.string().optional(),
  /** invert: what `base` has not, whatever the choice */
  combine: z.enum(['replace', 'add', 'subtract', 'invert']).default('replace'),
})
export type SelectRowsRequest = z.infer<typeof selectRowsRequest>

export const rowSelection = z.object({
  setId: z.string(),
  selectionId: z.string(),
  count: z.number().int(),
  /** where the selected rows are; absent when none has a place */
  extent: bbox.optional(),
  /** of the choice: named cells that the set has no rows in */
  absentCells: z.array(z.string()),
  /** bytes of the places to mark: pairs of float32, longitude and latitude */
  placesUrl: z.string(),
})
export type RowSelection = z.infer<typeof rowSelection>

/** A page of a selection, in the order of the file. */
export const selectedRowsRequest = z.object({
  setId: z.string(),
  selectionId: z.string(),
  from: z.number().int().min(0).default(0),
  count: z.number().int().min(1).max(10_000).default(200),
})
export const selectedRow = rowPlace.extend({ thumbnailUrl: z.string().optional() })
export type SelectedRow = z.infer<typeof selectedRow>
