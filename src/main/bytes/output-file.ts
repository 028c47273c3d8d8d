// Output appears under its final name only when it is whole: written beside it, synced, renamed.

import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
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
    await makeFolder(dirname(path))
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

/**
 * Makes the folder and those above it, where they are missing.
 * Not Node's `recursive`: that never returns where the system refuses with ENOENT under a folder that is there (/proc).
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return
  if (dirname(path) !== path) await makeFolder(dirname(path))
  await mkdir(path).catch(async (error: unknown) => {
    if (!(await isFolder(path))) throw error
  })
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() ?? false
}

/**
 * Keeps a result from replacing the file that it is made from, also under another name of it (a link, letter case).
 * @throws EngineError `invalid-input`
 */
export async function refuseToReplace(inputs: readonly string[], path: string): Promise<void> {
  const target = await realpath(path).catch(() => undefined)
  if (target === undefined) return
  for (const input of inputs) {
    if ((await realpath(input).catch(() => undefined)) !== target) continue
    throw new EngineError(
      'invalid-input',
      `${path}: expected an output beside the input, got the input itself, which would be lost; choose another folder or name`,
    )
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
    case 'ENOTDIR':
    case 'EEXIST':
      return new EngineError(
        'invalid-input',
        `${path}: expected a place in a folder, got a file where a folder must be; choose another`,
        cause,
      )
    case 'EISDIR':
      return new EngineError('invalid-input', `${path}: expected a file name, got a folder; choose another name`, cause)
    case 'ENOENT':
      return new EngineError(
        'invalid-input',
        `${path}: expected a folder that can be made, got ${code}; choose another`,
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
