import { basename } from 'node:path'
import type { ParsedNeucoRequest } from '../evaluation/neuco/run-neuco.ts'
import type { JobList } from '../jobs/job-list.ts'
import type { EvaluationThread } from './task-thread.ts'

export interface EvaluationJobsOptions {
  readonly jobs: JobList
  readonly thread: EvaluationThread
}

/** Starts evaluations as jobs; the paths of every request are ones that this door may read or write. */
export class EvaluationJobs {
  readonly #options: EvaluationJobsOptions

  constructor(options: EvaluationJobsOptions) {
    this.#options = options
  }

  neuco(request: ParsedNeucoRequest): { jobId: string } {
    const { jobs, thread } = this.#options
    const title = `Scoring ${basename(request.submission)}`
    const { jobId } = jobs.start({ kind: 'neuco', title, unit: 'splits' }, (job) =>
      thread.link().call('neuco', request, job),
    )
    return { jobId }
  }
}
