// The rows of a vector column, page by page: whoever reads vectors, into a matrix or into a store, takes them from here.
// Where the pages of a writer end with a row, as most do, a block is the decoded page itself.

import type { ColumnMetaData } from 'hyparquet'
import type { ParquetFile } from './open-parquet.ts'
import { type Page, pagesOf } from './page-stream.ts'
import { decodeNumbers } from './page-values.ts'
import { splitPage, type VectorLeaf } from './vector-leaf.ts'

export interface VectorBlock {
  /** row-major `rowCount x dimensions`, valid until the next block is asked for; null rows and null elements are NaN */
  readonly vectors: Float32Array
  readonly rowCount: number
  /** rows of the block whose list is null */
  readonly nullRows: readonly number[]
}

export interface VectorBlocksOptions {
  readonly dimensions: number
  /** row of the file that comes first, for messages */
  readonly rowStart: number
  /** only the rows that begin in these pages, by their bytes `[start, end)` in the file; all of the chunk when absent */
  readonly pages?: { readonly start: number; readonly end: number } | undefined
  readonly signal?: AbortSignal | undefined
}

/** Thrown for a row of another length, or an empty one; the reader adds the file and column. */
export class RowLengthError extends Error {
  readonly row: number
  readonly expected: number
  readonly got: number

  constructor(row: number, expected: number, got: number) {
    super(`has ${got} values in row ${row}, expected ${expected}`)
    this.row = row
    this.expected = expected
    this.got = got
  }
}

/**
 * Rows of one column chunk in order.
 * @throws RowLengthError for a row that has not `dimensions` values; RangeError or Error for damage
 */
export async function* vectorBlocks(
  file: ParquetFile,
  chunk: ColumnMetaData,
  leaf: VectorLeaf,
  options: VectorBlocksOptions,
): AsyncGenerator<VectorBlock> {
  const { pages, signal } = options
  const rows = new OpenRows(leaf, options)
  let dictionary: Float32Array | undefined
  for await (const page of pagesOf(file.source, chunk, { signal, from: pages?.start })) {
    signal?.throwIfAborted()
    const dictionaryHeader = page.header.dictionary_page_header
    if (dictionaryHeader !== undefined) {
      // A copy: the decompressor may reuse its memory.
      dictionary = decodeNumbers(page.bytes, 'PLAIN', leaf.layout, dictionaryHeader.num_values).slice()
      continue
    }
    const isBehind = pages !== undefined && page.start >= pages.end
    yield* rows.take(page, dictionary, isBehind)
    if (isBehind && rows.isClosed) return
  }
  yield* rows.end()
}

/** Values of the largest block that is put together; decoded pages are handed out as they are. */
const blockValues = 1 << 20

/** Puts rows together across the ends of pages. */
class OpenRows {
  readonly #leaf: VectorLeaf
  readonly #dimensions: number
  readonly #row: Float32Array
  readonly #element = new Float32Array([Number.NaN])
  /** values of the open row so far; of a whole row that a page ended with, as many as it has */
  #filled = 0
  #isNull = false
  #state: 'before' | 'open' | 'handed out' | 'closed'
  #rowsBegun: number
  /** rows closed since the last block */
  #out: Float32Array | undefined
  readonly #mostRows: number
  #outRows = 0
  #nullRows: number[] = []

  constructor(leaf: VectorLeaf, { dimensions, rowStart, pages }: VectorBlocksOptions) {
    this.#leaf = leaf
    this.#dimensions = dimensions
    this.#row = new Float32Array(dimensions)
    this.#mostRows = Math.max(1, Math.floor(blockValues / dimensions))
    this.#rowsBegun = rowStart
    // values at the start of a run of pages belong to a row of the run before
    this.#state = pages === undefined ? 'before' : 'closed'
  }

  get isClosed(): boolean {
    return this.#state === 'closed'
  }

