// Reading on a thread of its own: ONNX Runtime blocks the thread it runs on, so decoding beside it needs another.
// `next` hands over one batch; the caller asks for the one after while it works on it.

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { fromWire, toWire, type Wire } from '../../shared/errors.ts'
import { type BatchReader, type ReadRequest, readHere } from './batch-reader.ts'
import type { FragmentBatch } from './read-batches.ts'

/** one core stays with the network's own thread; a GPU is fed by several */
export const readerCount = Math.max(1, Math.min(6, availableParallelism() - 1))

type ToReader =
  | { readonly type: 'start'; readonly id: number; readonly request: ReadRequest }
  | { readonly type: 'next'; readonly id: number }
  | { readonly type: 'stop'; readonly id: number }

/** undefined when all has been read */
type NextBatch = FragmentBatch | undefined
interface FromReader {
  readonly id: number
  readonly outcome: Wire<NextBatch>
}

/** The part of a `MessagePort` that the thread's side needs. */
interface ReaderPort {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void
  on(event: 'message', listener: (message: ToReader) => void): unknown
}

/** Serves readings; called in the thread. */
export function serveReader(port: ReaderPort): void {
  const readings = new Map<number, { controller: AbortController; batches: AsyncIterator<FragmentBatch> }>()

  async function answer(id: number): Promise<void> {
    const outcome: Wire<NextBatch> = await toWire(async () => {
      const next = await readings.get(id)?.batches.next()
      return next === undefined || next.done === true ? undefined : next.value
    })
    const pixels = outcome.ok ? outcome.value?.pixels.buffer : undefined
    port.postMessage({ id, outcome } satisfies FromReader, pixels instanceof ArrayBuffer ? [pixels] : [])
  }

  port.on('message', (message) => {
    const { id } = message
    if (message.type === 'next') void answer(id)
    else if (message.type === 'stop') {
      readings.get(id)?.controller.abort()
      readings.delete(id)
    } else {
      const controller = new AbortController()
      const batches = readHere(message.request, controller.signal)[Symbol.asyncIterator]()
      readings.set(id, { controller, batches })
    }
  })
}

/** A reading thread that stays for the life of the process: ending one while the runtime works aborts the process. */
export class ReaderThread {
  readonly #entry: string
  readonly #waiting = new Map<number, (outcome: Wire<NextBatch>) => void>()
  #worker: Worker | undefined
  #nextId = 1

  constructor(entry: string) {
    this.#entry = entry
  }

  /** Reads on the thread; ends between two batches when the signal says so. */
  readonly read: BatchReader = (request, signal) => this.#batches(request, signal)

  /** For when no runtime works in the process. */
  async end(): Promise<void> {
    await this.#worker?.terminate()
  }

  async *#batches(request: ReadRequest, signal: AbortSignal): AsyncGenerator<FragmentBatch> {
    const id = this.#nextId++
    this.#post({ type: 'start', id, request })
    const stop = () => this.#post({ type: 'stop', id })
    signal.addEventListener('abort', stop, { once: true })
    try {
      for (;;) {
        signal.throwIfAborted()
        const batch = await this.#next(id)
        if (batch === undefined) return
        yield batch
      }
    } finally {
      signal.removeEventListener('abort', stop)
      stop()
    }
  }

  async #next(id: number): Promise<NextBatch> {
    const outcome = new Promise<Wire<NextBatch>>((resolve) => this.#waiting.set(id, resolve))
    this.#post({ type: 'next', id })
    return fromWire(await outcome)
  }

  #post(message: ToReader): void {
    this.#worker ??= this.#started()
    this.#worker.postMessage(message)
  }

  #started(): Worker {
    const worker = new Worker(this.#entry)
    worker.on('message', ({ id, outcome }: FromReader) => this.#settle(id, outcome))
    worker.on('error', (cause) => {
      this.#worker = undefined
      const message = `reading thread: expected an answer, got ${cause.message}`
      for (const id of this.#waiting.keys()) this.#settle(id, { ok: false, error: { code: 'bug', message } })
    })
    return worker
  }

  #settle(id: number, outcome: Wire<NextBatch>): void {
    const settle = this.#waiting.get(id)
    this.#waiting.delete(id)
    settle?.(outcome)
  }
}
