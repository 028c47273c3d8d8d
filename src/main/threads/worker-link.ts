import { Worker } from 'node:worker_threads'
import { EngineError, fromWire, type Wire } from '../../shared/errors.ts'
import type { Progress, ThreadCalls, ThreadReply, ThreadRequest } from './thread-calls.ts'

export interface LinkOptions {
  /** built entry file of the worker */
  readonly entry: string
  /** what ended, in sentences: `the set worker of x.parquet` */
  readonly name: string
  readonly workerData?: unknown
  /** called once when the worker ends without having been asked to */
  readonly onCrash?: (error: EngineError) => void
}

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

interface PendingCall {
  resolve(outcome: Wire<unknown>): void
  onProgress: ((progress: Progress) => void) | undefined
}

/** A worker thread and the calls it serves; `dispose` ends the thread at once. */
export class WorkerLink<C extends ThreadCalls> {
  readonly #worker: Worker
  readonly #name: string
  readonly #pending = new Map<number, PendingCall>()
  readonly #onCrash: ((error: EngineError) => void) | undefined
  #nextId = 1
  #ended: EngineError | undefined

  constructor(options: LinkOptions) {
    this.#name = options.name
    this.#onCrash = options.onCrash
    this.#worker = new Worker(options.entry, { workerData: options.workerData })
    this.#worker.on('message', (reply: ThreadReply) => this.#receive(reply))
    this.#worker.on('error', (cause) => this.#crash(cause))
    this.#worker.on('exit', (code) => this.#crash(new Error(`it ended with code ${code}`)))
  }

  /** Calls `name` in the worker. An aborted signal is passed on; the worker decides when it stops. */
  async call<N extends keyof C & string>(
    name: N,
    input: Parameters<C[N]>[0],
    options: CallOptions = {},
  ): Promise<Awaited<ReturnType<C[N]>>> {
    options.signal?.throwIfAborted()
    if (this.#ended) throw this.#ended
    const id = this.#nextId++
    const outcome = new Promise<Wire<unknown>>((resolve) => {
      this.#pending.set(id, { resolve, onProgress: options.onProgress })
    })
    const cancel = () => this.#post({ type: 'cancel', id })
    options.signal?.addEventListener('abort', cancel, { once: true })
    this.#post({ type: 'call', id, name, input })
    try {
      return fromWire(await outcome) as Awaited<ReturnType<C[N]>>
    } finally {
      options.signal?.removeEventListener('abort', cancel)
    }
  }

  /** Ends the thread; calls that are still running end as cancelled. */
  async dispose(): Promise<void> {
    this.#end(new EngineError('cancelled', `${this.#name} was closed`))
    await this.#worker.terminate()
  }

  #post(request: ThreadRequest): void {
    if (!this.#ended) this.#worker.postMessage(request)
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

  #crash(cause: Error): void {
    if (this.#ended) return
    const outOfMemory = (cause as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
    const error = outOfMemory
      ? new EngineError('out-of-memory', `${this.#name}: ran out of memory, close other sets and open it again`)
      : new EngineError('bug', `${this.#name} stopped: ${cause.message}, open it again`, { cause })
    this.#end(error)
    this.#onCrash?.(error)
  }

  #end(error: EngineError): void {
    if (this.#ended) return
    this.#ended = error
    const outcome: Wire<unknown> = { ok: false, error: { code: error.code, message: error.message } }
    for (const call of this.#pending.values()) call.resolve(outcome)
    this.#pending.clear()
  }
}
