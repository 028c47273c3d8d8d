import { parquetScan } from 'hyparquet'
import { EngineError } from '../../shared/errors.ts'
import { checkPages } from './check-pages.ts'
import { columnListText } from './column-type.ts'
import { decompressors } from './decompress.ts'
import { causeText, damaged, type ParquetFile } from './open-parquet.ts'

/**
 * Values of whole columns, for columns that are small beside the embeddings.
 * @returns per name one array of `rowEnd - rowStart` values: text, numbers (64-bit integers too), booleans, bytes, arrays
 * of these, plain objects; null where there is none; timestamps and dates as ISO text; geometry as WKB bytes
 * @throws EngineError `not-found` for a column the file does not have, `unreadable-file` for damage
 */
export async function readColumns(
  file: ParquetFile,
  names: readonly string[],
  options: { readonly rowStart?: number; readonly rowEnd?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<Record<string, unknown[]>> {
  const { rowStart = 0, rowEnd = file.rowCount, signal } = options
  for (const name of names) requireColumn(file, name)
  const scan = parquetScan({
    file: {
      byteLength: file.source.byteLength,
      slice: async (start, end = file.source.byteLength) => (await file.source.slice(start, end, signal)).buffer,
    },
    metadata: file.metadata,
    columns: [...names],
    compressors: decompressors,
    geoparquet: false,
    utf8: false,
    parsers: isoParsers,
  })
  const result: Record<string, unknown[]> = {}
  for (const name of names) {
    signal?.throwIfAborted()
    try {
      await checkPages(file, name, { rowStart, rowEnd, signal })
      result[name] = await readColumn(await scan, name, rowStart, Math.min(rowEnd, file.rowCount))
    } catch (cause) {
      if (cause instanceof EngineError || signal?.aborted) throw cause
      throw damaged(file.source, `column "${name}" that cannot be read (${causeText(cause)})`, cause)
    }
    const expected = Math.max(0, Math.min(rowEnd, file.rowCount) - rowStart)
    if (result[name].length !== expected) {
      throw damaged(file.source, `${result[name].length} values of column "${name}" for ${expected} rows`)
    }
  }
  return result
}

async function readColumn(
  scan: Awaited<ReturnType<typeof parquetScan>>,
  column: string,
  rowStart: number,
  rowEnd: number,
): Promise<unknown[]> {
  const values: unknown[] = []
  for (const part of scan.ranges) {
    const from = Math.max(rowStart, part.rowStart)
    const to = Math.min(rowEnd, part.rowEnd)
    if (from >= to) continue
    const data = await scan.readColumn({ column, rowStart: from, rowEnd: to })
    for (const value of data as ArrayLike<unknown> & Iterable<unknown>) values.push(plainValue(value))
  }
  return values
}

/** @throws EngineError `not-found`, listing what the file has */
export function requireColumn(file: ParquetFile, name: string): void {
  if (file.columns.some((column) => column.name === name)) return
  throw new EngineError(
    'not-found',
    `${file.source.name}: expected a column "${name}", got ${columnListText(file.columns)}`,
  )
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (value === undefined) return null
  if (Array.isArray(value)) return value.map(plainValue)
  if (ArrayBuffer.isView(value)) {
    return value instanceof Uint8Array ? value : Array.from(value as unknown as ArrayLike<number | bigint>, Number)
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainValue(inner)]))
  }
  return value
}

const keepBytes = (bytes: Uint8Array | undefined) => bytes

/** Times as ISO text, down to the microsecond where the file has it; geometry left as bytes. */
const isoParsers = {
  timestampFromMilliseconds: (millis: bigint) => isoText(BigInt(millis) * 1_000_000n),
  timestampFromMicroseconds: (micros: bigint) => isoText(BigInt(micros) * 1000n),
  timestampFromNanoseconds: (nanos: bigint) => isoText(BigInt(nanos)),
  dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10),
  geometryFromBytes: keepBytes,
  geographyFromBytes: keepBytes,
}

function isoText(nanos: bigint | undefined): string | undefined {
  if (nanos === undefined) return undefined
  const millis = nanos / 1_000_000n
  const date = new Date(Number(millis))
  if (Number.isNaN(date.getTime())) return undefined
  const restNanos = nanos - millis * 1_000_000n
  const text = date.toISOString()
  return restNanos <= 0n ? text : `${text.slice(0, -1)}${String(restNanos / 1000n).padStart(3, '0')}Z`
}
