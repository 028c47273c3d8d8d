import { entryPath } from '../entries.ts'
import { WorkerLink } from '../threads/worker-link.ts'
import { type ScanCalls, scanCalls } from './scan-calls.ts'
import { cancelTicket, rowsDone, type ScanSetup, type Ticket } from './scan-task.ts'

type Result<N extends keyof ScanCalls> = Awaited<ReturnType<ScanCalls[N]>>

/** Threads that share the scan of one set. The calling thread is the first of them, so that a small scan waits for nobody. */
export class ScanPool {
  readonly size: number
  readonly #own: ScanCalls
  readonly #links: readonly WorkerLink<ScanCalls>[]

  /** @param size threads, at least 1 */
  constructor(setup: ScanSetup, size: number) {
    this.size = size
    this.#own = scanCalls(setup, 0)
    const entry = entryPath('scan-worker')
    this.#links = Array.from(
      { length: size - 1 },
      (_, index) =>
        new WorkerLink<ScanCalls>({ entry, name: 'a search thread', workerData: { setup, thread: index + 1 } }),
    )
  }

  /**
   * Calls `name` in every thread, or only the first few, and waits for all of them, also after an abort: nobody works on a set that was given up.
   * @param input of thread n
   * @throws the reason of the signal
   */
  async all<N extends keyof ScanCalls & string>(
    name: N,
    input: (thread: number) => Parameters<ScanCalls[N]>[0],
    options: { readonly ticket?: Ticket; readonly threads?: number; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Result<N>[]> {
    const { ticket, threads = this.size, signal } = options
    signal?.throwIfAborted()
    const cancel = () => ticket && cancelTicket(ticket)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      // the others first: this thread works before it returns
      const others = Array.from({ length: threads - 1 }, (_, index) => this.#links[index]!.call(name, input(index + 1)))
      const running = [this.#callHere(name, input(0)), ...others]
      const results = await Promise.allSettled(running)
      signal?.throwIfAborted()
      return results.map((result) => {
        if (result.status === 'rejected') throw result.reason
        return result.value
      })
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  async dispose(): Promise<void> {
    this.#own.dispose({})
    await Promise.all(this.#links.map((link) => link.dispose()))
  }

  async #callHere<N extends keyof ScanCalls & string>(name: N, input: Parameters<ScanCalls[N]>[0]): Promise<Result<N>> {
    const call = this.#own[name] as (input: Parameters<ScanCalls[N]>[0]) => Result<N> | Promise<Result<N>>
    return call(input)
  }
}

/** Tells how many rows a ticket has done, a few times a second, until `work` ends. */
export async function withProgress<T>(
  ticket: Ticket,
  onRows: ((done: number) => void) | undefined,
  work: Promise<T>,
): Promise<T> {
  const timer = onRows && setInterval(() => onRows(rowsDone(ticket)), 200)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
