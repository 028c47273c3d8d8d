// A file that grows under another name until it is whole, hashed as it grows.

import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder, outputError } from '../../bytes/output-file.ts'

export interface HashProgress {
  readonly signal: AbortSignal
  readonly onBytes: (done: number) => void
}

/** sha256 of a file as lower-case hex. */
export async function hashFile(path: string, progress: HashProgress): Promise<string> {
  const hash = createHash('sha256')
  await hashInto(hash, path, progress)
  return hash.digest('hex')
}

export class PartFile {
  readonly path: string
  readonly #file: FileHandle
  #hash: Hash
  #byteLength: number

  private constructor(path: string, file: FileHandle, hash: Hash, byteLength: number) {
    this.path = path
    this.#file = file
    this.#hash = hash
    this.#byteLength = byteLength
  }

  /** Opens what is there and hashes it, or begins an empty one. */
  static async open(path: string, progress: HashProgress): Promise<PartFile> {
    try {
      await makeFolder(dirname(path))
      const file = await open(path, 'a')
      try {
        const hash = createHash('sha256')
        return new PartFile(path, file, hash, await hashInto(hash, path, progress))
      } catch (error) {
        await file.close()
        throw error
      }
    } catch (error) {
      throw outputError(path, error)
    }
  }

  get byteLength(): number {
    return this.#byteLength
  }

  /** @throws EngineError `disk-full`; what was written before stays */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      await this.#file.appendFile(bytes)
    } catch (error) {
      throw outputError(this.path, error)
    }
    this.#hash.update(bytes)
    this.#byteLength += bytes.byteLength
  }

  /** Forgets everything that was written. */
  async restart(): Promise<void> {
    if (this.#byteLength === 0) return
    await this.#file.truncate(0)
    this.#hash = createHash('sha256')
    this.#byteLength = 0
  }

  /** Everything is on the disk now; lower-case hex of its sha256. */
  async finish(): Promise<string> {
    try {
      await this.#file.sync()
    } catch (error) {
      throw outputError(this.path, error)
    }
    return this.#hash.copy().digest('hex')
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

/** Size of what is there of a file; 0 when nothing is. */
export async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() === true ? found.size : 0
}

/** @returns bytes hashed */
async function hashInto(hash: Hash, path: string, { signal, onBytes }: HashProgress): Promise<number> {
  const size = await sizeOf(path)
  let done = 0
  if (size === 0) return 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, end: size - 1 })) {
    signal.throwIfAborted()
    hash.update(chunk as Uint8Array)
    done += (chunk as Uint8Array).byteLength
    onBytes(done)
  }
  return done
}
