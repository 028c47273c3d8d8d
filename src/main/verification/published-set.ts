// The published file as verification reads it: who its rows belong to, and the vectors of a few of them.

import { EngineError } from '../../shared/errors.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { openParquet, type ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { findVectorColumn, readDimensions, readVectors } from '../geoparquet/read-vectors.ts'
import type { ModelCard } from '../models/model-card.ts'

export interface PublishedSet {
  readonly path: string
  readonly file: ParquetFile
  readonly vectorColumn: string
  /** rows of each image, ascending; by `imageKey` */
  readonly rowsOfImage: ReadonlyMap<string, readonly number[]>
}

/** Rows and images belong together by cell and product; never by geometry (docs/geometry.md). */
export function imageKey(gridCell: unknown, productId: unknown): string {
  return `${gridCell}\n${productId}`
}

/**
 * Opens the file; the caller closes `file.source`.
 * @throws EngineError `unsupported-format` when a column is missing, `model-mismatch` when the vectors have other
 *   dimensions than the model
 */
export async function openPublished(path: string, card: ModelCard, signal: AbortSignal): Promise<PublishedSet> {
  const source = await openFileSource(path)
  try {
    const file = await openParquet(source, signal)
    const vectorColumn = requireColumns(path, file)
    const dimensions = await readDimensions(file, vectorColumn, signal)
    if (dimensions !== card.output.dimensions) {
      throw new EngineError(
        'model-mismatch',
        `${path}: expected vectors of ${card.output.dimensions} dimensions as model ${card.id} gives, got ${dimensions ?? 'no vector'}; name the model that made this file`,
      )
    }
    return { path, file, vectorColumn, rowsOfImage: await readRowsOfImage(file, signal) }
  } catch (error) {
    await source.close()
    throw error
  }
}

const joinColumns = ['grid_cell', 'product_id', 'pixel_bbox']

/** @returns the column with the vectors */
function requireColumns(path: string, file: ParquetFile): string {
  const has = file.columns.map(({ name }) => name)
  const missing = joinColumns.filter((name) => !has.includes(name))
  const vectorColumn = findVectorColumn(file)
  if (missing.length === 0 && vectorColumn !== undefined) return vectorColumn
  const expected = missing.length > 0 ? `the column ${missing.join(' and ')}` : 'a column with vectors'
  throw new EngineError(
    'unsupported-format',
    `${path}: expected ${expected}, without which its rows cannot be joined to images, got the columns ${has.join(', ')}`,
  )
}

async function readRowsOfImage(file: ParquetFile, signal: AbortSignal): Promise<Map<string, number[]>> {
  const { grid_cell: cells, product_id: products } = await readColumns(file, ['grid_cell', 'product_id'], { signal })
  const rows = new Map<string, number[]>()
  for (let row = 0; row < file.rowCount; row++) {
    const key = imageKey(cells![row], products![row])
    const known = rows.get(key)
    if (known === undefined) rows.set(key, [row])
    else known.push(row)
  }
  return rows
}

/** @param rows ascending; the result has a vector for each, NaN where the file has null */
export async function readPublishedVectors(
  { file, vectorColumn }: PublishedSet,
  rows: readonly number[],
  signal: AbortSignal,
): Promise<Float32Array> {
  return (await readVectors(file, vectorColumn, { rows, signal })).vectors
}

/** How exact published values can be: `float16` when none has more digits, `integers` when all are whole. */
export function precisionOf(vectors: Float32Array): 'float32' | 'float16' | 'integers' {
  if (vectors.every((x) => Number.isInteger(x))) return 'integers'
  return vectors.every(isFloat16) ? 'float16' : 'float32'
}

function isFloat16(x: number): boolean {
  return !Number.isFinite(x) || Number.isInteger(x / float16Step(x))
}

/** The nearest value of float16, ties to even; the range of float16 is not looked at. */
export function nearestFloat16(x: number): number {
  if (!Number.isFinite(x)) return x
  const step = float16Step(x)
  // beside so large a number a double has no fraction, and adding rounds ties to even
  return (x / step + 1.5 * 2 ** 52 - 1.5 * 2 ** 52) * step
}

/** 10 bits behind the first one; the smallest step of float16 is 2^-24. */
function float16Step(x: number): number {
  return x === 0 ? 1 : Math.max(2 ** (Math.floor(Math.log2(Math.abs(x))) - 10), 2 ** -24)
}
