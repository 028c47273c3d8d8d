// The engine's side of the pipeline process: started with the first call, asked to stop between batches, killed when it
// does not, and started anew after a crash.

import { EngineError, errorToWire, fromWire, type Wire } from '../../shared/errors.ts'
import { entryPath } from '../entries.ts'
import type { Progress, ThreadReply, ThreadRequest } from '../threads/thread-calls.ts'
import type { PipelineCalls } from './pipeline-calls.ts'
import { forkProcess, type StartedProcess, type StartProcess } from './start-process.ts'

export interface PipelineHostOptions {
  readonly startProcess?: StartProcess | undefined
  /** what a process gets in its environment, asked whenever one starts */
  readonly environment?: (() => Readonly<Record<string, string>>) | undefined
  /** built entry file; a test may give another */
  readonly entry?: string
  /** how long a cancelled call may go on before its process is killed */
  readonly cancelWithinMs?: number
}

export interface PipelineCallOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

interface PendingCall {
  readonly resolve: (outcome: Wire<unknown>) => void
  readonly onProgress: ((progress: Progress) => void) | undefined
}

type CallName = keyof PipelineCalls

/** Runs the calls of the pipeline process; `dispose` ends it at once. */
export class PipelineHost {
  readonly #options: PipelineHostOptions
  readonly #pending = new Map<number, PendingCall>()
  #process: StartedProcess | undefined
  #isOutdated = false
  #nextId = 1

  constructor(options: PipelineHostOptions = {}) {
    this.#options = options
  }

  /**
   * @throws EngineError as the call in the process threw it, `cancelled`, or `bug` when the process ended by itself
   */
  async call<N extends CallName>(
    name: N,
    input: Parameters<PipelineCalls[N]>[0],
    { signal, onProgress }: PipelineCallOptions = {},
  ): Promise<Awaited<ReturnType<PipelineCalls[N]>>> {
    if (signal?.aborted) throw cancelled()
    const id = this.#nextId++
    const running = this.#running()
    const outcome = new Promise<Wire<unknown>>((resolve) => this.#pending.set(id, { resolve, onProgress }))
    let deadline: NodeJS.Timeout | undefined
    const cancel = () => {
      running.postMessage({ type: 'cancel', id } satisfies ThreadRequest)
      deadline = setTimeout(() => this.#end(running, id), this.#options.cancelWithinMs ?? 5000)
    }
    signal?.addEventListener('abort', cancel, { once: true })
    running.postMessage({ type: 'call', id, name, input } satisfies ThreadRequest)
    try {
      return fromWire(await outcome) as Awaited<ReturnType<PipelineCalls[N]>>
    } finally {
      clearTimeout(deadline)
      signal?.removeEventListener('abort', cancel)
    }
  }

  get isBusy(): boolean {
    return this.#pending.size > 0
  }

  /** The environment has changed: calls that run go on in their process, the first call after them starts a new one. */
  renew(): void {
    this.#isOutdated = true
  }

  dispose(): void {
    const running = this.#process
    this.#forget(cancelled)
    running?.kill()
  }

  #running(): StartedProcess {
    if (this.#isOutdated && !this.isBusy) this.dispose()
    if (this.#process !== undefined) return this.#process
    const { startProcess = forkProcess, entry = entryPath('pipeline-process'), environment } = this.#options
    this.#isOutdated = false
    const started = startProcess(entry, environment?.())
    started.onMessage((message) => this.#receive(message as ThreadReply))
    started.onExit((how) => {
      if (this.#process === started) this.#forget(() => crashed(how, started.lastWords()))
    })
    this.#process = started
    return started
  }

  #receive(reply: ThreadReply): void {
    const call = this.#pending.get(reply.id)
    if (reply.type === 'progress') {
      call?.onProgress?.(reply.progress)
      return
    }
    this.#pending.delete(reply.id)
    call?.resolve(reply.outcome)
  }

  /** Kills a process that did not answer the cancel of call `id`; what else it ran ends with an error. */
  #end(started: StartedProcess, id: number): void {
    if (this.#process === started) this.#forget((other) => (other === id ? cancelled() : endedForAnother()))
    started.kill()
  }

  #forget(errorOf: (id: number) => EngineError): void {
    this.#process = undefined
    const calls = [...this.#pending]
    this.#pending.clear()
    for (const [id, call] of calls) call.resolve({ ok: false, error: errorToWire(errorOf(id)) })
  }
}

function cancelled(): EngineError {
  return new EngineError('cancelled', 'cancelled')
}

function endedForAnother(): EngineError {
  return new EngineError('bug', 'embedding process: ended because another run in it did not stop, start this one again')
}

function crashed(how: string, lastWords: string): EngineError {
  const killed = how.includes('SIGKILL') ? ', perhaps for lack of memory: try a smaller batch' : ''
  const words = lastWords === '' ? '' : ` (${lastWords.slice(0, 200)})`
  const message = `embedding process: expected an answer, got ${how}${words}${killed}; finished files are kept, resume the run to go on`
  return new EngineError(how.includes('SIGKILL') ? 'out-of-memory' : 'bug', message)
}
