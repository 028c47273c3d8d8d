// The part of ZIP that torch.save, NumPy and package feeds use: entries stored or deflated, zip64 for sizes and places beyond 4 GiB.
// Sizes come from the central directory (local headers may leave them to a descriptor behind the data), the start of
// the data from the local header (its extra field pads to 64 bytes). Checksums of stored entries are not compared: torch can
// be told to write none, and a downloaded file has its SHA-256. APPNOTE 6.3, sections 4.3 and 4.5.3.

import { inflateRawSync } from 'node:zlib'
import { EngineError } from '../../shared/errors.ts'
import { type ByteSource, memorySource } from './byte-source.ts'

export interface ZipEntry {
  readonly name: string
  readonly byteLength: number
  /** that it takes in the file */
  readonly packedBytes: number
  readonly packing: 'stored' | 'deflated' | 'other'
  readonly crc32: number
  readonly localHeader: number
}

const END = 0x06054b50
const END64 = 0x06064b50
const END64_LOCATOR = 0x07064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const ZIP64_EXTRA = 1
const MAX_COMMENT = 0xffff
/** a million entries with long names */
const MAX_DIRECTORY_BYTES = 1 << 28

/** @throws EngineError `unreadable-file` when there is no directory, as in a file that was cut short */
export async function readZipEntries(source: ByteSource): Promise<ReadonlyMap<string, ZipEntry>> {
  const { count, start, byteLength } = await findDirectory(source)
  if (start + byteLength > source.byteLength || byteLength > MAX_DIRECTORY_BYTES) {
    throw unreadable(source, `expected a directory inside the file, got ${byteLength} bytes from ${start} on`)
  }
  const view = viewOf(await source.slice(start, start + byteLength))
  const entries = new Map<string, ZipEntry>()
  let at = 0
  for (let i = 0; i < count; i++) {
    const { entry, next } = centralEntry(source, view, at)
    if (entries.has(entry.name)) throw unreadable(source, `expected every entry once, got "${entry.name}" twice`)
    entries.set(entry.name, entry)
    at = next
  }
  return entries
}

/**
 * First byte of a stored entry's data.
 * @throws EngineError `unreadable-file` when the entry is compressed or its data are not inside the file
 */
export async function zipDataStart(source: ByteSource, entry: ZipEntry): Promise<number> {
  if (entry.packing !== 'stored') {
    throw unreadable(
      source,
      `entry "${entry.name}": expected it as torch.save stores it, got it compressed or encrypted`,
    )
  }
  return await packedStart(source, entry, entry.byteLength)
}

/**
 * First byte of what an entry takes in the file.
 * @throws EngineError `unreadable-file` when so many bytes are not inside the file
 */
export async function packedStart(source: ByteSource, entry: ZipEntry, byteLength: number): Promise<number> {
  const view = viewOf(await source.slice(entry.localHeader, entry.localHeader + 30))
  if (view.byteLength < 30 || view.getUint32(0, true) !== LOCAL) {
    throw unreadable(source, `entry "${entry.name}": expected a local header at ${entry.localHeader}, got other bytes`)
  }
  const start = entry.localHeader + 30 + view.getUint16(26, true) + view.getUint16(28, true)
  if (start + byteLength > source.byteLength) {
    throw unreadable(source, `entry "${entry.name}": expected ${byteLength} bytes from ${start} on, the file ends`)
  }
  return start
}

export async function readZipEntry(source: ByteSource, entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
  const start = await zipDataStart(source, entry)
  return await source.slice(start, start + entry.byteLength)
}

/** Inflated into memory at most; nothing larger is kept deflated by those who read it piece by piece. */
const maxInflatedBytes = 1 << 30

/**
 * An entry as a file of its own: a window where it is stored, in memory where it is deflated.
 * @throws EngineError `unreadable-file` for another compression, damage, or more than 1 GiB deflated
 */
export async function openZipEntry(source: ByteSource, entry: ZipEntry): Promise<ByteSource> {
  const name = `${source.name} ${entry.name}`
  if (entry.packing === 'stored') {
    const { byteLength } = entry
    const start = await packedStart(source, entry, byteLength)
    const slice: ByteSource['slice'] = (from, to, signal) =>
      source.slice(start + from, start + Math.min(to, byteLength), signal)
    return { name, byteLength, slice, close: async () => {} }
  }
  if (entry.packing !== 'deflated') {
    throw unreadable(source, `entry "${entry.name}": expected it stored or deflated, got another compression`)
  }
  if (entry.byteLength > maxInflatedBytes) {
    throw unreadable(
      source,
      `entry "${entry.name}": expected at most ${maxInflatedBytes} bytes deflated, got ${entry.byteLength}; save it without compression`,
    )
  }
  const start = await packedStart(source, entry, entry.packedBytes)
  const packed = await source.slice(start, start + entry.packedBytes)
  const bytes = inflate(source, entry, packed)
  if (bytes.byteLength === entry.byteLength) return memorySource(name, bytes)
  throw unreadable(source, `entry "${entry.name}": expected ${entry.byteLength} bytes, got ${bytes.byteLength}`)
}

