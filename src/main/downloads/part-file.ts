// A file that grows under another name until it is whole, hashed as it grows.

import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder, outputError } from '../bytes/output-file.ts'

/** What is there of a file that is being fetched, and the note of which file of the server it is the beginning of. */
export const partFile = (file: string) => `${file}.part`
export const partNoteFile = (file: string) => `${file}.part.json`

export type HashAlgorithm = 'sha256' | 'sha512'

export interface HashProgress {
  readonly signal: AbortSignal
  readonly onBytes: (done: number) => void
}

/** Hash of a file as lower-case hex. */
export async function hashFile(
  path: string,
  progress: HashProgress,
  algorithm: HashAlgorithm = 'sha256',
): Promise<string> {
  const hash = createHash(algorithm)
  await hashInto(hash, path, progress)
  return hash.digest('hex')
}

export class PartFile {
  readonly path: string
  readonly #file: FileHandle
  readonly #algorithm: HashAlgorithm
  #hash: Hash
  #byteLength = 0

  private constructor(path: string, file: FileHandle, algorithm: HashAlgorithm) {
    this.path = path
    this.#file = file
    this.#algorithm = algorithm
    this.#hash = createHash(algorithm)
  }

  /** Opens what is there and hashes it, or begins an empty one. */
  static async open(path: string, progress: HashProgress, algorithm: HashAlgorithm = 'sha256'): Promise<PartFile> {
    try {
      await makeFolder(dirname(path))
      const file = await open(path, 'a')
      try {
        const part = new PartFile(path, file, algorithm)
        part.#byteLength = await hashInto(part.#hash, path, progress)
        return part
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
    this.#hash = createHash(this.#algorithm)
    this.#byteLength = 0
  }

  /** Everything is on the disk now; lower-case hex of its hash. */
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
