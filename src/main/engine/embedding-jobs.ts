import { basename, join } from 'node:path'
import type { JobList } from '../jobs/job-list.ts'
import type { ParsedEmbedRequest, PipelineContext } from '../pipeline/pipeline-calls.ts'
import type { PipelineHost } from '../pipeline/pipeline-host.ts'

export interface EmbeddingJobsOptions {
  readonly jobs: JobList
  readonly pipeline: PipelineHost
  readonly context: PipelineContext
  /** holds what users embed without naming a folder */
  readonly outputFolder: string
}

/** Plans and runs embeddings in the pipeline process, as jobs. */
export class EmbeddingJobs {
  readonly #options: EmbeddingJobsOptions

  constructor(options: EmbeddingJobsOptions) {
    this.#options = options
  }

  /** @param request its inputs are paths that this door may read */
  plan(request: ParsedEmbedRequest): { jobId: string } {
    const { jobs, pipeline, context } = this.#options
    const title = `Planning ${inputsText(request.inputs)}`
    const { jobId } = jobs.start({ kind: 'plan', title, unit: 'images' }, (job) =>
      pipeline.call('plan', { request, context }, job),
    )
    return { jobId }
  }

  embed(request: ParsedEmbedRequest): { jobId: string } {
    const { jobs, pipeline, context } = this.#options
    const out = request.out ?? join(this.#options.outputFolder, outputName(request.model))
    const title = `Embedding ${inputsText(request.inputs)}`
    const { jobId } = jobs.start({ kind: 'embed', title, unit: 'fragments' }, (job) =>
      pipeline.call('embed', { request: { ...request, out }, context }, job),
    )
    return { jobId }
  }
}

function inputsText(inputs: readonly string[]): string {
  const first = basename(inputs[0]!)
  return inputs.length === 1 ? first : `${first} and ${inputs.length - 1} more`
}

/** e.g. `mobilenet-v1-20261121T074210`: a folder of its own for every run */
function outputName(model: string): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+Z$/g, '')
  return `${basename(model).replace(/\.\w+$/, '')}-${time}`
}
