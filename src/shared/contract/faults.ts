// Rows that are not what they seem: counted, selected, and left out of searches when asked.

import { z } from 'zod'

export const faultKinds = ['nan', 'zero', 'repeated-id', 'repeated-vector', 'cloud', 'nodata'] as const
export const faultKind = z.enum(faultKinds)
export type FaultKind = z.infer<typeof faultKind>

export const setFaults = z.object({
  faults: z.array(
    z.object({
      kind: faultKind,
      rows: z.number().int(),
      /** of a kind that a column tells: its name and the value from which a row counts, or why nothing is known */
      column: z.string().optional(),
      from: z.number().optional(),
    }),
  ),
  /** rows with one fault or more */
  rows: z.number().int(),
})
export type SetFaults = z.infer<typeof setFaults>