function inflate(source: ByteSource, entry: ZipEntry, packed: Uint8Array): Uint8Array {
  try {
    // one byte more than it says shows an entry that says too little, without inflating it all
    return inflateRawSync(packed, { maxOutputLength: entry.byteLength + 1 })
  } catch (cause) {
    const got = cause instanceof RangeError ? 'more' : 'deflated bytes that cannot be read'
    throw unreadable(source, `entry "${entry.name}": expected ${entry.byteLength} bytes, got ${got}`, cause)
  }
}

async function findDirectory(source: ByteSource) {
  const tailStart = Math.max(0, source.byteLength - 22 - MAX_COMMENT)
  const tail = viewOf(await source.slice(tailStart, source.byteLength))
  const end = endRecord(tail)
  if (end === undefined) {
    throw unreadable(source, 'expected the directory at its end, got none; the file is cut short, get it again')
  }
  const zip64 = await readEnd64(source, tail, end)
  if (zip64 !== undefined) return zip64
  return {
    count: tail.getUint16(end + 10, true),
    byteLength: tail.getUint32(end + 12, true),
    start: tail.getUint32(end + 16, true),
  }
}

/** The record whose comment ends with the file. */
function endRecord(tail: DataView): number | undefined {
  for (let at = tail.byteLength - 22; at >= 0; at--) {
    const isEnd = tail.getUint32(at, true) === END && at + 22 + tail.getUint16(at + 20, true) === tail.byteLength
    if (isEnd) return at
  }
  return undefined
}

async function readEnd64(source: ByteSource, tail: DataView, end: number) {
  const locator = end - 20
  if (locator < 0 || tail.getUint32(locator, true) !== END64_LOCATOR) return undefined
  const place = safeNumber(source, tail, locator + 8)
  const view = viewOf(await source.slice(place, place + 56))
  if (view.byteLength < 56 || view.getUint32(0, true) !== END64) {
    throw unreadable(source, `expected a zip64 record at ${place}, got other bytes`)
  }
  return {
    count: safeNumber(source, view, 32),
    byteLength: safeNumber(source, view, 40),
    start: safeNumber(source, view, 48),
  }
}

function centralEntry(source: ByteSource, view: DataView, at: number): { entry: ZipEntry; next: number } {
  const nameStart = at + 46
  if (nameStart > view.byteLength || view.getUint32(at, true) !== CENTRAL) {
    throw unreadable(source, `expected an entry at ${at} of the directory, got other bytes`)
  }
  const extraStart = nameStart + view.getUint16(at + 28, true)
  const extraEnd = extraStart + view.getUint16(at + 30, true)
  const next = extraEnd + view.getUint16(at + 32, true)
  if (next > view.byteLength) throw unreadable(source, `expected an entry at ${at} of the directory, it ends inside it`)
  const name = Buffer.from(view.buffer, view.byteOffset + nameStart, extraStart - nameStart).toString('utf8')
  const isEncrypted = (view.getUint16(at + 8, true) & 1) === 1
  const packing = isEncrypted ? 'other' : (packings[view.getUint16(at + 10, true)] ?? 'other')
  // size, compressed size and place move to the extra field, in this order, where they are all ones here
  const wide = zip64Numbers(source, view, extraStart, extraEnd)
  const byteLength = wide(view.getUint32(at + 24, true))
  const packedBytes = wide(view.getUint32(at + 20, true))
  const localHeader = wide(view.getUint32(at + 42, true))
  const crc32 = view.getUint32(at + 16, true)
  return { entry: { name, byteLength, packedBytes, packing, crc32, localHeader }, next }
}

const packings: Readonly<Record<number, ZipEntry['packing']>> = { 0: 'stored', 8: 'deflated' }

function zip64Numbers(source: ByteSource, view: DataView, extraStart: number, extraEnd: number) {
  let at = extraEnd
  let end = extraEnd
  for (let field = extraStart; field + 4 <= extraEnd; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== ZIP64_EXTRA) continue
    at = field + 4
    end = Math.min(extraEnd, at + view.getUint16(field + 2, true))
    break
  }
  return (short: number): number => {
    if (short !== 0xffffffff) return short
    if (at + 8 > end) throw unreadable(source, 'expected a zip64 field with the size and place of an entry, got none')
    at += 8
    return safeNumber(source, view, at - 8)
  }
}

function safeNumber(source: ByteSource, view: DataView, at: number): number {
  const value = view.getBigUint64(at, true)
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value)
  throw unreadable(source, `expected sizes below 2^53, got ${value}`)
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function unreadable(source: ByteSource, problem: string, cause?: unknown): EngineError {
  return new EngineError('unreadable-file', `zip ${source.name}: ${problem}`, { cause })
}
