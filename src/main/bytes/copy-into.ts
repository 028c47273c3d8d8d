import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

/**
 * Copies a file into an open one.
 * @returns sha256 of what was copied, lower-case hex
 * @throws AbortError; whatever reading or writing throws
 */
export async function copyInto(
  target: FileHandle,
  path: string,
  { signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes: (done: number) => void },
): Promise<string> {
  const hash = createHash('sha256')
  let done = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    signal.throwIfAborted()
    hash.update(chunk as Uint8Array)
    await target.writeFile(chunk as Uint8Array)
    done += (chunk as Uint8Array).byteLength
    onBytes(done)
  }
  return hash.digest('hex')
}
