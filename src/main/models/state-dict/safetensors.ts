// The safetensors format: u64 length of a JSON header, the header, then the values without gaps.
// https://github.com/huggingface/safetensors#format

import { EngineError } from '../../../shared/errors.ts'
import type { ByteSource } from '../../bytes/byte-source.ts'
import { elementBytes } from './element-values.ts'
import type { StateDictType } from './state-dict.ts'
import { elementCount, rowMajorStrides, type StoredTensor } from './stored-tensor.ts'

/** the limit of the format's own reader */
const MAX_HEADER_BYTES = 100_000_000

const types: Readonly<Record<string, StateDictType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
}

export interface SafetensorsContents {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** the header's `__metadata__` */
  readonly metadata: Readonly<Record<string, unknown>>
}

interface HeaderEntry {
  readonly name: string
  readonly type: StateDictType
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

/** @throws EngineError `unreadable-file` with the tensor or place that does not fit */
export async function readSafetensors(source: ByteSource): Promise<SafetensorsContents> {
  const { header, dataStart } = await readHeader(source)
  const { __metadata__: metadata, ...rest } = header
  const entries = Object.entries(rest).map(([name, value]) => headerEntry(source, name, value))
  checkPlaces(source, entries, source.byteLength - dataStart)
  return {
    tensors: new Map(entries.map((entry) => [entry.name, storedTensor(entry, dataStart)])),
    metadata: typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>) : {},
  }
}

/** Length of the JSON header when the first bytes can be those of a safetensors file. */
export function safetensorsHeaderLength(first: Uint8Array): number | undefined {
  if (first.length < 9 || first[8] !== 0x7b) return undefined
  const length = new DataView(first.buffer, first.byteOffset).getBigUint64(0, true)
  return length <= MAX_HEADER_BYTES ? Number(length) : undefined
}

async function readHeader(source: ByteSource) {
  const length = safetensorsHeaderLength(await source.slice(0, 9)) ?? 0
  const dataStart = 8 + length
  if (dataStart > source.byteLength) {
    throw unreadable(
      source,
      `expected a header of ${length} bytes, the file ends after ${source.byteLength - 8} of them; it is cut short, get it again`,
    )
  }
  const text = Buffer.from(await source.slice(8, dataStart)).toString('utf8')
  try {
    return { header: JSON.parse(text) as Readonly<Record<string, unknown>>, dataStart }
  } catch (cause) {
    throw unreadable(source, `expected a JSON header, got ${(cause as Error).message}`)
  }
}

function headerEntry(source: ByteSource, name: string, value: unknown): HeaderEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>
  const isWhole = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0
  if (!Array.isArray(shape) || !shape.every(isWhole) || !Array.isArray(offsets) || !offsets.every(isWhole)) {
    throw unreadable(source, `tensor "${name}": expected a shape and two offsets, got ${JSON.stringify(value)}`)
  }
  const type = types[String(dtype)]
  if (type === undefined) {
    throw unreadable(source, `tensor "${name}": expected a type of ${Object.keys(types).join(', ')}, got ${dtype}`)
  }
  const [begin, end] = offsets as [number, number]
  const expected = elementCount(shape) * elementBytes[type]
  if (offsets.length !== 2 || end - begin !== expected) {
    throw unreadable(
      source,
      `tensor "${name}": expected ${expected} bytes for ${dtype} [${shape.join(', ')}], got offsets ${offsets.join(' to ')}`,
    )
  }
  return { name, type, shape, begin, end }
}

/** Every byte of the data belongs to exactly one tensor. */
function checkPlaces(source: ByteSource, entries: readonly HeaderEntry[], dataBytes: number): void {
  const inOrder = entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)
  let end = 0
  for (const entry of inOrder) {
    if (entry.begin !== end) {
      const how = entry.begin < end ? 'inside the tensor before it' : 'behind a gap'
      throw unreadable(source, `tensor "${entry.name}": expected it to begin at ${end}, got ${entry.begin}, ${how}`)
    }
    end = entry.end
  }
  const cut = inOrder.find((entry) => entry.end > dataBytes)
  if (cut !== undefined) {
    throw unreadable(
      source,
      `expected ${end} bytes of values, got ${dataBytes}: it is cut short at tensor "${cut.name}", get it again`,
    )
  }
  if (end < dataBytes) throw unreadable(source, `expected ${end} bytes of values, got ${dataBytes}`)
}

function storedTensor({ type, shape, begin }: HeaderEntry, dataStart: number): StoredTensor {
  const start = async () => dataStart + begin
  const storage = { length: elementCount(shape), isBigEndian: false, start }
  return { type, shape, storage, offset: 0, strides: rowMajorStrides(shape) }
}

function unreadable(source: ByteSource, problem: string): EngineError {
  return new EngineError('unreadable-file', `safetensors ${source.name}: ${problem}`)
}
