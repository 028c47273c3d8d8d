// The work of one scanning thread. Runs of rows come from a ticket that all threads share; a cancelled ticket ends the work within a run.

import { type NearCodes, nearestCodes, selected, startSelection } from '../kernels/code-selection.ts'
import { createKernelMemory, type KernelMemory, Places } from '../kernels/kernel-memory.ts'
import { type Kernels, kernelsOn } from '../kernels/kernels.ts'
import { BestRows } from '../search/best-rows.ts'
import { isInMask } from '../search/row-mask.ts'
import { codeBytes } from '../search/vector-parts.ts'
import { breathe } from '../threads/thread-calls.ts'
import { ByteReader } from './byte-reader.ts'
import { blockRowsFor, partOf, RowLoader } from './row-loader.ts'
import {
  type CodeSegment,
  calmRunsOf,
  isCancelled,
  MAX_DEPTH,
  RUN_ROWS,
  runsOf,
  type ScanSetup,
  type ScanSpace,
  type Ticket,
} from './scan-task.ts'

/** Runs of codes between two looks at the messages: a few milliseconds. */
const CALM_RUNS = 64
/** A thread that has this many queries to score hears its messages after every block of rows. */
const MANY_QUERIES = 8

export interface CodeScan {
  readonly ticket: Ticket
  readonly query: Uint8Array
  readonly depth: number
  readonly isMasked: boolean
}

export interface RowScan {
  readonly ticket: Ticket
  readonly space: ScanSpace
  /** in the space: `dimensions` values each */
  readonly queries: readonly Float32Array[]
  /** best rows kept of each query */
  readonly keep: number
  /** a bit a row */
  readonly mask?: SharedArrayBuffer | undefined
}

export interface RowScoring {
  readonly ticket: Ticket
  readonly rows: Uint32Array
  readonly space: ScanSpace
  readonly query: Float32Array
}

export interface RowMeasuring {
  readonly ticket: Ticket
  readonly map: Float32Array
  readonly mean: Float32Array
  /** float32 a row */
  readonly out: SharedArrayBuffer
}

export interface RowScores {
  readonly rows: Uint32Array
  readonly scores: Float64Array
}

/** Rows of a set in this thread's kernel memory, and the codes that all threads see. */
export class ThreadScanner {
  readonly #setup: ScanSetup
  readonly #norms: Float32Array
  readonly #reader = new ByteReader()
  readonly #memory: KernelMemory
  readonly #kernels: Kernels
  readonly #loader: RowLoader
  readonly #query: number
  readonly #centre: number
  readonly #products: number
  /** of the loaded rows, in the space of the metric */
  readonly #lengths: Float32Array
  readonly #codes: number
  readonly #thread: number
  #segments: readonly { readonly segment: CodeSegment; readonly kernels: Kernels }[] = []

  /** @param thread number of this thread, from 0 */
  constructor(setup: ScanSetup, thread: number) {
    const { dimensions } = setup.parts
    const plan = new Places(64)
    RowLoader.places(dimensions, plan)
    const block = blockRowsFor(dimensions)
    this.#query = plan.take(4 * dimensions)
    this.#centre = plan.take(4 * dimensions)
    this.#products = plan.take(4 * block)
    this.#lengths = new Float32Array(block)
    this.#codes = plan.take(codeBytes(dimensions) * block)
    this.#memory = createKernelMemory(plan.end)
    this.#kernels = kernelsOn(this.#memory)
    this.#loader = new RowLoader(setup.parts, this.#reader, this.#memory, new Places(64), this.#kernels)
    this.#setup = setup
    this.#norms = new Float32Array(setup.norms)
    this.#thread = thread
  }

  /** Gives the codes that `fillCodes` fills and `scanCodes` scans. */
  attachCodes(segments: readonly CodeSegment[]): void {
    this.#segments = segments.map((segment) => ({ segment, kernels: kernelsOn(segment.memory) }))
  }

