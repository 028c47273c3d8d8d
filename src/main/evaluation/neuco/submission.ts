// A NeuCo-Bench submission: `id,0,1,...` in a CSV, one row a sample. What is done to it follows the benchmark's code
// (load_submission), not its documents: rows are filtered and columns padded before the one mean and deviation are taken.

import { basename } from 'node:path'
import { EngineError } from '../../../shared/errors.ts'
import { type CsvRow, csvRows } from '../tables/csv-rows.ts'

export interface SubmissionOptions {
  /** ids with a label in any task; other rows are left out */
  readonly labelledIds: ReadonlySet<string>
  readonly excludedIds?: ReadonlySet<string>
  /** fewer columns are padded with zeros on the right; absent: as many as the file has */
  readonly dimensions?: number | undefined
  readonly standardise: boolean
  readonly signal?: AbortSignal | undefined
}

export interface Submission {
  readonly ids: readonly string[]
  /** row-major `ids.length x dimensions` */
  readonly vectors: Float32Array
  readonly dimensions: number
  /** columns of the file; below `dimensions` when padded */
  readonly foundDimensions: number
  /** rows of the file, those left out because they have no label, and those excluded */
  readonly rowCount: number
  readonly unlabelledCount: number
  readonly excludedCount: number
  /** values that are empty or no numbers and count as 0 */
  readonly nonNumericCount: number
  /** over all values, padding included; 0 and 1 where nothing was standardised */
  readonly mean: number
  readonly std: number
}

/**
 * @throws EngineError when there is no column `id`, an id comes twice, there are more columns than `dimensions`, a value is
 * infinite, or no row has a label
 */
export async function readSubmission(path: string, options: SubmissionOptions): Promise<Submission> {
  const rows = csvRows(path, options.signal)
  const header = (await rows.next()).value as CsvRow | undefined
  const layout = layoutOf(path, header?.cells ?? [], options.dimensions)
  const kept = new KeptRows(path, layout)
  const lineOfId = new Map<string, number>()
  const counts = { rowCount: 0, unlabelledCount: 0, excludedCount: 0 }
  const repeated: string[] = []
  for await (const { line, cells } of rows) {
    const id = plainId(cells[layout.idColumn] ?? '')
    counts.rowCount++
    if (lineOfId.has(id)) repeated.push(`"${id}" in lines ${lineOfId.get(id)} and ${line}`)
    lineOfId.set(id, line)
    if (options.excludedIds?.has(id)) counts.excludedCount++
    else if (!options.labelledIds.has(id)) counts.unlabelledCount++
    else kept.add(id, cells, line)
  }
  requireDistinct(path, repeated)
  if (kept.ids.length === 0) {
    throw new EngineError(
      'invalid-input',
      `${basename(path)}: expected rows with labels, got ${counts.rowCount} rows of which none has a label`,
    )
  }
  const vectors = kept.vectors()
  const { mean, std } = options.standardise ? standardise(vectors) : { mean: 0, std: 1 }
  return {
    ...counts,
    ...{ ids: kept.ids, vectors, dimensions: layout.dimensions, foundDimensions: layout.valueColumns.length },
    ...{ nonNumericCount: kept.nonNumericCount, mean, std },
  }
}

/** `d8c1.zarr.zip` and `d8c1.zarr` are the sample `d8c1`; the endings are removed wherever they stand, as in the original. */
export function plainId(id: string): string {
  return id.replaceAll('.zarr.zip', '').replaceAll('.zarr', '')
}

interface Layout {
  readonly idColumn: number
  readonly valueColumns: readonly number[]
  readonly dimensions: number
}

/** Columns whose names are whole numbers, in the order of the numbers; where there are none, every column but the id. */
function layoutOf(path: string, header: readonly string[], declared: number | undefined): Layout {
  const idColumn = header.indexOf('id')
  if (idColumn < 0) {
    const got = header.slice(0, 5).join(', ') || 'an empty file'
    throw new EngineError('unsupported-format', `${basename(path)}: expected a column "id", got ${got}`)
  }
  const others = header.map((name, column) => ({ name, column })).filter(({ column }) => column !== idColumn)
  const numbered = others.filter(({ name }) => /^\d+$/.test(name)).sort((a, b) => Number(a.name) - Number(b.name))
  const valueColumns = (numbered.length > 0 ? numbered : others).map(({ column }) => column)
  const dimensions = declared ?? valueColumns.length
  if (valueColumns.length === 0) {
    throw new EngineError('unsupported-format', `${basename(path)}: expected columns of values beside the id, got none`)
  }
  if (valueColumns.length > dimensions) {
    throw new EngineError(
      'invalid-input',
      `${basename(path)}: expected at most ${dimensions} dimensions as declared, got ${valueColumns.length}`,
    )
  }
  return { idColumn, valueColumns, dimensions }
}

class KeptRows {
  readonly ids: string[] = []
  nonNumericCount = 0
  readonly #rows: Float32Array[] = []

  constructor(
    readonly path: string,
    readonly layout: Layout,
  ) {}

  add(id: string, cells: readonly string[], line: number): void {
    const row = new Float32Array(this.layout.dimensions)
    for (const [index, column] of this.layout.valueColumns.entries()) {
      const value = numberOf(cells[column] ?? '')
      if (Number.isNaN(value)) this.nonNumericCount++
      else if (Number.isFinite(value)) row[index] = value
      else {
        throw new EngineError(
          'invalid-input',
          `${basename(this.path)}: expected finite values, got ${value} in line ${line}, column ${column + 1}`,
        )
      }
    }
    this.ids.push(id)
    this.#rows.push(row)
  }

  vectors(): Float32Array {
    const { dimensions } = this.layout
    const vectors = new Float32Array(this.#rows.length * dimensions)
    for (const [index, row] of this.#rows.entries()) vectors.set(row, index * dimensions)
    return vectors
  }
}

/** NaN for anything that is no decimal number: `Number` would also take hexadecimal ones and nothing at all. */
function numberOf(text: string): number {
  const word = text.trim()
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) return Number(word)
  const infinite = /^([+-]?)inf(inity)?$/i.exec(word)
  if (infinite === null) return Number.NaN
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

function requireDistinct(path: string, repeated: readonly string[]): void {
  if (repeated.length === 0) return
  throw new EngineError(
    'invalid-input',
    `${basename(path)}: expected every id once, got ${repeated.length} repeated, first ${repeated[0]}`,
  )
}

/** One scalar mean and one population deviation over everything, in place. */
function standardise(vectors: Float32Array): { mean: number; std: number } {
  let sum = 0
  for (const value of vectors) sum += value
  const mean = sum / vectors.length
  let squares = 0
  for (const value of vectors) squares += (value - mean) ** 2
  const std = Math.sqrt(squares / vectors.length) || 1
  for (let i = 0; i < vectors.length; i++) vectors[i] = (vectors[i]! - mean) / std
  return { mean, std }
}
