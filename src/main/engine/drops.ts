import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { CallOutput } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { outputError } from '../bytes/output-file.ts'
import { writeAll } from '../bytes/write-all.ts'
import type { JobContext, JobList } from '../jobs/job-list.ts'
import { isBelow } from './file-access.ts'

/** A page sends slices of this size: one slice is what a drop costs in memory. */
export const sliceBytes = 8 * 1024 * 1024
/** A drop whose page has gone silent ends after this long. */
const SILENCE_MS = 120_000

interface Drop {
  readonly group: string
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
  readonly #groups = new Set<string>()

  constructor(options: DropsOptions) {
    this.#options = options
  }

  /**
   * The path of a dropped file by its id or path, or of a folder of dropped files, once all of it is there; undefined when
   * it was never dropped.
   */
  async completePath(idOrPath: string): Promise<string | undefined> {
    const path = this.#drops.get(idOrPath)?.path ?? idOrPath
    // never a folder above the drop's own: what lies there is not the page's to name
    const isPartOf = (drop: Drop) => isBelow(join(this.#options.folder, drop.group), path) && isBelow(path, drop.path)
    const drops = [...this.#drops.values()].filter(isPartOf)
    for (const { path: file, received, byteLength } of drops) {
      if (received === byteLength) continue
      throw new EngineError(
        'unreadable-file',
        `${basename(file)}: expected ${byteLength} bytes, only ${received} have arrived, wait until the drop is complete`,
      )
    }
    return drops.length === 0 ? undefined : path
  }

  /**
   * Makes room for a dropped file, which keeps its name and the folders in it.
   * @param group of the file dropped before it, to lie in the same folder
   * @throws EngineError `invalid-input` for a name that leads out of the folder or is taken, `not-found` for a group that ended
   */
  async announce(name: string, byteLength: number, group?: string): Promise<CallOutput<'announceDrop'>> {
    if (!(Number.isSafeInteger(byteLength) && byteLength >= 0)) {
      throw new EngineError('invalid-input', `${name}: expected a length in whole bytes, got ${byteLength}`)
    }
    if (group !== undefined && !this.#groups.has(group)) {
      throw new EngineError('not-found', `${name}: expected a drop that is still arriving, drop everything again`)
    }
    const parts = safeParts(name)
    const id = group ?? randomUUID()
    this.#groups.add(id)
    const path = join(this.#options.folder, id, ...parts)
    const file = await openNew(path, name)
    const dropId = randomUUID()
    const jobId = this.#start(dropId, { group: id, path, byteLength, file })
    return { dropId, group: id, jobId, path, top: join(this.#options.folder, id, parts[0]!), sliceBytes }
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
      await writeAll(drop.file, chunk, position)
      position += chunk.byteLength
      drop.received = Math.max(drop.received, position)
      drop.onProgress(drop.received)
    }
  }

  #start(dropId: string, place: Pick<Drop, 'group' | 'path' | 'byteLength' | 'file'>): string {
    let finish: Drop['finish'] = () => {}
    const finished = new Promise<void>((resolve, reject) => {
      finish = (error) => (error === undefined ? resolve() : reject(error))
    })
    finished.catch(() => {})
    const title = `Receiving ${basename(place.path)}`
    const { jobId } = this.#options.jobs.start({ kind: 'spool', title, unit: 'bytes' }, (context) =>
      this.#receive(dropId, finished, context),
    )
    const drop: Drop = { ...place, jobId, received: 0, isWriting: false, onProgress: () => {}, finish }
    this.#drops.set(dropId, drop)
    if (drop.byteLength === 0) drop.finish()
    return jobId
  }

  /** A cancelled drop leaves nothing of what was dropped with it. */
  async #forgetGroup(group: string): Promise<void> {
    this.#groups.delete(group)
    for (const [dropId, drop] of this.#drops) {
      if (drop.group !== group) continue
      drop.finish(new EngineError('cancelled', 'cancelled'))
      this.#drops.delete(dropId)
    }
    await rm(join(this.#options.folder, group), { recursive: true, force: true })
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
      if (signal.aborted) await this.#forgetGroup(drop.group)
      else await rm(drop.path, { force: true })
      throw error
    } finally {
      clearTimeout(timer)
      drop.onProgress = undefined
      await drop.file.close()
    }
  }
}

async function openNew(path: string, name: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true })
    return await open(path, 'wx')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw outputError(name, error)
    throw new EngineError(
      'invalid-input',
      `${name}: expected each name once in a drop, got it twice; drop them apart`,
      {
        cause: error,
      },
    )
  }
}

/**
 * The name of a dropped file as parts of a path below the folder of its drop.
 * @throws EngineError `invalid-input` when it leads elsewhere
 */
export function safeParts(name: string): string[] {
  const parts = name.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..') || parts.length > 32) {
    throw new EngineError(
      'invalid-input',
      `${name}: expected the name of a file inside what was dropped, got one that leads elsewhere; drop the file itself`,
    )
  }
  return parts.map(safeName)
}

/** A name without characters that file systems treat specially. */
export function safeName(part: string): string {
  const plain = part
    .replace(/[\p{Cc}<>:"|?*\\]/gu, '_')
    .replace(/^\.+|[. ]+$/g, '')
    .slice(-120)
  return plain === '' ? 'dropped-file' : plain
}
