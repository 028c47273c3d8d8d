import { z } from 'zod'

export const jobState = z.object({
  jobId: z.string(),
  kind: z.enum([
    'open',
    'embed',
    'export',
    'sample',
    'spool',
    'plan',
    'fetch',
    'build',
    'add',
    'verify',
    'cuda',
    'query',
    'neuco',
    'probe',
    'compare',
    'change',
    'check',
    'field',
  ]),
  /** what the user sees, e.g. `Embedding part_00001.parquet` */
  title: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** stage now running, e.g. `reading`, `embedding`, `writing` */
  stage: z.string(),
  done: z.number(),
  /** absent while the total is not known */
  total: z.number().optional(),
  /** what `done` counts, e.g. `fragments` */
  unit: z.string(),
  ratePerSecond: z.number().optional(),
  secondsLeft: z.number().optional(),
  startedAt: z.string(),
  /** set when `state` is not `running` */
  endedAt: z.string().optional(),
  /** set when `state` is `failed`: one sentence */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** of an embedding that failed or was cancelled: what is done is kept, `resumeEmbed` goes on from there */
  isResumable: z.boolean().optional(),
  /**
   * set when `state` is `done`; its shape depends on `kind`: open -> SetSummary, embed -> EmbedReport, export -> ExportReport,
   * plan -> EmbedPlan, fetch -> FetchReport, build -> BuildReport, add -> AddReport, verify -> VerifyReport,
   * cuda -> CudaReport, query -> ImageQuery, neuco -> NeucoReport, probe -> ProbeReport,
   * compare -> CompareReport, change -> ChangeReport, check -> SearchCheck,
   * field -> ScoreField
   */
  result: z.unknown().optional(),
})
export type JobState = z.infer<typeof jobState>
export const jobStarted = z.object({ jobId: z.string() })
