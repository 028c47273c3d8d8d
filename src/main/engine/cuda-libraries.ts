import { rm } from 'node:fs/promises'
import type { CudaFetchReport, CudaRemoveReport, CudaReport, CudaStatus } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import type { CudaRequest } from '../cuda/fetch-cuda.ts'
import type { JobList } from '../jobs/job-list.ts'
import { PipelineHost, type PipelineHostOptions } from '../pipeline/pipeline-host.ts'
import type { ProviderStatus } from './provider-status.ts'
import type { TaskThread } from './task-thread.ts'

export interface CudaLibrariesOptions {
  readonly jobs: JobList
  /** for an hour of fetching, so not one that others wait for */
  readonly fetching: TaskThread
  readonly pipeline: PipelineHost
  /** how `pipeline` starts its processes */
  readonly pipelineOptions: PipelineHostOptions
  readonly provider: ProviderStatus
  readonly request: CudaRequest
}

/** Fetches the CUDA libraries as a job, one at a time, and tells what inference runs on with them. */
export class CudaLibraries {
  readonly #options: CudaLibrariesOptions
  #jobId: string | undefined

  constructor(options: CudaLibrariesOptions) {
    this.#options = options
  }

  /** @param mirror instead of the one the application was started with */
  status(mirror?: string): Promise<CudaStatus> {
    return this.#options.fetching.link().call('cudaStatus', this.#request(mirror))
  }

  /** @param mirror as in `status` */
  fetch(mirror: string | undefined): { jobId: string } {
    // a second wish is answered with the job that fetches
    if (this.#jobId !== undefined) return { jobId: this.#jobId }
    const { jobs, fetching } = this.#options
    const start = { kind: 'cuda', title: 'Fetching CUDA libraries', unit: 'bytes' } as const
    const { jobId, ended } = jobs.start(start, async (job): Promise<CudaReport> => {
      const report: CudaFetchReport = await fetching.link().call('fetchCuda', this.#request(mirror), job)
      job.onProgress({ stage: 'trying the GPU', done: report.fetchedBytes })
      return { ...report, provider: await this.#tryAgain() }
    })
    this.#jobId = jobId
    void ended.then(() => {
      this.#jobId = undefined
    })
    return { jobId }
  }

  /** @throws EngineError `invalid-input` while they are being fetched or may be in use */
  async remove(): Promise<CudaRemoveReport> {
    const { pipeline } = this.#options
    const got = this.#jobId !== undefined ? 'a fetch of them' : pipeline.isBusy ? 'an embedding' : undefined
    if (got !== undefined) {
      throw new EngineError(
        'invalid-input',
        `CUDA libraries: expected nothing that uses them, got ${got} that is running; cancel it first`,
      )
    }
    const { folder: ofRuntime, storedBytes } = await this.status()
    const { cudaFolder } = this.#options.request
    await rm(cudaFolder, { recursive: true, force: true })
    if (storedBytes > 0) await this.#tryAgain()
    return { folder: ofRuntime, freedBytes: storedBytes }
  }

  #request(mirror: string | undefined): CudaRequest {
    const { request } = this.#options
    return mirror === undefined ? request : { ...request, mirror }
  }

  /** In a process of its own: the one that runs may be busy, and has the environment of before. */
  async #tryAgain(): Promise<CudaReport['provider']> {
    const { pipeline, pipelineOptions, provider } = this.#options
    pipeline.renew()
    const trial = new PipelineHost(pipelineOptions)
    try {
      return await provider.askAgain(() => trial.call('provider', { device: 'auto' }))
    } finally {
      trial.dispose()
    }
  }
}
