// One error class crosses the process boundary; everything else is a bug and keeps its stack.

export const engineErrorCodes = [
  'not-found',
  'unreadable-file',
  'unsupported-format',
  'invalid-input',
  'model-missing',
  'model-mismatch',
  'not-permitted',
  'disk-full',
  'unreachable',
  /** a download has another hash than the last one of this name had; the user decides whether to take it */
  'weights-changed',
  'out-of-memory',
  'cancelled',
  'bug',
] as const
export type EngineErrorCode = (typeof engineErrorCodes)[number]

/** A failure the user can act on: `message` is one sentence with place, expected, got and remedy, no full stop. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: EngineErrorCode

  constructor(code: EngineErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

export interface WireError {
  readonly code: EngineErrorCode
  readonly message: string
  readonly stack?: string
}

export type Wire<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError }

/** An error as plain data. Unknown errors become code `bug` with their stack. */
export function errorToWire(error: unknown): WireError {
  if (error instanceof EngineError) return { code: error.code, message: error.message }
  if (isAbortError(error)) return { code: 'cancelled', message: 'cancelled' }
  if (error instanceof Error) {
    return { code: 'bug', message: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) }
  }
  return { code: 'bug', message: String(error) }
}

/** The `EngineError` that `errorToWire` described. */
export function errorFromWire(wire: WireError): EngineError {
  const error = new EngineError(wire.code, wire.message)
  if (wire.stack !== undefined) error.stack = wire.stack
  return error
}

/** Runs `work` and turns its outcome into data. */
export async function toWire<T>(work: () => Promise<T>): Promise<Wire<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    return { ok: false, error: errorToWire(error) }
  }
}

/** The value of a `Wire`, or its error thrown. */
export function fromWire<T>(wire: Wire<T>): T {
  if (wire.ok) return wire.value
  throw errorFromWire(wire.error)
}

export function isAbortError(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || (error as { code?: unknown }).code === 'ABORT_ERR')
}

export function isCancelled(error: unknown): boolean {
  return isAbortError(error) || (error instanceof EngineError && error.code === 'cancelled')
}
