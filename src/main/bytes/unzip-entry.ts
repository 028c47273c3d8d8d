// Entries of any size, unpacked in pieces: the libraries of a GPU have hundreds of megabytes each.

import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw } from 'node:zlib'
import { EngineError } from '../../shared/errors.ts'
import type { ByteSource } from './byte-source.ts'
import { writeAll } from './write-all.ts'
import { packedStart, type ZipEntry } from './zip-entries.ts'

const SLICE_BYTES = 1 << 20

/**
 * Writes an entry to the start of an open file.
 * @throws EngineError `unreadable-file` when it is packed otherwise than stored or deflated, does not unpack, or gives other
 *   bytes than the zip says (length and CRC-32); AbortError; whatever writing throws
 */
export async function unzipEntry(
  source: ByteSource,
  entry: ZipEntry,
  target: FileHandle,
  { signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes: (done: number) => void },
): Promise<void> {
  const { packing, packedBytes, byteLength } = entry
  if (packing === 'other') throw unreadable(source, entry, 'stored or deflated', 'it packed otherwise or encrypted')
  const start = await packedStart(source, entry, packedBytes)
  let [done, checksum] = [0, 0]
  const write = async (plain: AsyncIterable<Uint8Array>) => {
    for await (const chunk of plain) {
      // a few bytes may unpack to a full disk
      if (done + chunk.byteLength > byteLength) {
        throw unreadable(source, entry, `${byteLength} bytes`, 'more than that')
      }
      await writeAll(target, chunk, done)
      checksum = crc32(chunk, checksum)
      done += chunk.byteLength
      onBytes(done)
    }
  }
  const packed = Readable.from(slices(source, start, start + packedBytes), { objectMode: false })
  try {
    if (packing === 'stored') await pipeline(packed, write, { signal })
    else await pipeline(packed, createInflateRaw({ chunkSize: SLICE_BYTES }), write, { signal })
  } catch (error) {
    if (!isZlibError(error)) throw error
    throw unreadable(source, entry, 'deflated bytes', error.code)
  }
  if (done !== byteLength) throw unreadable(source, entry, `${byteLength} bytes`, String(done))
  if (checksum !== entry.crc32) throw unreadable(source, entry, `CRC-32 ${hex(entry.crc32)}`, hex(checksum))
}

async function* slices(source: ByteSource, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; at += SLICE_BYTES) yield await source.slice(at, Math.min(end, at + SLICE_BYTES))
}

function isZlibError(error: unknown): error is Error & { readonly code: string } {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return code?.startsWith('Z_') === true
}

const hex = (value: number) => value.toString(16).padStart(8, '0')

function unreadable(source: ByteSource, { name }: ZipEntry, expected: string, got: string): EngineError {
  return new EngineError('unreadable-file', `zip ${source.name}: entry "${name}": expected ${expected}, got ${got}`)
}
