// Labels given in the window, and the probe that is trained on them at once.

import { z } from 'zod'
import { cellLayer } from './cell-layers.ts'
import { rowPlace } from './place.ts'

export const labelProbeRequest = z.object({
  setId: z.string(),
  /** two or more */
  classes: z.array(z.string()),
  /** one class a row */
  labels: z.array(z.object({ row: z.number().int(), class: z.number().int() })),
  /** logistic regression, or least squares on 1 and -1 with a penalty */
  probe: z.enum(['logistic', 'ridge']).default('logistic'),
  /** strength of the penalty: 1 / C of logistic regression, alpha of ridge */
  penalty: z.number().positive().default(1),
  /** class whose mean probability is mapped; absent: the class that is most probable in a cell */
  shown: z.number().int().optional(),
})
export type LabelProbeRequest = z.infer<typeof labelProbeRequest>

export const labelProbe = z.object({
  layer: cellLayer,
  /** rows of the set that are most probably of each class */
  rows: z.array(z.number().int()),
  /** of rows held out, five parts with the classes in proportion; absent where a class has fewer labels than two */
  heldOut: z
    .object({
      accuracy: z.number(),
      /** Wilson, 95 % */
      interval: z.tuple([z.number(), z.number()]).readonly(),
      parts: z.number().int(),
    })
    .optional(),
  /** unlabelled rows whose two most probable classes are nearest to each other, one a cell, the most uncertain first */
  next: z.array(rowPlace.extend({ margin: z.number() })),
  /** labelled rows whose vector cannot be used */
  unusable: z.number().int(),
  tookMs: z.number(),
})
export type LabelProbe = z.infer<typeof labelProbe>

/** Ground that the rows of each class cover, km2: the area of the union of their footprints. */
export const classAreas = z.object({ areasKm2: z.array(z.number()) })

/** Labels that stand in a column of the set. */
export const columnLabels = z.object({
  classes: z.array(z.string()),
  labels: z.array(z.object({ row: z.number().int(), class: z.number().int() })),
})
export type ColumnLabels = z.infer<typeof columnLabels>
