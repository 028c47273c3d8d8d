import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import type { JobList } from '../jobs/job-list.ts'
import type { ParsedEmbedRequest, ParsedVerifyRequest, PipelineContext } from '../pipeline/pipeline-calls.ts'
import type { PipelineHost } from '../pipeline/pipeline-host.ts'

export interface EmbeddingJobsOptions {
  readonly jobs: JobList
  readonly pipeline: PipelineHost
  readonly context: PipelineContext
  /** holds what users embed without naming a folder */
  readonly outputFolder: string
}

/** Plans, runs and verifies embeddings in the pipeline process, as jobs. */
export class EmbeddingJobs {
  readonly #options: EmbeddingJobsOptions
  /** of the jobs that can be resumed, should they fail or be cancelled */
  readonly #requests = new Map<string, ParsedEmbedRequest & { readonly out: string }>()

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

  /** @param request its one input is the image, its `extend` the set that is searched */
  embedImage(request: ParsedEmbedRequest): { jobId: string } {
    const { jobs, pipeline, context } = this.#options
    const title = `Embedding ${inputsText(request.inputs)} to search with it`
    const { jobId } = jobs.start({ kind: 'query', title, unit: 'images' }, (job) =>
      pipeline.call('embedImage', { request, context }, job),
    )
    return { jobId }
  }

  embed(request: ParsedEmbedRequest): { jobId: string } {
    return this.#start({ ...request, out: request.out ?? join(this.#options.outputFolder, outputName(request.model)) })
  }

  /** @throws EngineError `not-found` when that job has left nothing to go on with */
  resume(jobId: string): { jobId: string } {
    const { jobs } = this.#options
    const request = jobs.get(jobId)?.isResumable === true ? this.#requests.get(jobId) : undefined
    if (request === undefined) {
      throw new EngineError('not-found', `job ${jobId}: expected an interrupted embedding that can go on, got none`)
    }
    jobs.forgetResumable(jobId)
    return this.#start({ ...request, resume: true })
  }

  /** @param request its paths are such that this door may read */
  verify(request: ParsedVerifyRequest): { jobId: string } {
    const { jobs, pipeline, context } = this.#options
    const title = `Verifying ${basename(request.published)}`
    const { jobId } = jobs.start({ kind: 'verify', title, unit: 'fragments' }, (job) =>
      pipeline.call('verify', { request, context }, job),
    )
    return { jobId }
  }

  #start(request: ParsedEmbedRequest & { readonly out: string }): { jobId: string } {
    const { jobs, pipeline, context } = this.#options
    const title = `Embedding ${inputsText(request.inputs)}`
    const isResumable = () => hasSpool(request.out)
    const { jobId } = jobs.start({ kind: 'embed', title, unit: 'fragments', isResumable }, (job) =>
      pipeline.call('embed', { request, context }, job),
    )
    this.#requests.set(jobId, request)
    return { jobId }
  }
}

async function hasSpool(folder: string): Promise<boolean> {
  return (await readdir(folder)).some((name) => name.endsWith('.spool'))
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
