import { z } from 'zod'

const seed = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1)

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
  splitSeed: seed.default(42),
  /** of the starts and the mini-batches */
  seed: seed.default(42),
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

/** Where the labels of a set stand: in a column of its own, or in a table that is joined to it. */
export const labelSource = z.object({
  /** name of the column */
  label: z.string().default('label'),
  /** CSV or Parquet; absent: the set itself */
  table: z.string().optional(),
  /** column of ids in the table; absent: the one with the name of `match`, `id`, or `<match>_prefix` */
  id: z.string().optional(),
  /** column of the set that the ids are compared with */
  match: z.enum(['unique_id', 'product_id', 'grid_cell']).default('unique_id'),
})

export const probeRequest = z.object({
  /** embeddings Parquet */
  set: z.string(),
  labels: labelSource,
  /** absent labels aside: `auto` takes numbers for numbers unless they are few whole ones, everything else for classes */
  task: z.enum(['auto', 'classes', 'labels', 'numbers']).default('auto'),
  /** between the labels of a sample, for `labels` */
  separator: z.string().min(1).default(' '),
  /** `auto`: logistic regression for classes and labels, ridge for numbers */
  probe: z.enum(['auto', 'logistic', 'ridge', 'nearest']).default('auto'),
  /** logistic: inverse strength of the penalty */
  c: z.number().positive().default(1),
  /** ridge: strength of the penalty */
  alpha: z.number().min(0).default(1),
  /** nearest: how many neighbours */
  neighbours: z.number().int().min(1).default(10),
  classWeights: z.enum(['none', 'balanced']).default('none'),
  folds: z.number().int().min(2).max(100).default(5),
  /** `auto`: stratified for classes, random otherwise */
  split: z.enum(['auto', 'stratified', 'random', 'blocked']).default('auto'),
  /** blocked: side of a block, and how far from a tested sample nothing is learnt */
  blockKm: z.number().positive().max(5000).default(100),
  bufferKm: z.number().min(0).max(1000).default(0),
  /** also train on a twentieth, a tenth, a fifth and a half of each training part */
  learningCurve: z.boolean().default(false),
  seed: seed.default(42),
})
export type ProbeRequest = z.input<typeof probeRequest>

/** 95 % by the bootstrap over the tested samples, whole blocks at a time where the folds are blocked */
const interval = z.object({ low: z.number(), high: z.number() })

const calibration = z.object({
  /** expected calibration error over ten bins */
  error: z.number(),
  bins: z.array(z.object({ probability: z.number(), frequency: z.number(), count: z.number() })),
  brier: z.number(),
})

/** Over the answers of all folds together, each sample answered by the fold that did not learn from it. */
const probeScores = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('classes'),
    accuracy: z.number(),
    accuracyInterval: interval,
    macroF1: z.number(),
    /** mean recall of the classes */
    balancedAccuracy: z.number(),
    /** one class against the others, mean over the classes */
    rocAuc: score,
    perClass: z.array(
      z.object({ name: z.string(), precision: z.number(), recall: z.number(), f1: z.number(), support: z.number() }),
    ),
    /** rows are the truth, columns the answers, in the order of `perClass` */
    confusion: z.array(z.array(z.number())),
    /** of the probability of the answered class; null for a probe without probabilities */
    calibration: calibration.nullable(),
  }),
  z.object({
    kind: z.literal('labels'),
    macroF1: z.number(),
    macroF1Interval: interval,
    rocAuc: score,
    /** all labels of a sample right */
    subsetAccuracy: z.number(),
    perLabel: z.array(z.object({ name: z.string(), f1: z.number(), rocAuc: score, support: z.number() })),
    calibration: calibration.nullable(),
  }),
  z.object({ kind: z.literal('numbers'), r2: score, r2Interval: interval, mae: z.number(), rmse: z.number() }),
])

export const probeReport = z.object({
  set: z.string(),
  probe: z.enum(['logistic', 'ridge', 'nearest']),
  /** accuracy, macro F1 or R2: what `folds` and `learningCurve` are told in */
  metric: z.enum(['accuracy', 'macroF1', 'r2']),
  dimensions: z.number().int(),
  /** samples that were used, and why others were not */
  samples: z.number().int(),
  leftOut: z.object({
    /** rows of the set without a label */
    unlabelled: z.number().int(),
    /** labels for ids that the set does not have */
    unknownIds: z.number().int(),
    /** further rows of an id */
    repeatedIds: z.number().int(),
    /** NaN, infinite or zero vectors */
    unusableVectors: z.number().int(),
  }),
  split: z.enum(['stratified', 'random', 'blocked']),
  folds: z.array(
    z.object({
      train: z.number().int(),
      test: z.number().int(),
      /** near a tested sample, so not learnt from */
      inBuffer: z.number().int(),
      score,
      iterations: z.number().int(),
      hasConverged: z.boolean(),
    }),
  ),
  /** over the folds; the deviation is that of a sample (n - 1) */
  mean: score,
  std: score,
  scores: probeScores,
  /** shares of the training parts with the mean and deviation over the folds */
  learningCurve: z.array(z.object({ fraction: z.number(), train: z.number(), mean: score, std: score })).optional(),
  /** the request with its choices made */
  settings: z.record(z.string(), z.unknown()),
  seconds: z.number(),
  warnings: z.array(z.string()),
})
export type ProbeReport = z.infer<typeof probeReport>

