// Stands in for geoparquet/open-parquet.ts until it lands; same shapes.

import { parquetMetadataAsync, parquetScan, parquetSchema } from 'hyparquet'
import { wkbToGeojson } from 'hyparquet/src/wkb.js'
import { compressors } from 'hyparquet-compressors'
import { EngineError } from '../../shared/errors.ts'
import type { Footprint, LonLat } from '../../shared/terms.ts'
import type { ByteSource } from '../bytes/byte-source.ts'

export interface ParquetFile {
  readonly rowCount: number
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly keyValue: ReadonlyMap<string, string>
  readonly groundControl?: Record<string, unknown>
  readonly scan: (columns: string[]) => ReturnType<typeof parquetScan>
}

export async function openParquet(source: ByteSource): Promise<ParquetFile> {
  const file = {
    byteLength: source.byteLength,
    slice: async (start: number, end = source.byteLength) => (await source.slice(start, end)).buffer,
  }
  const metadata = await parquetMetadataAsync(file).catch((cause: Error) => {
    throw new EngineError('unreadable-file', `${source.name}: expected a Parquet file, got ${cause.message}`, { cause })
  })
  const keyValue = new Map((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']))
  const groundControl = keyValue.get('ground_control')
  return {
    rowCount: Number(metadata.num_rows),
    columns: parquetSchema(metadata).children.map((child) => ({
      name: child.element.name,
      type: child.element.type ?? (child.children.length === 1 ? 'List' : 'Struct'),
    })),
    keyValue,
    ...(groundControl === undefined ? {} : { groundControl: JSON.parse(groundControl) as Record<string, unknown> }),
    scan: (columns) => parquetScan({ file, metadata, columns, compressors, geoparquet: false }),
  }
}

export async function readColumns(
  file: ParquetFile,
  names: readonly string[],
  range: { readonly rowStart?: number; readonly rowEnd?: number } = {},
): Promise<Record<string, unknown[]>> {
  const scan = await file.scan([...names])
  const out: Record<string, unknown[]> = {}
  const rowStart = range.rowStart ?? 0
  const rowEnd = range.rowEnd ?? file.rowCount
  for (const name of names) {
    const values: unknown[] = []
    for (const part of scan.ranges) {
      const start = Math.max(rowStart, part.rowStart)
      const end = Math.min(rowEnd, part.rowEnd)
      if (start >= end) continue
      const data = await scan.readColumn({ column: name, rowStart: start, rowEnd: end })
      for (const value of data) values.push(value)
    }
    out[name] = values
  }
  return out
}

export async function readVectors(
  file: ParquetFile,
  column: string,
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<{ vectors: Float32Array; count: number; dimensions: number }> {
  const scan = await file.scan([column])
  let vectors: Float32Array | undefined
  let dimensions = 0
  for (const part of scan.ranges) {
    options.signal?.throwIfAborted()
    const data = await scan.readColumn({ column, ...part })
    let row = part.rowStart
    for (const value of data as ArrayLike<ArrayLike<number>>[number][]) {
      if (!vectors) {
        dimensions = value.length
        vectors = new Float32Array(new SharedArrayBuffer(4 * file.rowCount * dimensions))
      }
      vectors.set(value, row++ * dimensions)
    }
    options.onProgress?.(row, file.rowCount)
  }
  return { vectors: vectors ?? new Float32Array(0), count: file.rowCount, dimensions }
}

export function footprintOfWkb(bytes: Uint8Array): Footprint | undefined {
  const shape = wkbToGeojson({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 })
  if (shape.type === 'Polygon') return { polygons: [shape.coordinates as unknown as LonLat[][]] }
  if (shape.type === 'MultiPolygon') return { polygons: shape.coordinates as unknown as LonLat[][][] }
  return undefined
}
