import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { outputError } from '../bytes/output-file.ts'
import type { JobContext, JobList } from '../jobs/job-list.ts'

/** A page sends slices of this size: one slice is what a drop costs in memory. */
export const sliceBytes = 8 * 1024 * 1024
/** A drop whose page has gone silent ends after this long. */
const SILENCE_MS = 120_000

interface Drop {
  readonly path: string
  readonly byteLength: number
  readonly file: FileHandle
  readonly jobId: string
  received: number
  isWriting: boolean
  /** set while the drop's job runs */
  onProgress: ((receivedBytes: number) => void) | undefined
  finish(error?: Error): void
}

export interface DropsOptions {
  readonly folder: string
  readonly jobs: JobList
  /** tests shorten it */
  readonly silenceMs?: number
}

/** Files dropped on a browser page, spooled to disk slice by slice; each is a job that can be cancelled. */
export class Drops {
  readonly #options: DropsOptions
  readonly #drops = new Map<string, Drop>()

  constructor(options: DropsOptions) {
    this.#options = options
  }

  /** The path of a dropped file by its id or path once it is complete; undefined when it was never dropped. */
  async completePath(idOrPath: string): Promise<string | undefined> {
    const drop = this.#drops.get(idOrPath) ?? [...this.#drops.values()].find(({ path }) => path === idOrPath)
    if (drop === undefined) return undefined
    if (drop.received === drop.byteLength) return drop.path
    throw new EngineError(
      'unreadable-file',
      `${basename(drop.path)}: expected ${drop.byteLength} bytes, only ${drop.received} have arrived, wait until the drop is complete`,
    )
  }

  /** Makes room for a dropped file. Its name keeps its ending, in a folder of its own. */
  async announce(name: string, byteLength: number): Promise<{ dropId: string; path: string; sliceBytes: number }> {
    if (!(Number.isSafeInteger(byteLength) && byteLength >= 0)) {
      throw new EngineError('invalid-input', `${name}: expected a length in whole bytes, got ${byteLength}`)
    }
    const dropId = randomUUID()
    const path = join(this.#options.folder, dropId, safeName(name))
    await mkdir(join(this.#options.folder, dropId), { recursive: true })
    const file = await open(path, 'wx')
    this.#start(dropId, path, byteLength, file)
    return { dropId, path, sliceBytes }
  }

  /**
   * Writes one slice straight to disk, at the pace of the disk.
   * @param offset where the slice begins; what has arrived may be sent again, gaps are refused
   * @throws EngineError `not-found` for an unknown, ended or cancelled drop, `invalid-input` for bytes outside its length
   */
  async write(dropId: string, offset: number, body: ReadableStream<Uint8Array> | null): Promise<void> {
    const drop = this.#drops.get(dropId)
    if (drop?.onProgress === undefined) {
      throw new EngineError('not-found', `drop ${dropId}: expected a file that is still arriving, drop it again`)
    }
    if (drop.isWriting) {
      throw new EngineError('invalid-input', `drop ${dropId}: expected one slice at a time, another is being written`)
    }
    if (!(Number.isSafeInteger(offset) && offset >= 0 && offset <= drop.received)) {
      throw new EngineError('invalid-input', `drop ${dropId}: expected offset ${drop.received}, got ${offset}`)
    }
    drop.isWriting = true
    try {
      await this.#writeBody(drop, offset, body)
    } catch (error) {
      // the page may have gone away in the middle of a slice; it can send the slice again
      throw outputError(basename(drop.path), error)
    } finally {
      drop.isWriting = false
    }
    if (drop.received === drop.byteLength) drop.finish()
  }

  async #writeBody(drop: Drop, offset: number, body: ReadableStream<Uint8Array> | null): Promise<void> {
    let position = offset
    for await (const chunk of body ?? []) {
      if (drop.onProgress === undefined) throw new EngineError('cancelled', 'the drop was cancelled')
      if (position + chunk.byteLength > drop.byteLength) {
        throw new EngineError(
          'invalid-input',
          `${basename(drop.path)}: expected ${drop.byteLength} bytes as announced, got more; drop it again`,
        )
      }
      await writeFully(drop.file, chunk, position)
      position += chunk.byteLength
      drop.received = Math.max(drop.received, position)
      drop.onProgress(drop.received)
    }
  }

  #start(dropId: string, path: string, byteLength: number, file: FileHandle): void {
    let finish: Drop['finish'] = () => {}
    const finished = new Promise<void>((resolve, reject) => {
      finish = (error) => (error === undefined ? resolve() : reject(error))
    })
    finished.catch(() => {})
    const title = `Receiving ${basename(path)}`
    const { jobId } = this.#options.jobs.start({ kind: 'spool', title, unit: 'bytes' }, (context) =>
      this.#receive(dropId, finished, context),
    )
    const drop: Drop = { path, byteLength, file, jobId, received: 0, isWriting: false, onProgress: () => {}, finish }
    this.#drops.set(dropId, drop)
    if (byteLength === 0) drop.finish()
  }

  /** The drop's job: waits for the last byte, a cancel, or silence. */
  async #receive(dropId: string, finished: Promise<void>, { signal, onProgress }: JobContext): Promise<object> {
    const drop = this.#drops.get(dropId)!
    const silenceMs = this.#options.silenceMs ?? SILENCE_MS
    const fallSilent = () => {
      const message = `${basename(drop.path)}: expected ${drop.byteLength} bytes, the page stopped after ${drop.received}, drop it again`
      drop.finish(new EngineError('unreadable-file', message))
    }
    let timer = setTimeout(fallSilent, silenceMs)
    drop.onProgress = (receivedBytes) => {
      clearTimeout(timer)
      timer = setTimeout(fallSilent, silenceMs)
      onProgress({ stage: 'receiving', done: receivedBytes, total: drop.byteLength })
    }
    signal.addEventListener('abort', () => drop.finish(new EngineError('cancelled', 'cancelled')), { once: true })
    try {
      await finished
      return { path: drop.path, byteLength: drop.byteLength }
    } catch (error) {
      this.#drops.delete(dropId)
      await rm(join(this.#options.folder, dropId), { recursive: true, force: true })
      throw error
    } finally {
      clearTimeout(timer)
      drop.onProgress = undefined
      await drop.file.close()
    }
  }
}

async function writeFully(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  let written = 0
  while (written < chunk.byteLength) {
    const { bytesWritten } = await file.write(chunk, written, chunk.byteLength - written, position + written)
    written += bytesWritten
  }
}

/** The last part of the name without characters that file systems treat specially. */
export function safeName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? ''
  const plain = last
    .replace(/[\p{Cc}<>:"|?*]/gu, '_')
    .replace(/^\.+/, '')
    .slice(-120)
  return plain === '' ? 'dropped-file' : plain
}