  /** @param isBehind the page lies behind the run: only the end of the open row is taken */
  *take(page: Page, dictionary: Float32Array | undefined, isBehind: boolean): Generator<VectorBlock> {
    const { repetition, definition, values, encoding, count } = splitPage(page, this.#leaf)
    if (count === 0) return
    let present = count
    if (definition !== undefined) {
      present = 0
      for (let index = 0; index < count; index++) if (definition[index] === this.#leaf.maxDefinition) present++
    }
    const numbers = decodeNumbers(values, encoding, this.#leaf.layout, present, dictionary)
    const isWhole = !isBehind && present === count && this.#state !== 'open' && this.#hasWholeRows(repetition, count)
    if (isWhole) {
      yield this.#handOut(numbers, count)
      return
    }
    let next = 0
    for (let position = 0; position < count; ) {
      const following = repetition.indexOf(0, position + 1)
      const end = following < 0 ? count : following
      if (repetition[position] === 0) {
        this.#close()
        if (this.#outRows === this.#mostRows) yield* this.#block()
        if (isBehind) {
          this.#state = 'closed'
          break
        }
        this.#open()
      } else if (this.#state === 'before') {
        throw new Error('its first row does not begin with a first value')
      } else if (this.#state === 'handed out') {
        throw new RowLengthError(this.#rowsBegun - 1, this.#dimensions, this.#dimensions + end - position)
      }
      next = this.#addEntries(definition, numbers, { position, end, next })
      position = end
    }
    yield* this.#block()
  }

  *end(): Generator<VectorBlock> {
    this.#close()
    this.#state = 'closed'
    yield* this.#block()
  }

  #hasWholeRows(repetition: Uint8Array, count: number): boolean {
    const dimensions = this.#dimensions
    if (count % dimensions !== 0 || repetition[0] !== 0) return false
    for (let start = 0; start < count; start += dimensions) {
      const following = repetition.indexOf(0, start + 1)
      if (following >= 0 ? following !== start + dimensions : start + dimensions !== count) return false
    }
    return true
  }

  #handOut(vectors: Float32Array, count: number): VectorBlock {
    const rowCount = count / this.#dimensions
    this.#state = 'handed out'
    this.#rowsBegun += rowCount
    return { vectors, rowCount, nullRows: [] }
  }

  #open(): void {
    this.#state = 'open'
    this.#rowsBegun++
    this.#filled = 0
    this.#isNull = false
  }

  #addEntries(
    definition: Uint8Array | undefined,
    numbers: Float32Array,
    { position, end, next }: { readonly position: number; readonly end: number; readonly next: number },
  ): number {
    if (definition === undefined) {
      this.#add(numbers, next, next + end - position)
      return next + end - position
    }
    let from = next
    for (let index = position; index < end; index++) {
      const level = definition[index]!
      if (level === this.#leaf.maxDefinition) this.#add(numbers, from, ++from)
      else if (this.#leaf.missing[level] === 'element') this.#add(this.#element, 0, 1)
      else if (this.#leaf.missing[level] === 'null') this.#isNull = true
    }
    return from
  }

  #add(values: Float32Array, from: number, to: number): void {
    if (this.#state !== 'open') return
    if (this.#filled + to - from <= this.#dimensions) this.#row.set(values.subarray(from, to), this.#filled)
    this.#filled += to - from
  }

  #close(): void {
    if (this.#state !== 'open') return
    if (this.#isNull && this.#filled === 0) {
      this.#nullRows.push(this.#outRows)
      this.#row.fill(Number.NaN)
    } else if (this.#filled !== this.#dimensions) {
      throw new RowLengthError(this.#rowsBegun - 1, this.#dimensions, this.#filled)
    }
    this.#out ??= new Float32Array(this.#mostRows * this.#dimensions)
    this.#out.set(this.#row, this.#outRows++ * this.#dimensions)
  }

  *#block(): Generator<VectorBlock> {
    if (this.#out === undefined || this.#outRows === 0) return
    const vectors = this.#out.subarray(0, this.#outRows * this.#dimensions)
    const block = { vectors, rowCount: this.#outRows, nullRows: this.#nullRows }
    this.#outRows = 0
    this.#nullRows = []
    yield block
  }
}
