import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import type { FileDescription } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { memorySource } from '../bytes/byte-source.ts'
import { openParquet, type ParquetFile } from '../geoparquet/open-parquet.ts'
import { writeEmbeddings } from '../geoparquet/write-embeddings.ts'
import { timestampOf } from '../scenes/timestamps.ts'
import type { PixelField } from './pixel-field.ts'
import { type PixelRowsOptions, pixelColumns, pixelRows } from './pixel-rows.ts'

/** Fields of up to this many decoded bytes are opened as rows whole; of larger ones a window is. */
const wholeFieldBytes = 512 * 1024 * 1024

export interface PixelTableFacts extends Pick<FileDescription, 'dates' | 'attribution' | 'licence' | 'model'> {
  /** path of the file that the field is read from */
  readonly path: string
  /** that writes the table; absent for one that is never saved */
  readonly appVersion?: string
}

/** Writes the pixels of a field (or of a window of it) as a table in the standard's layout, credit and source in its provenance. */
export async function writePixelTable(
  out: string,
  field: PixelField,
  { facts, ...options }: Omit<PixelRowsOptions, 'productId' | 'timestamp'> & { readonly facts: PixelTableFacts },
): Promise<{ rows: number; byteLength: number }> {
  const productId = basename(facts.path, extname(facts.path))
  const timestamp = timestampOf(facts.dates?.first)
  const { attribution, licence, model } = facts
  return await writeEmbeddings(out, pixelRows(field, { ...options, productId, timestamp }), {
    dimensions: field.dimensions,
    geometryTypes: ['Polygon'],
    extraColumns: pixelColumns,
    provenance: {
      appVersion: facts.appVersion ?? '',
      sourceFiles: [basename(facts.path)],
      attribution,
      licence,
      model,
      geometry: 'true',
    },
    signal: options.signal,
  })
}

/**
 * The pixels of a whole field as an open table, in memory.
 * @throws EngineError `unsupported-format` for a field that is too large for it, or has no place
 */
export async function openPixelTable(
  field: PixelField,
  options: Parameters<typeof writePixelTable>[2],
): Promise<ParquetFile> {
  const { name, width, height, dimensions } = field
  if (width * height * dimensions * 4 > wholeFieldBytes) {
    const most = Math.floor(wholeFieldBytes / dimensions / 4)
    throw new EngineError(
      'unsupported-format',
      `${name}: expected at most ${most} pixels to open as rows, got ${height} x ${width}; take a window of it or every n-th pixel: pixels FILE --window ... --every N --out SET.parquet`,
    )
  }
  const folder = await mkdtemp(join(tmpdir(), 'ground-control-pixels-'))
  try {
    const path = join(folder, 'pixels.parquet')
    await writePixelTable(path, field, options)
    return await openParquet(memorySource(name, await readFile(path)), options.signal)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
