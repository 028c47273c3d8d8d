import { basename } from 'node:path'
import type { ParsedChangeRequest } from '../evaluation/change/run-change.ts'
import type { ParsedCompareRequest } from '../evaluation/comparison/run-comparison.ts'
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

  compare(request: ParsedCompareRequest): { jobId: string } {
    const { jobs, thread } = this.#options
    const title = `Comparing ${basename(request.a)} with ${basename(request.b)}`
    const { jobId } = jobs.start({ kind: 'compare', title, unit: 'steps' }, (job) =>
      thread.link().call('compare', request, job),
    )
    return { jobId }
  }

  change(request: ParsedChangeRequest): { jobId: string } {
    const { jobs, thread } = this.#options
    const title = `Comparing the dates of ${basename(request.set)}`
    const { jobId } = jobs.start({ kind: 'change', title, unit: 'steps' }, (job) =>
      thread.link().call('change', request, job),
    )
    return { jobId }
  }
}
