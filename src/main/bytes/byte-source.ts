// The one port through which readers take bytes: a file, memory, a slice-by-slice spool, a counting double in tests.

import { open } from 'node:fs/promises'
import { EngineError } from '../../shared/errors.ts'

export interface ByteSource {
  /** what to call it in messages: a path or a name */
  readonly name: string
  readonly byteLength: number
  /** Bytes `[start, end)`; a copy the caller may keep. */
  slice(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>
  close(): Promise<void>
}

/** @throws EngineError `not-found` or `unreadable-file`, naming the path */
export async function openFileSource(path: string): Promise<ByteSource> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'ENOENT' ? 'not-found' : 'unreadable-file'
    const got = cause.code === 'ENOENT' ? 'no such file' : (cause.code ?? cause.message)
    throw new EngineError(code, `${path}: expected a readable file, got ${got}`, { cause })
  })
  const { size } = await file.stat()
  return {
    name: path,
    byteLength: size,
    async slice(start, end, signal) {
      signal?.throwIfAborted()
      const length = Math.max(0, Math.min(end, size) - start)
      const bytes = new Uint8Array(length)
      let filled = 0
      while (filled < length) {
        const { bytesRead } = await file.read(bytes, filled, length - filled, start + filled)
        if (bytesRead === 0) {
          throw new EngineError(
            'unreadable-file',
            `${path}: expected ${size} bytes, the file ended at ${start + filled}`,
          )
        }
        filled += bytesRead
      }
      return bytes
    },
    close: () => file.close(),
  }
}

export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    byteLength: bytes.byteLength,
    // not bytes.slice: for a Buffer that is a view of its pool, not a copy
    slice: async (start, end) => new Uint8Array(bytes.subarray(start, end)),
    close: async () => {},
  }
}
