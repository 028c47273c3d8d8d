// Typed requests between threads. A worker serves an object of functions; the other side derives its calls from the
// type of that object, so no call name or payload is written twice. Every call has a signal and a progress callback.

import type { Wire } from '../../shared/errors.ts'
import { toWire } from '../../shared/errors.ts'

export interface Progress {
  readonly stage: string
  readonly done: number
  /** absent while unknown */
  readonly total?: number
  /** what is found so far, where a call tells it; the caller knows its shape */
  readonly partial?: unknown
}

export interface CallContext {
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** What a worker serves: name -> function of one structured-cloneable input. */
export type ThreadCalls = Readonly<Record<string, (input: never, context: CallContext) => unknown>>

export type ThreadRequest =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number }

export type ThreadReply =
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'end'; readonly id: number; readonly outcome: Wire<unknown> }

/** The part of a `MessagePort` that both sides need. */
export interface ThreadPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
}

/** Answers requests that arrive at `port` with the functions of `calls`; a cancel aborts the signal of its call. */
export function serveCalls(port: ThreadPort, calls: ThreadCalls): void {
  const running = new Map<number, AbortController>()
  const reply = (message: ThreadReply) => port.postMessage(message)

  async function answer(id: number, name: string, input: unknown): Promise<void> {
    const controller = new AbortController()
    running.set(id, controller)
    const context: CallContext = {
      signal: controller.signal,
      onProgress: (progress) => reply({ type: 'progress', id, progress }),
    }
    const outcome = await toWire(async () => {
      const call = calls[name]
      if (call === undefined) throw new Error(`thread call "${name}": expected one of ${Object.keys(calls).join(', ')}`)
      return call(input as never, context)
    })
    running.delete(id)
    reply({ type: 'end', id, outcome })
  }

  port.on('message', (message) => {
    const request = message as ThreadRequest
    if (request.type === 'cancel') running.get(request.id)?.abort()
    else void answer(request.id, request.name, request.input)
  })
}

/** Lets waiting messages (a cancel, a newer call) be handled; call it between blocks of a long computation. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