  /** Sums of the searchable rows, and how many there are. */
  async sumRows({ ticket }: { ticket: Ticket }): Promise<{ readonly sums: Float64Array; readonly used: number }> {
    const { dimensions } = this.#setup.parts
    const sums = new Float64Array(dimensions)
    const values = new Float32Array(this.#memory.buffer)
    let used = 0
    for await (const { length } of this.#blocks(ticket)) {
      used += length
      for (let row = 0; row < length; row++) {
        const start = this.#loader.rows / 4 + row * dimensions
        for (let i = 0; i < dimensions; i++) sums[i]! += values[start + i]!
      }
    }
    return { sums, used }
  }

  /** Codes of all rows, read where the set has them, else made against `mean`. */
  async fillCodes({ ticket, mean }: { ticket: Ticket; mean: Float32Array }): Promise<void> {
    const { parts } = this.#setup
    const stride = codeBytes(parts.dimensions)
    const rows = new Uint32Array(RUN_ROWS)
    for await (const run of calmRunsOf(ticket, parts.count)) {
      const { segment } = this.#segmentOf(run.rowStart)
      const bytes = new Uint8Array(segment.memory.buffer)
      const place = (row: number) => segment.codes + (row - segment.rowStart) * stride
      for (let row = run.rowStart; row < run.rowEnd; ) {
        const part = partOf(parts, row)
        const end = Math.min(run.rowEnd, part.rowStart + part.rowCount)
        if (part.codes !== undefined) {
          this.#reader.read(part.codes, (row - part.rowStart) * stride, bytes.subarray(place(row), place(end)))
          row = end
          continue
        }
        const count = Math.min(end - row, this.#loader.blockRows)
        for (let i = 0; i < count; i++) rows[i] = row + i
        this.#loader.load(rows, 0, count)
        this.#floats(this.#centre, parts.dimensions).set(mean)
        this.#kernels.encodeCodes(this.#loader.rows, count, parts.dimensions, this.#centre, this.#codes)
        bytes.set(new Uint8Array(this.#memory.buffer, this.#codes, count * stride), place(row))
        row += count
      }
    }
  }

  /** The `depth` rows of this thread's runs whose codes are nearest to the query's. */
  async scanCodes({ ticket, query, depth, isMasked }: CodeScan): Promise<NearCodes> {
    if (depth > MAX_DEPTH) throw new RangeError(`scan of codes: expected a depth up to ${MAX_DEPTH}, got ${depth}`)
    const { count, dimensions } = this.#setup.parts
    const words = codeBytes(dimensions) / 8
    const started = new Map<CodeSegment, { query: number; state: number }>()
    let runs = 0
    for (const { rowStart, rowEnd } of runsOf(ticket, count)) {
      if (++runs % CALM_RUNS === 0) await breathe()
      const { segment, kernels } = this.#segmentOf(rowStart)
      let places = started.get(segment)
      if (places === undefined) {
        const scratch = new Places(segment.scratch[this.#thread]!)
        const address = scratch.take(query.length)
        new Uint8Array(segment.memory.buffer).set(query, address)
        places = { query: address, state: startSelection(segment.memory, scratch, depth, dimensions) }
        started.set(segment, places)
      }
      const first = rowStart - segment.rowStart
      const mask = isMasked ? segment.mask : 0
      kernels.scanCodes(
        segment.codes,
        first,
        rowEnd - rowStart,
        words,
        places.query,
        mask,
        segment.rowStart,
        places.state,
      )
    }
    const found = [...started].map(([segment, { state }]) => selected(segment.memory, state))
    return found.length === 1 ? found[0]! : nearestCodes(found, depth)
  }

  /**
   * Scores of chosen rows.
   * @param rows ascending
   */
  scoreRows({ ticket, rows, space, query }: RowScoring): Float32Array {
    const scores = new Float32Array(rows.length)
    for (let from = 0; from < rows.length && !isCancelled(ticket); from += this.#loader.blockRows) {
      const to = Math.min(rows.length, from + this.#loader.blockRows)
      const block = rows.subarray(from, to)
      this.#loader.load(rows, from, to)
      this.#moveToSpace(space, block)
      this.#scoreBlock(space, query, block.length, scores.subarray(from, to))
    }
    return scores
  }

  /** The best rows of every query by scoring each row that passes the mask. */
  async scanRows({
    ticket,
    space,
    queries,
    keep,
    mask,
  }: RowScan): Promise<{ readonly best: readonly RowScores[]; readonly compared: number }> {
    const kept = queries.map(() => new BestRows(keep))
    const scores = new Float32Array(this.#loader.blockRows)
    let compared = 0
    for await (const rows of this.#blocks(ticket, mask)) {
      compared += rows.length
      this.#moveToSpace(space, rows)
      queries.forEach((query, index) => {
        this.#scoreBlock(space, query, rows.length, scores)
        const best = kept[index]!
        for (let i = 0; i < rows.length; i++) best.offer(rows[i]!, scores[i]!)
      })
      if (queries.length > MANY_QUERIES) await breathe()
    }
    return { best: kept.map((each) => each.sorted()), compared }
  }

  /**
   * Lengths of rows after a linear map: `out[row] = |map (row - mean)|`, for every searchable row.
   * @param map row-major `components x dimensions`
   */
  async measureRows({ ticket, map, mean, out }: RowMeasuring): Promise<void> {
    const { dimensions } = this.#setup.parts
    const { rows: loaded } = this.#loader
    const lengths = new Float32Array(out)
    const products = this.#floats(this.#products, this.#loader.blockRows)
    for await (const rows of this.#blocks(ticket)) {
      const squares = new Float64Array(rows.length)
      this.#floats(this.#centre, dimensions).set(mean)
      this.#kernels.subtractFromRows(loaded, rows.length, dimensions, this.#centre)
      for (let start = 0; start < map.length; start += dimensions) {
        this.#floats(this.#query, dimensions).set(map.subarray(start, start + dimensions))
        this.#kernels.dotRows(loaded, rows.length, dimensions, this.#query, this.#products)
        for (let i = 0; i < rows.length; i++) squares[i]! += products[i]! ** 2
      }
      for (let i = 0; i < rows.length; i++) lengths[rows[i]!] = Math.sqrt(squares[i]!)
      await breathe()
    }
  }

  dispose(): void {
    this.#reader.dispose()
  }

  /** Loads searchable rows that pass the mask, a block at a time; a block is used before anything is awaited. */
  async *#blocks(ticket: Ticket, mask?: SharedArrayBuffer): AsyncIterable<Uint32Array> {
    const words = mask && new Uint32Array(mask)
    const rows = new Uint32Array(RUN_ROWS)
    const norms = this.#norms
    for await (const { rowStart, rowEnd } of calmRunsOf(ticket, this.#setup.parts.count)) {
      let count = 0
      for (let row = rowStart; row < rowEnd; row++) {
        if (norms[row]! > 0 && (words === undefined || isInMask(words, row))) rows[count++] = row
      }
      for (let from = 0; from < count; from += this.#loader.blockRows) {
        const to = Math.min(count, from + this.#loader.blockRows)
        this.#loader.load(rows, from, to)
        yield rows.subarray(from, to)
      }
    }
  }

  /** Makes the loaded rows what the metric compares, and notes their lengths. */
  #moveToSpace({ metric, mean, rowLengths }: ScanSpace, rows: Uint32Array): void {
    if (metric === 'l2') return
    const { dimensions } = this.#setup.parts
    const { rows: loaded } = this.#loader
    const lengths = this.#lengths
    if (mean !== undefined) {
      this.#floats(this.#centre, dimensions).set(mean)
      this.#kernels.subtractFromRows(loaded, rows.length, dimensions, this.#centre)
    }
    if (metric === 'cosine-centred') {
      this.#floats(this.#centre, dimensions).fill(0)
      this.#kernels.squaredDistances(loaded, rows.length, dimensions, this.#centre, this.#products)
      const squares = this.#floats(this.#products, rows.length)
      for (let i = 0; i < rows.length; i++) lengths[i] = Math.sqrt(squares[i]!)
      return
    }
    const known = rowLengths === undefined ? this.#norms : new Float32Array(rowLengths)
    for (let i = 0; i < rows.length; i++) lengths[i] = known[rows[i]!]!
  }

  #scoreBlock({ metric }: ScanSpace, query: Float32Array, count: number, scores: Float32Array): void {
    const { dimensions } = this.#setup.parts
    const { rows: loaded } = this.#loader
    this.#floats(this.#query, dimensions).set(query)
    const products = this.#floats(this.#products, count)
    if (metric === 'l2') {
      this.#kernels.squaredDistances(loaded, count, dimensions, this.#query, this.#products)
      for (let i = 0; i < count; i++) scores[i] = -Math.sqrt(products[i]!)
      return
    }
    this.#kernels.dotRows(loaded, count, dimensions, this.#query, this.#products)
    const lengths = this.#lengths
    // a row that is the mean has no direction and is like nothing
    for (let i = 0; i < count; i++) scores[i] = lengths[i]! > 0 ? products[i]! / lengths[i]! : 0
  }

  #floats(address: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, length)
  }

  #segmentOf(row: number) {
    return this.#segments.findLast(({ segment }) => segment.rowStart <= row)!
  }
}
