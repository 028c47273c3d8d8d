// A download that survives drops, busy servers and the end of the program: what is there stays in the part file, and a
// note beside it says which file of the server it is the beginning of.

import { readFile, rm } from 'node:fs/promises'
import { z } from 'zod'
import { EngineError, isAbortError } from '../../shared/errors.ts'
import { writeOutputFile } from '../bytes/output-file.ts'
import { type PartFile, partFile, partNoteFile } from './part-file.ts'
import { type Answer, requestRest, type ServedFile } from './request-rest.ts'

/** Tries in a row that bring not one byte before giving up; pauses grow between them. */
const pausesMs = [1_000, 2_000, 5_000, 10_000, 20_000, 40_000] as const
/** A server that asks for a longer pause is not waited for. */
const MAX_PAUSE_MS = 5 * 60_000
/** A connection that brings nothing for so long is given up and tried again. */
const STALL_MS = 60_000

export interface DownloadOptions {
  readonly address: string
  readonly words: DownloadWords
  readonly noteFile: string
  /** whether a hash will tell if the continued file is the right one, where the server gives no means to */
  readonly isHashKnown: boolean
  readonly signal: AbortSignal
  readonly onBytes: (done: number, total: number | undefined) => void
  /** called when the size is known and before anything is written; throws when the file cannot be wanted */
  readonly checkSize: (byteLength: number, done: number) => Promise<void>
  readonly timing?: DownloadTiming | undefined
}

/** What messages call the file. */
export interface DownloadWords {
  /** e.g. `weights` */
  readonly kind: string
  readonly name: string
  /** what the user can do with a file that came another way, e.g. `give it as the weights file` */
  readonly byHand: string
}

/** A port for tests. */
export interface DownloadTiming {
  readonly stallMs: number
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
}

const partNote = z.object({ address: z.string(), validator: z.string().optional(), byteLength: z.number().optional() })

/**
 * Fills `part` up to the end of the file at the address.
 * @returns one sentence for each time it had to begin again
 * @throws EngineError `unreachable` with what is kept, `not-found`, `not-permitted`, `disk-full`; AbortError
 */
export async function downloadPart(part: PartFile, options: DownloadOptions): Promise<readonly string[]> {
  const { words, signal, timing = realTiming } = options
  const warnings = new Set<string>()
  let failures = 0
  for (;;) {
    const before = part.byteLength
    const outcome = await tryOnce(part, options, warnings)
    if (outcome === 'done') return [...warnings]
    failures = part.byteLength > before ? 1 : failures + 1
    const pauseMs = Math.max(pausesMs[failures - 1] ?? 0, outcome.waitMs ?? 0)
    if (failures > pausesMs.length || pauseMs > MAX_PAUSE_MS) {
      const asked =
        outcome.waitMs === undefined ? '' : `, which asks for ${Math.ceil(outcome.waitMs / 60_000)} min of patience`
      throw new EngineError(
        'unreachable',
        `${words.kind} ${words.name}: expected an answer of ${new URL(options.address).host}, got ${outcome.reason}${asked}; ${await keptText(part, options)}fetch again later`,
      )
    }
    await timing.pause(pauseMs, signal)
  }
}

type Outcome = 'done' | { readonly reason: string; readonly waitMs?: number }

/** One request and as much of its answer as comes. */
async function tryOnce(part: PartFile, options: DownloadOptions, warnings: Set<string>): Promise<Outcome> {
  const { address, signal, timing = realTiming } = options
  const from = await continuation(part, options)
  const watch = new StallWatch(timing.stallMs, signal)
  try {
    const answer = await requestRest({ address, ...from, signal: watch.signal })
    return await take(part, answer, options, warnings, watch)
  } catch (error) {
    signal.throwIfAborted()
    if (watch.hasStalled) return { reason: `nothing for ${timing.stallMs / 1000} s` }
    // undici's own have a cause, mistakes of ours have none
    const isNetwork = (error instanceof TypeError && error.cause !== undefined) || isAbortError(error)
    if (!isNetwork) throw error
    return { reason: networkReason(error) }
  } finally {
    watch.end()
  }
}

