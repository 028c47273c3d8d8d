// Everything that is done over the rows of one set, spread over its threads.

import { availableParallelism } from 'node:os'
import { type NearCodes, nearestCodes } from '../kernels/code-selection.ts'
import { BestRows } from '../search/best-rows.ts'
import type { MetricSpace, Whitening } from '../search/metric-space.ts'
import type { Query } from '../search/query-vector.ts'
import { countInMask, type RowMask, rowMask } from '../search/row-mask.ts'
import type { VectorParts } from '../search/vector-parts.ts'
import { ByteReader } from './byte-reader.ts'
import { createCodeSegments, setMasks } from './code-segments.ts'
import { readRowVectors } from './row-vectors.ts'
import { ScanPool, withProgress } from './scan-pool.ts'
import { type CodeSegment, createTicket, RUN_ROWS, type ScanSpace } from './scan-task.ts'
import type { RowScores } from './thread-scanner.ts'

/** Sets with fewer values are scanned by one thread: starting others would take longer. */
const SMALL_VALUES = 4_000_000
/** A scan of so few bytes of codes, or a score of so few rows, is done sooner than another thread wakes up. */
const SMALL_CODES = 4_000_000
const SMALL_ROWS = 1024
/** More threads than this do not scan faster: memory is what they wait for. */
const MAX_THREADS = 16
/** How long a part of a scan takes whose best rows are shown before the rest is done. */
const SHOWN_AFTER_MS = 700

export interface ScanOptions {
  readonly signal?: AbortSignal | undefined
  /** rows done, a few times a second */
  readonly onRows?: ((done: number) => void) | undefined
}

export interface ExactScan extends ScanOptions {
  /** best rows kept of each query */
  readonly keep: number
  readonly mask?: RowMask | undefined
  /** the best rows of the first query so far, and the rows they come from */
  readonly onBest?: ((best: RowScores, done: number) => void) | undefined
}

export class SetScanner {
  readonly parts: VectorParts
  /** rows that a search may return */
  readonly searchable: number
  /** mean length of those */
  readonly meanLength: number
  /** a bit a row; undefined when all are searchable */
  readonly searchableMask: RowMask | undefined
  readonly #reader = new ByteReader()
  readonly #norms: SharedArrayBuffer
  readonly #threads: number
  readonly #rowLengths = new Map<Whitening, SharedArrayBuffer>()
  #pool: ScanPool | undefined
  #segments: readonly CodeSegment[] = []
  /** filters lie in the memory of the codes: one scan at a time */
  #turn: Promise<unknown> = Promise.resolve()

