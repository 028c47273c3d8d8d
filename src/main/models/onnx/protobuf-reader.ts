// Protobuf messages of an ONNX file, read without what does not matter: fields are skipped by their length.

import { EngineError } from '../../../shared/errors.ts'
import type { ByteSource } from '../../bytes/byte-source.ts'

export interface Range {
  readonly start: number
  readonly end: number
}

export interface Field extends Range {
  readonly number: number
}

export async function findField(
  source: ByteSource,
  range: Range,
  number: number,
  signal?: AbortSignal,
): Promise<Field | undefined> {
  for await (const field of fieldsOf(source, range, signal)) if (field.number === number) return field
  return undefined
}

const windowBytes = 64 * 1024

/** Length-delimited fields of a message; others are stepped over. */
export async function* fieldsOf(source: ByteSource, range: Range, signal?: AbortSignal): AsyncGenerator<Field> {
  let window = new Uint8Array(0)
  let windowStart = 0
  let position = range.start
  while (position < range.end) {
    if (position < windowStart || position + 20 > windowStart + window.length) {
      window = await source.slice(position, Math.min(range.end, position + windowBytes), signal)
      windowStart = position
    }
    const tag = varint(window, position - windowStart)
    const wire = tag.value & 7
    position = windowStart + tag.next
    if (wire === 2) {
      const length = varint(window, tag.next)
      const start = windowStart + length.next
      const end = start + length.value
      if (end > range.end) throw broken(source, 'a truncated one')
      yield { number: tag.value >>> 3, start, end }
      position = end
    } else if (wire === 0) position = windowStart + varint(window, tag.next).next
    else if (wire === 1) position += 8
    else if (wire === 5) position += 4
    else throw broken(source, 'damaged content')
  }
}

export async function bytesOf(source: ByteSource, { start, end }: Range, signal?: AbortSignal): Promise<Uint8Array> {
  return source.slice(start, end, signal)
}

export interface Part {
  readonly number: number
  readonly value?: number
  readonly bytes?: Uint8Array
}

export function messageOf(bytes: Uint8Array): Part[] {
  const parts: Part[] = []
  let position = 0
  while (position < bytes.length) {
    const tag = varint(bytes, position)
    const number = tag.value >>> 3
    const next = varint(bytes, tag.next)
    if ((tag.value & 7) === 2) {
      parts.push({ number, bytes: bytes.subarray(next.next, next.next + next.value) })
      position = next.next + next.value
    } else {
      parts.push({ number, value: next.value })
      position = next.next
    }
  }
  return parts
}

export function bytesIn(fields: readonly Part[], number: number): Uint8Array {
  return fields.find((field) => field.number === number)?.bytes ?? new Uint8Array(0)
}

export function textIn(fields: readonly Part[], number: number): string {
  return Buffer.from(bytesIn(fields, number)).toString('utf8')
}

function varint(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0
  for (let index = 0; index < 10; index++) {
    const byte = bytes[start + index]
    if (byte === undefined) return { value: Number.POSITIVE_INFINITY, next: start + index }
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, next: start + index + 1 }
  }
  return { value: Number.POSITIVE_INFINITY, next: start + 10 }
}

export function broken(source: ByteSource, got: string): EngineError {
  return new EngineError(
    'unreadable-file',
    `${source.name}: expected an ONNX model, got ${got}; copy or download it again`,
  )
}
