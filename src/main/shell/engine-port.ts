import type { CallMessage, CallName, Engine, EngineEvent } from '../../shared/contract.ts'
import { contract } from '../../shared/contract.ts'
import type { Wire } from '../../shared/errors.ts'
import { EngineError, toWire } from '../../shared/errors.ts'

/** What a door needs of the engine; `createEngine` returns one. */
export interface EnginePort {
  readonly engine: Engine
  /** @returns removes the listener */
  onEvent(listener: (event: EngineEvent) => void): () => void
  /** answers `/bulk/*` */
  handleBulk(request: Request): Promise<Response>
  dispose(): void | Promise<void>
}

/** Answers one call that came over a wire; the engine itself checks the input against the contract. */
export function answerCall(engine: Engine, message: CallMessage): Promise<Wire<unknown>> {
  return toWire<unknown>(async () => {
    if (!isCallName(message.call)) {
      throw new EngineError('invalid-input', `call ${String(message.call)}: expected a call of the contract, got none`)
    }
    return await (engine[message.call] as (input: unknown) => Promise<unknown>)(message.input)
  })
}

function isCallName(name: unknown): name is CallName {
  return typeof name === 'string' && Object.hasOwn(contract, name)
}

/** The message in `text`, or undefined when it is not a call. */
export function parseCallMessage(text: string): CallMessage | undefined {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof message !== 'object' || message === null) return undefined
  const { id, call, input } = message as Record<keyof CallMessage, unknown>
  if (typeof id !== 'number' || typeof call !== 'string') return undefined
  return { id, call: call as CallName, input }
}
