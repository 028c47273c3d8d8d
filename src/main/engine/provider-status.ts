import type { EngineStatus } from '../../shared/contract.ts'

type Provider = EngineStatus['provider']

/** What inference would run on; asked of a pipeline process, in the background. */
export class ProviderStatus {
  readonly #ask: () => Promise<Provider>
  #known: Provider = { name: 'unknown', reason: 'not tried yet' }
  #isAsked = false

  /** @param ask tries the providers; what it throws is the reason for having none */
  constructor(ask: () => Promise<Provider>) {
    this.#ask = ask
  }

  /** What is known now; the first call starts the question. */
  current(): Provider {
    if (!this.#isAsked) void this.askAgain()
    return this.#known
  }

  async askAgain(ask: () => Promise<Provider> = this.#ask): Promise<Provider> {
    this.#isAsked = true
    try {
      this.#known = await ask()
    } catch (error) {
      this.#known = { name: 'none', reason: error instanceof Error ? error.message : String(error) }
    }
    return this.#known
  }
}
