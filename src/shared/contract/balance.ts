// Where results lie against where the data lie, so that a bias is a number.

import { z } from 'zod'

export const balanceGroup = z.object({
  by: z.enum(['latitude', 'continent']),
  name: z.string(),
  /** rows of the set, and of the results, with a place there */
  data: z.number().int(),
  results: z.number().int(),
  /** share of the results over share of the data; absent where the set has no rows there */
  ratio: z.number().optional(),
  /** 95 %, from Wilson's interval of the share of the results */
  interval: z.tuple([z.number(), z.number()]).readonly().optional(),
})

export const resultBalance = z.object({
  groups: z.array(balanceGroup),
  /** with a place */
  data: z.number().int(),
  results: z.number().int(),
})
export type ResultBalance = z.infer<typeof resultBalance>
