import { statfs } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { makeFolder, outputError } from '../bytes/output-file.ts'

/** A port for tests: bytes that may still be written into a folder. */
export type FreeBytes = (folder: string) => Promise<number>

/**
 * Makes the folder of `path` and finds whether `needed` more bytes fit into it.
 * @param what needs them, for the message
 * @throws EngineError `disk-full`, and as `makeFolder`
 */
export async function checkRoom(
  path: string,
  needed: number,
  freeBytes: FreeBytes = freeBytesOf,
  what = basename(path),
): Promise<void> {
  const folder = dirname(path)
  await makeFolder(folder).catch((error: unknown) => {
    throw outputError(path, error)
  })
  const free = await freeBytes(folder)
  if (needed <= free) return
  throw new EngineError(
    'disk-full',
    `${path}: expected room for ${needed} bytes of ${what}, got ${free}; free space, or set GROUND_CONTROL_DATA to a folder on another disk`,
  )
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
