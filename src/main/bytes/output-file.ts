// Output appears under its final name only when it is whole: written beside it, synced, renamed.

import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EngineError } from '../../shared/errors.ts'

/**
 * Runs `write` on a temporary file in the folder of `path`, then gives it that name. Whatever goes wrong, a signal
 * included, the temporary file is removed and an older file under `path` stays as it was.
 * @throws EngineError `disk-full` or `not-permitted`, naming the path
 */
export async function writeOutputFile<T>(
  path: string,
  write: (file: FileHandle) => Promise<T>,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<T> {
  options.signal?.throwIfAborted()
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`
  let file: FileHandle | undefined
  try {
    await mkdir(dirname(path), { recursive: true })
    file = await open(temporary, 'wx')
    const result = await write(file)
    options.signal?.throwIfAborted()
    await file.sync()
    await file.close()
    file = undefined
    await rename(temporary, path)
    await syncFolder(dirname(path))
    return result
  } catch (error) {
    await file?.close().catch(() => {})
    await rm(temporary, { force: true }).catch(() => {})
    throw outputError(path, error)
  }
}

/** A file-system error while writing `path` as a sentence; any other error unchanged. */
export function outputError(path: string, error: unknown): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  const cause = { cause: error }
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new EngineError(
        'disk-full',
        `${path}: expected room to write, got a full disk; free space or choose another folder`,
        cause,
      )
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new EngineError(
        'not-permitted',
        `${path}: expected a folder that may be written, got ${code}; choose another folder`,
        cause,
      )
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
      return new EngineError(
        'invalid-input',
        `${path}: expected a file name in a folder, got ${code}; choose another name`,
        cause,
      )
    default:
      return error
  }
}

/** Makes the rename itself durable; Windows cannot open a folder and needs no sync. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}
