import { availableParallelism } from 'node:os'
import { type EntryName, entryPath } from '../../entries.ts'
import type { ThreadCalls } from '../../threads/thread-calls.ts'
import { WorkerLink } from '../../threads/worker-link.ts'

/** Threads that share a piece of work; `dispose` ends them at once, whatever they do. */
export class ThreadPool<C extends ThreadCalls> {
  readonly #links: readonly WorkerLink<C>[]

  constructor(entry: EntryName, size: number = availableParallelism()) {
    this.#links = Array.from(
      { length: size },
      (_, index) => new WorkerLink<C>({ entry: entryPath(entry), name: `${entry} ${index + 1}` }),
    )
  }

  get size(): number {
    return this.#links.length
  }

  /** One call in every thread, with an input each. */
  all<N extends keyof C & string>(name: N, inputOf: (thread: number) => Parameters<C[N]>[0]) {
    return Promise.all(this.#links.map((link, thread) => link.call(name, inputOf(thread))))
  }

  /**
   * One call an input, handed to whichever thread is free.
   * @returns in the order of the inputs
   */
  async map<N extends keyof C & string>(
    name: N,
    inputs: readonly Parameters<C[N]>[0][],
    { signal, onDone }: { readonly signal?: AbortSignal; readonly onDone?: () => void } = {},
  ): Promise<Awaited<ReturnType<C[N]>>[]> {
    const outcomes = new Array<Awaited<ReturnType<C[N]>>>(inputs.length)
    let next = 0
    const work = async (link: WorkerLink<C>) => {
      while (next < inputs.length) {
        signal?.throwIfAborted()
        const index = next++
        outcomes[index] = await link.call(name, inputs[index]!)
        onDone?.()
      }
    }
    await Promise.all(this.#links.map(work))
    return outcomes
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.dispose()))
  }
}
