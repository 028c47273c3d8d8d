import { closeSync, openSync, readSync } from 'node:fs'
import { EngineError } from '../../shared/errors.ts'
import type { Bytes } from '../search/vector-parts.ts'

/** Reads spans of shared memory and of files; a file is opened when it is first needed. */
export class ByteReader {
  readonly #files = new Map<string, number>()
  readonly #memories = new Map<SharedArrayBuffer, Uint8Array>()

  /**
   * Fills `target` with the bytes from `offset` of `source`.
   * @throws EngineError `unreadable-file` when the file is gone or ends before them
   */
  read(source: Bytes, offset: number, target: Uint8Array): void {
    const start = source.byteOffset + offset
    if (source.kind === 'memory') {
      target.set(this.#memory(source.buffer).subarray(start, start + target.length))
      return
    }
    const file = this.#file(source.path)
    for (let done = 0; done < target.length; ) {
      const got = readSync(file, target, done, target.length - done, start + done)
      if (got === 0) {
        throw new EngineError(
          'unreadable-file',
          `${source.path}: expected ${target.length} bytes from ${start}, the file ends before; import it again`,
        )
      }
      done += got
    }
  }

  dispose(): void {
    for (const file of this.#files.values()) closeSync(file)
    this.#files.clear()
    this.#memories.clear()
  }

  #memory(buffer: SharedArrayBuffer): Uint8Array {
    let bytes = this.#memories.get(buffer)
    if (bytes === undefined) {
      bytes = new Uint8Array(buffer)
      this.#memories.set(buffer, bytes)
    }
    return bytes
  }

  #file(path: string): number {
    let file = this.#files.get(path)
    if (file === undefined) {
      try {
        file = openSync(path, 'r')
      } catch (cause) {
        throw new EngineError('unreadable-file', `${path}: expected a readable file, got ${(cause as Error).message}`, {
          cause,
        })
      }
      this.#files.set(path, file)
    }
    return file
  }
}