export const compareRequest = z.object({
  /** two embeddings Parquet files of the same ground */
  a: z.string(),
  b: z.string(),
  /** `fragment`: rows are joined by grid cell, product, fragment row and column; `place`: without the product */
  by: z.enum(['fragment', 'place']).default('fragment'),
  /** compare the rows that both have; otherwise a row without a partner is an error */
  sharedOnly: z.boolean().default(false),
  /** neighbours that make a neighbourhood */
  k: z.number().int().min(1).max(1000).default(10),
  /** of more joined rows so many are drawn */
  rows: z.number().int().min(3).max(200_000).default(10_000),
  seed: seed.default(42),
  /** also the overlap of every place */
  perPlace: z.boolean().default(false),
})
export type CompareRequest = z.input<typeof compareRequest>

const comparedSet = z.object({
  set: z.string(),
  model: z.string().optional(),
  dimensions: z.number().int(),
  /** of the file */
  rows: z.number().int(),
  /** without a partner in the other set */
  alone: z.number().int(),
  repeated: z.number().int(),
  meanPairwiseCosine: score,
  /** (sum of the covariance's eigenvalues)^2 / sum of their squares */
  participationRatio: score,
  /** exp of the entropy of the singular values of the centred vectors */
  effectiveRank: score,
  /** of the unit vectors, by the two nearest neighbours */
  intrinsicDimension: score,
  /** rows with an equal vector, which that leaves out */
  duplicates: z.number().int(),
})

export const compareReport = z.object({
  a: comparedSet,
  b: comparedSet,
  by: z.enum(['fragment', 'place']),
  /** rows that both have, those of them with usable vectors in both, and how many of these were compared */
  joined: z.number().int(),
  usable: z.number().int(),
  compared: z.number().int(),
  k: z.number().int(),
  /** 1: the same up to rotation and scale; 0: nothing in common */
  linearCka: score,
  /** share of the k nearest that both name, and what chance would give */
  overlap: z.number(),
  overlapByChance: z.number(),
  /** pairs that are among each other's k nearest in both, as a share of those in either */
  mutualPairs: z.number(),
  places: z
    .array(
      z.object({
        rowA: z.number().int(),
        rowB: z.number().int(),
        gridCell: z.string(),
        lat: z.number().optional(),
        lon: z.number().optional(),
        overlap: z.number(),
      }),
    )
    .optional(),
  seconds: z.number(),
  warnings: z.array(z.string()),
})
export type CompareReport = z.infer<typeof compareReport>

export const changeRequest = z.object({
  /** embeddings Parquet with several dates of the same fragments */
  set: z.string(),
  /** the lowest share of stable steps that may be called a change, for the calibration */
  falseAlarms: z.number().min(0).max(0.5).default(0.01),
  /** table with what is known: CSV or Parquet; change is known where its label holds `changeLabel` */
  truth: labelSource.extend({ table: z.string(), changeLabel: z.string() }).optional(),
  /** steps in the report, most changed first */
  limit: z.number().int().min(1).max(1_000_000).default(100),
})
export type ChangeRequest = z.input<typeof changeRequest>

const changeStep = z.object({
  gridCell: z.string(),
  fragmentRow: z.number().int(),
  fragmentCol: z.number().int(),
  lat: z.number().optional(),
  lon: z.number().optional(),
  fromRow: z.number().int(),
  toRow: z.number().int(),
  from: z.string(),
  to: z.string(),
  cosine: z.number(),
  /** how much lower the cosine is than that of the steps of the same dates around it, in robust deviations of these */
  score: z.number(),
  isChange: z.boolean(),
  /** what the truth says, where it says something */
  isKnownChange: z.boolean().optional(),
})

export const changeReport = z.object({
  set: z.string(),
  rows: z.number().int(),
  /** fragments with two dates or more, and the steps from each date to the next */
  footprints: z.number().int(),
  stepCount: z.number().int(),
  /** of the score; above it a step is called a change */
  threshold: z.number(),
  changed: z.number().int(),
  cosine: z.object({ median: z.number(), p5: z.number(), p1: z.number() }),
  /** against the truth */
  truth: z
    .object({
      steps: z.number().int(),
      changes: z.number().int(),
      rocAuc: score,
      /** of the bare cosine, without the comparison with neighbours */
      rocAucOfCosine: score,
      precision: score,
      recall: score,
    })
    .optional(),
  steps: z.array(changeStep),
  seconds: z.number(),
  warnings: z.array(z.string()),
})
export type ChangeReport = z.infer<typeof changeReport>
