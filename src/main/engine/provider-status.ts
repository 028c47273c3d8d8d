import type { EngineStatus } from '../../shared/contract.ts'
import type { PipelineHost } from '../pipeline/pipeline-host.ts'

type Provider = EngineStatus['provider']

/** What inference would run on; asked of the pipeline process once, in the background. */
export class ProviderStatus {
  readonly #pipeline: PipelineHost
  #known: Provider = { name: 'unknown', reason: 'not tried yet' }
  #isAsked = false

  constructor(pipeline: PipelineHost) {
    this.#pipeline = pipeline
  }

  /** What is known now; the first call starts the question. */
  current(): Provider {
    if (!this.#isAsked) {
      this.#isAsked = true
      void this.#ask()
    }
    return this.#known
  }

  async #ask(): Promise<void> {
    try {
      this.#known = await this.#pipeline.call('provider', { device: 'auto' })
    } catch (error) {
      this.#known = { name: 'none', reason: error instanceof Error ? error.message : String(error) }
    }
  }
}
