import { z } from 'zod'

export const neucoRequest = z.object({
  /** CSV: id, 0, 1, ... */
  submission: z.string(),
  /** folder of `<task>__<type>.csv` */
  labels: z.string(),
  /** file with one id a line; they are left out */
  exclude: z.string().optional(),
  /** fewer columns are padded with zeros, more are refused; absent: as many as the submission has */
  dimensions: z.number().int().min(1).optional(),
  /** only these tasks */
  tasks: z.array(z.string()).optional(),
  splits: z.number().int().min(1).max(1000).default(40),
  epochs: z.number().int().min(1).max(1000).default(10),
  batchSize: z.number().int().min(1).default(64),
  learningRate: z.number().positive().default(0.001),
  /** of the splits; the benchmark's is 42 */
  splitSeed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(42),
  /** of the starts and the mini-batches */
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(42),
  standardise: z.boolean().default(true),
  scaleLabels: z.boolean().default(true),
  /** folder for result files in the layout of the benchmark */
  out: z.string().optional(),
  /** name of the method in them; absent: the file's */
  method: z.string().optional(),
  phase: z.string().default('results'),
})
export type NeucoRequest = z.input<typeof neucoRequest>

/** null where there is nothing to compute it from */
const score = z.number().nullable()

const neucoTask = z.object({
  task: z.string(),
  type: z.enum(['classification', 'regression']),
  metric: z.enum(['f1', 'r2']),
  /** with label and vector */
  samples: z.number().int(),
  /** labels whose id is not in the submission */
  withoutVector: z.number().int(),
  /** the benchmark's: the best epoch of each split is chosen on the very samples that it is judged by */
  q: score,
  mean: score,
  std: score,
  scores: z.array(z.number()),
  /** the epoch is chosen on training samples that are kept back: what the same probe reaches on samples it has not seen */
  heldOut: z.object({ mean: score, std: score, q: score }),
  /** why it has no score */
  problem: z.string().optional(),
})

export const neucoReport = z.object({
  submission: z.string(),
  labels: z.string(),
  method: z.string(),
  rows: z.object({
    submitted: z.number().int(),
    used: z.number().int(),
    unlabelled: z.number().int(),
    excluded: z.number().int(),
  }),
  dimensions: z.number().int(),
  /** of the file; the rest is padding */
  foundDimensions: z.number().int(),
  /** that every value was standardised by */
  standardisation: z.object({ mean: z.number(), std: z.number() }),
  tasks: z.array(neucoTask),
  /** mean over the tasks; null when a task has no score */
  overallQ: score,
  overallScore: score,
  overallHeldOut: score,
  settings: z.object({
    splits: z.number(),
    epochs: z.number(),
    batchSize: z.number(),
    learningRate: z.number(),
    splitSeed: z.number(),
    seed: z.number(),
    standardise: z.boolean(),
    scaleLabels: z.boolean(),
  }),
  /** result files that were written */
  files: z.array(z.string()),
  seconds: z.number(),
  warnings: z.array(z.string()),
})
export type NeucoReport = z.infer<typeof neucoReport>