  /** @param threads 1 to do everything in the calling thread */
  constructor(parts: VectorParts, threads?: number) {
    const isSmall = parts.count * parts.dimensions < SMALL_VALUES
    this.parts = parts
    this.#threads = threads ?? (isSmall ? 1 : Math.min(MAX_THREADS, availableParallelism()))
    this.#norms = readNorms(parts, this.#reader)
    const norms = new Float32Array(this.#norms)
    let searchable = 0
    let lengths = 0
    for (const norm of norms) {
      if (!(norm > 0)) continue
      searchable++
      lengths += norm
    }
    this.searchable = searchable
    this.meanLength = searchable > 0 ? lengths / searchable : 1
    this.searchableMask = searchable < parts.count ? rowMask(parts.count, (row) => norms[row]! > 0) : undefined
  }

  get hasCodes(): boolean {
    return this.#segments.length > 0
  }

  isSearchable(row: number): boolean {
    return new Float32Array(this.#norms, row * 4, 1)[0]! > 0
  }

  /** Vectors of a few rows, float32, in the order asked for. */
  readVectors(rows: ArrayLike<number>): Float32Array {
    return readRowVectors(this.parts, this.#reader, rows)
  }

  /** How many of the rows of a mask are searchable. */
  countSearchable(mask: RowMask | undefined): number {
    if (mask === undefined) return this.searchable
    return countInMask(this.#searchableOf(mask)!)
  }

  /** Mean of the searchable rows, summed in float64. */
  async mean({ signal, onRows }: ScanOptions = {}): Promise<Float64Array> {
    const ticket = createTicket(this.parts.count)
    const sums = await withProgress(
      ticket,
      onRows,
      this.#started().all('sumRows', () => ({ ticket }), { ticket, signal }),
    )
    const mean = new Float64Array(this.parts.dimensions)
    for (const each of sums) {
      for (let i = 0; i < mean.length; i++) mean[i]! += each.sums[i]! / Math.max(1, this.searchable)
    }
    return mean
  }

  /**
   * Brings the codes of all rows into memory: from where the set keeps them, otherwise made against `mean`.
   * @throws RangeError where the system has no room
   */
  async loadCodes(mean: Float32Array, { signal, onRows }: ScanOptions = {}): Promise<void> {
    const { count, dimensions } = this.parts
    const pool = this.#started()
    const segments = createCodeSegments(count, dimensions, pool.size)
    await pool.all('attachCodes', () => segments)
    const ticket = createTicket(count)
    await withProgress(
      ticket,
      onRows,
      pool.all('fillCodes', () => ({ ticket, mean }), { ticket, signal }),
    )
    this.#segments = segments
  }

  /** The `depth` rows whose codes are nearest to a query's, nearest first. */
  nearest(
    code: Uint8Array,
    { depth, mask, signal }: { depth: number; mask?: RowMask | undefined } & ScanOptions,
  ): Promise<NearCodes> {
    const scan = this.#turn.then(async () => {
      signal?.throwIfAborted()
      const passed = this.#searchableOf(mask)
      if (passed !== undefined) setMasks(this.#segments, passed)
      const ticket = createTicket(this.parts.count)
      const task = { ticket, query: code, depth, isMasked: passed !== undefined }
      const isSmall = this.parts.count * code.length < SMALL_CODES
      const threads = isSmall ? { threads: 1 } : {}
      const found = await this.#started().all('scanCodes', () => task, { ticket, signal, ...threads })
      return found.length === 1 ? found[0]! : nearestCodes(found, depth)
    })
    this.#turn = scan.catch(() => {})
    return scan
  }

  /** Scores in float32 of chosen rows. @param rows ascending */
  async score(query: Query, rows: Uint32Array, signal?: AbortSignal): Promise<Float32Array> {
    const ticket = createTicket(this.parts.count)
    const pool = this.#started()
    const threads = rows.length <= SMALL_ROWS ? 1 : pool.size
    const share = Math.ceil(rows.length / threads)
    const [space, vector] = [this.#scanSpace(query.space), Float32Array.from(query.vector)]
    const scores = await pool.all(
      'scoreRows',
      (thread) => ({ ticket, rows: rows.slice(thread * share, (thread + 1) * share), space, query: vector }),
      { ticket, threads, signal },
    )
    const all = new Float32Array(rows.length)
    for (const [thread, some] of scores.entries()) all.set(some, thread * share)
    return all
  }

  /** The best rows of each query by float32 scores of every row. @param queries of one space */
  async scan(queries: readonly Query[], options: ExactScan): Promise<RowScores[]> {
    const { count } = this.parts
    const { keep, mask, signal, onRows, onBest } = options
    const space = this.#scanSpace(queries[0]!.space)
    const vectors = queries.map(({ vector }) => Float32Array.from(vector))
    const shared = mask && toShared(mask)
    const best = queries.map(() => new BestRows(keep))
    // whoever looks on gets the scan in steps of about the same time
    let step = onBest === undefined ? count : 16 * RUN_ROWS
    for (let start = 0; start < count; ) {
      const [from, end, startMs] = [start, Math.min(count, start + step), performance.now()]
      const ticket = createTicket(end, from)
      const task = { ticket, space, queries: vectors, keep, mask: shared }
      const onTicket = onRows && ((done: number) => onRows(from + done))
      const found = await withProgress(
        ticket,
        onTicket,
        this.#started().all('scanRows', () => task, { ticket, signal }),
      )
      for (const each of found) {
        each.best.forEach(({ rows, scores }, index) => {
          for (let i = 0; i < rows.length; i++) best[index]!.offer(rows[i]!, scores[i]!)
        })
      }
      if (end < count) onBest?.(best[0]!.sorted(), end)
      const faster = Math.min(8, Math.max(1, SHOWN_AFTER_MS / (performance.now() - startMs)))
      step = Math.round((faster * step) / RUN_ROWS) * RUN_ROWS
      start = end
    }
    return best.map((each) => each.sorted())
  }

  /** Measures every row in the whitened space; scans by that metric need it. */
  async measureWhitened({ mean, whitening }: MetricSpace, { signal, onRows }: ScanOptions = {}): Promise<void> {
    if (mean === undefined || whitening === undefined || this.#rowLengths.has(whitening)) return
    const { count } = this.parts
    const ticket = createTicket(count)
    const out = new SharedArrayBuffer(4 * count)
    const task = { ticket, map: Float32Array.from(whitening.map), mean: Float32Array.from(mean), out }
    await withProgress(
      ticket,
      onRows,
      this.#started().all('measureRows', () => task, { ticket, signal }),
    )
    this.#rowLengths.set(whitening, out)
  }

  async dispose(): Promise<void> {
    await this.#pool?.dispose()
    this.#reader.dispose()
  }

  #started(): ScanPool {
    this.#pool ??= new ScanPool({ parts: this.parts, norms: this.#norms }, this.#threads)
    return this.#pool
  }

  #searchableOf(mask: RowMask | undefined): RowMask | undefined {
    const { searchableMask } = this
    if (mask === undefined || searchableMask === undefined) return mask ?? searchableMask
    return mask.map((word, index) => word & searchableMask[index]!)
  }

  #scanSpace({ metric, mean, whitening }: MetricSpace): ScanSpace {
    const rowLengths = whitening && this.#rowLengths.get(whitening)
    if (whitening !== undefined && rowLengths === undefined)
      throw new Error('whitened: expected measured rows, got none')
    return {
      metric,
      ...(mean === undefined ? {} : { mean: Float32Array.from(mean) }),
      ...(rowLengths === undefined ? {} : { rowLengths }),
    }
  }
}

function readNorms({ count, parts }: VectorParts, reader: ByteReader): SharedArrayBuffer {
  const norms = new SharedArrayBuffer(4 * count)
  for (const { rowStart, rowCount, norms: source } of parts) {
    reader.read(source, 0, new Uint8Array(norms, 4 * rowStart, 4 * rowCount))
  }
  return norms
}

function toShared(mask: RowMask): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(mask.byteLength)
  new Uint32Array(shared).set(mask)
  return shared
}