async function take(
  part: PartFile,
  answer: Answer,
  options: DownloadOptions,
  warnings: Set<string>,
  watch: StallWatch,
): Promise<Outcome> {
  if (answer.kind === 'busy') return answer
  if (answer.kind === 'refused') throw refusal(answer, options)
  if (answer.kind === 'nothing-more') {
    const byteLength = answer.byteLength ?? (await readNote(options))?.byteLength
    if (byteLength === undefined || byteLength === part.byteLength) return 'done'
    warnings.add(`what was there of ${options.words.name} was longer than the file, it was fetched from the start`)
    await part.restart()
    return { reason: `a file of ${byteLength} bytes` }
  }
  const { file, body, kind } = answer
  try {
    if (kind === 'from-start' && part.byteLength > 0) {
      const note = await readNote(options)
      const isOther = note?.address === options.address && note.validator !== file.validator
      const why = isOther ? 'the file on the server is another one now' : 'the server cannot continue a download'
      warnings.add(`${options.words.name} was fetched from the start: ${why}`)
      await part.restart()
    }
    if (file.byteLength !== undefined) await options.checkSize(file.byteLength, part.byteLength)
    await writeNote(options, file)
    options.onBytes(part.byteLength, file.byteLength)
    for await (const chunk of body) {
      watch.touch()
      options.signal.throwIfAborted()
      await part.append(chunk)
      options.onBytes(part.byteLength, file.byteLength)
    }
  } finally {
    await body.return?.().catch(() => {})
  }
  if (file.byteLength !== undefined && part.byteLength > file.byteLength) await part.restart()
  const isWhole = file.byteLength === undefined || part.byteLength === file.byteLength
  return isWhole ? 'done' : { reason: `the first ${part.byteLength} of ${file.byteLength} bytes` }
}

/** From where on to ask, and what ties that to the bytes that are there; from the start when nothing could. */
async function continuation(
  part: PartFile,
  options: DownloadOptions,
): Promise<{ readonly start: number; readonly validator?: string | undefined }> {
  const note = part.byteLength === 0 ? undefined : await readNote(options)
  const validator = note?.address === options.address ? note.validator : undefined
  const isOfUse = validator !== undefined || options.isHashKnown
  return { start: isOfUse ? part.byteLength : 0, validator }
}

async function readNote({ noteFile }: DownloadOptions): Promise<z.infer<typeof partNote> | undefined> {
  const text = await readFile(noteFile, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return partNote.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

async function writeNote({ noteFile, address }: DownloadOptions, file: ServedFile): Promise<void> {
  await writeOutputFile(noteFile, (note) => note.writeFile(`${JSON.stringify({ address, ...file })}\n`))
}

/** Removes what is there of a download of `path` that is of no use any more. */
export async function forgetPart(path: string): Promise<void> {
  await Promise.all([partFile(path), partNoteFile(path)].map((part) => rm(part, { force: true })))
}

function refusal({ status, reason }: Extract<Answer, { kind: 'refused' }>, { words, address }: DownloadOptions) {
  const { kind, name, byHand } = words
  const text = `${kind} ${name}: expected a file at ${address}, got ${reason}`
  if (status === 404 || status === 410) {
    return new EngineError('not-found', `${text}; it was moved or renamed, get it by hand and ${byHand}`)
  }
  if (status === 401 || status === 403) {
    return new EngineError('not-permitted', `${text}; sign in there, download it and ${byHand}`)
  }
  return new EngineError('unreachable', `${text}; get it by hand and ${byHand}`)
}

async function keptText(part: PartFile, options: DownloadOptions): Promise<string> {
  const { start } = await continuation(part, options)
  return start === 0 ? '' : `the ${start} bytes that came are kept, `
}

/** e.g. `ECONNREFUSED`; undici hides it in the cause. */
function networkReason(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } }
  const reason = cause?.code ?? cause?.message
  return typeof reason === 'string' ? reason : 'a broken connection'
}

/** Aborts its signal when nothing came for a while, or with the caller's. */
class StallWatch {
  hasStalled = false
  readonly signal: AbortSignal
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout

  constructor(stallMs: number, signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#controller.signal])
    this.#timer = setTimeout(() => {
      this.hasStalled = true
      this.#controller.abort()
    }, stallMs)
  }

  touch(): void {
    this.#timer.refresh()
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}

const realTiming: DownloadTiming = {
  stallMs: STALL_MS,
  pause: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const stop = () => {
        clearTimeout(timer)
        reject(signal.reason)
      }
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop)
        resolve()
      }, ms)
      signal.addEventListener('abort', stop, { once: true })
    }),
}
