// A file from the network under its own name: only when it is whole and its hash is accepted.

import { rename } from 'node:fs/promises'
import { EngineError } from '../../shared/errors.ts'
import { checkRoom, type FreeBytes } from './check-room.ts'
import { type DownloadTiming, type DownloadWords, downloadPart, forgetPart } from './download-part.ts'
import { type HashAlgorithm, PartFile, partFile, partNoteFile, sizeOf } from './part-file.ts'

export interface WantedFile {
  readonly address: string
  /** where it goes */
  readonly path: string
  readonly words: DownloadWords
  /** absent while unknown */
  readonly byteLength?: number | undefined
  readonly algorithm?: HashAlgorithm
  /** whether `refusalOf` knows the right hash, so that a part from elsewhere may be continued */
  readonly isHashKnown: boolean
  /** of a file with another size than `byteLength`: who said it, e.g. `the card of m` */
  readonly sizeFrom: string
  /** why a file with this hash is not taken; what came stays only where `isKept` */
  readonly refusalOf: (hash: string) => Refusal | undefined
}

export interface Refusal {
  readonly error: EngineError
  readonly isKept: boolean
}

export interface FetchContext {
  readonly signal: AbortSignal
  readonly onProgress: (progress: { readonly stage: string; readonly done: number; readonly total?: number }) => void
  /** ports for tests */
  readonly timing?: DownloadTiming
  readonly freeBytes?: FreeBytes
}

export interface FetchedFile {
  /** lower-case hex */
  readonly hash: string
  readonly byteLength: number
  /** that came this time */
  readonly fetchedBytes: number
  readonly warnings: readonly string[]
}

/**
 * Fetches a file, going on from what an earlier call left.
 * @throws EngineError `unreachable`, `not-found`, `not-permitted`, `disk-full`, `unreadable-file` for another size, what
 *   `refusalOf` says; AbortError
 */
export async function fetchFile(wanted: WantedFile, context: FetchContext): Promise<FetchedFile> {
  const { path, byteLength: expected, algorithm } = wanted
  const { signal, onProgress, timing, freeBytes } = context
  const there = await sizeOf(partFile(path))
  if (expected !== undefined) await checkRoom(path, expected - there, freeBytes)
  const part = await PartFile.open(partFile(path), hashing(context, there), algorithm)
  let hash: string
  let warnings: readonly string[] = []
  try {
    if (part.byteLength === 0 || part.byteLength !== expected) {
      warnings = await downloadPart(part, {
        ...{ address: wanted.address, words: wanted.words, noteFile: partNoteFile(path), signal, timing },
        isHashKnown: wanted.isHashKnown,
        onBytes: (done, total) => onProgress({ stage: 'fetching', done, ...(total === undefined ? {} : { total }) }),
        checkSize: async (byteLength, done) => {
          if (expected !== undefined && expected !== byteLength) throw sizeError(wanted, wanted.address, byteLength)
          await checkRoom(path, byteLength - done, freeBytes)
        },
      })
    }
    hash = await part.finish()
  } finally {
    await part.close()
  }
  const { byteLength } = part
  if (expected !== undefined && expected !== byteLength) {
    await forgetPart(path)
    throw sizeError(wanted, wanted.address, byteLength)
  }
  // another program that appended to it too
  if ((await sizeOf(part.path)) !== byteLength) {
    await forgetPart(path)
    throw new EngineError(
      'unreadable-file',
      `${wanted.words.kind} ${wanted.words.name}: expected ${byteLength} bytes as they were written, got others; is a second program fetching it? What came is deleted, fetch it again`,
    )
  }
  const refusal = wanted.refusalOf(hash)
  if (refusal !== undefined) {
    if (!refusal.isKept) await forgetPart(path)
    throw refusal.error
  }
  await rename(part.path, path)
  await forgetPart(path)
  return { hash, byteLength, fetchedBytes: byteLength - there, warnings }
}

/** @param place address or path of the file */
export function sizeError(
  { words, byteLength: expected, sizeFrom }: Pick<WantedFile, 'words' | 'byteLength' | 'sizeFrom'>,
  place: string,
  byteLength: number,
): EngineError {
  return new EngineError(
    'unreadable-file',
    `${words.kind} ${place}: expected ${expected} bytes as ${sizeFrom} says, got ${byteLength}; it is another file`,
  )
}

/** Progress of hashing what is there already. */
export function hashing({ signal, onProgress }: Pick<FetchContext, 'signal' | 'onProgress'>, total: number) {
  return { signal, onBytes: (done: number) => onProgress({ stage: 'checking what is there', done, total }) }
}
