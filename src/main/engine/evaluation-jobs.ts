import { basename } from 'node:path'
import type { ParsedNeucoRequest } from '../evaluation/neuco/run-neuco.ts'
import type { ParsedProbeRequest } from '../evaluation/probes/labelled-samples.ts'
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

  probe(request: ParsedProbeRequest): { jobId: string } {
    const { jobs, thread } = this.#options
    const title = `Probing ${basename(request.set)}`
    const { jobId } = jobs.start({ kind: 'probe', title, unit: 'fits' }, (job) =>
      thread.link().call('probe', request, job),
    )
    return { jobId }
  }
}
