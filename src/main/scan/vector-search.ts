// Search over the vectors of one set. Codes are brought into memory and tried out on the set's own rows in the background; until
// then, and wherever codes cannot keep the promise, every row is compared, and the answer says so.

import { BestRows } from '../search/best-rows.ts'
import type { Metric, MetricSpace } from '../search/metric-space.ts'
import { codeOf, type Query, scoreOf } from '../search/query-vector.ts'
import type { RowMask } from '../search/row-mask.ts'
import type { MeasuredRecall, VectorParts } from '../search/vector-parts.ts'
import { fitWhitening } from './fit-whitening.ts'
import { measureRecall, WANTED_MEAN } from './measure-recall.ts'
import { MAX_DEPTH } from './scan-task.ts'
import { ScoreSample } from './score-sample.ts'
import { type ScanOptions, SetScanner } from './set-scanner.ts'
import type { RowScores } from './thread-scanner.ts'

/** Sets with fewer rows are compared whole: that takes a few milliseconds. */
const CODES_FROM_ROWS = 32_768
/** Rows beyond the wanted ones that are scored again in float64, whose order float32 may have changed. */
const SPARE_ROWS = 64
/** A shortlist that leaves doubt is followed by one this many times as long. */
const DEEPER = 4
/** recall@100 is measured for lists up to this long. */
const SHORT_LIST = 100

export interface VectorSearchOptions {
  /** with the calling one, which is enough for small sets */
  readonly threads?: number
  /** rows from which codes are used */
  readonly codesFrom?: number
}

export interface BestRequest extends ScanOptions {
  readonly topK: number
  /** rows of the list that are the query's own examples, which nobody misses */
  readonly examples?: number
  /** rows that may be returned */
  readonly mask?: RowMask | undefined
  /** compare every row */
  readonly exact?: boolean
  /** called with the best rows so far and rows compared, where every row is compared and that takes long */
  readonly onBest?: ((best: RowScores, done: number) => void) | undefined
}

export interface BestAnswer extends RowScores {
  /** rows that passed the mask and are searchable */
  readonly compared: number
  readonly exact: boolean
  /** of the search by codes that gave the answer */
  readonly recall?: { readonly topK: number; readonly depth: number; readonly mean: number; readonly worst: number }
  /** why every row was compared though nobody asked for it */
  readonly reason?: string
}

/** What is known of codes for a metric: a measured depth, or why there is none. */
type Known = MeasuredRecall | string

export class VectorSearch {
  readonly scanner: SetScanner
  /** where scores stand among those of the whole set */
  readonly sample: ScoreSample
  readonly #codesFrom: number
  readonly #closing = new AbortController()
  readonly #known = new Map<Metric, Known>()
  readonly #measuring = new Set<Metric>()
  readonly #spaces = new Map<Metric, Promise<MetricSpace>>()
  #mean: Promise<Float64Array> | undefined
  #codesMean: Float32Array | undefined
  #preparing: Promise<void> | undefined

  constructor(parts: VectorParts, { threads, codesFrom = CODES_FROM_ROWS }: VectorSearchOptions = {}) {
    this.scanner = new SetScanner(parts, threads)
    this.sample = new ScoreSample(this.scanner)
    this.#codesFrom = codesFrom
  }

  /** Whether codes and their recall lie ready: reading them takes less than comparing every row. */
  get isStored(): boolean {
    const { parts, mean, recall } = this.scanner.parts
    return mean !== undefined && recall !== undefined && parts.every(({ codes }) => codes !== undefined)
  }

  /** Brings codes into memory and tries them out, once; searches may come meanwhile. Failing is no error: every row is compared then. */
  prepare(onRows?: (stage: string, done: number) => void): Promise<void> {
    this.#preparing ??= this.#prepare(onRows)
    return this.#preparing
  }

  /** What was measured, or why every row is compared; undefined while that is not known. */
  recallOf(metric: Metric): Known | undefined {
    return this.#known.get(metric)
  }

  /** The space of a metric; the first question for one may have to read the whole set. */
  space(metric: Metric, options: ScanOptions = {}): Promise<MetricSpace> {
    let space = this.#spaces.get(metric)
    if (space === undefined) {
      space = this.#space(metric, options)
      this.#spaces.set(metric, space)
      space.catch(() => this.#spaces.delete(metric))
    }
    return space
  }

  /** Rows most similar to a query, best first, ties by ascending row; scores in float64. */
  async best(query: Query, request: BestRequest): Promise<BestAnswer> {
    const { topK, mask } = request
    const compared = this.scanner.countSearchable(mask)
    const keep = Math.min(topK + SPARE_ROWS, compared)
    if (keep === 0) return { rows: new Uint32Array(0), scores: new Float64Array(0), compared, exact: true }
    if (!request.exact && this.isStored) await this.prepare()
    const way = request.exact ? undefined : this.#way(query.space.metric, this.#reach(request, compared))
    const isByCodes = typeof way === 'object' && compared > 2 * way.depth
    const found = isByCodes ? await this.#byCodes(query, { ...request, keep, compared }, way) : undefined
    if (found !== undefined) return found
    const reason = isByCodes ? 'the codes did not settle this query' : typeof way === 'string' ? way : undefined
    const onBest = request.onBest && ((best: RowScores, done: number) => request.onBest?.(first(best, topK), done))
    const [best] = await this.scanner.scan([query], { ...request, keep, onBest })
    if (typeof way === 'string') this.#prepareFor(query.space.metric)
    const answer = { ...this.#ordered(query, best!.rows, topK), compared, exact: true }
    return reason === undefined ? answer : { ...answer, reason }
  }

  /**
   * How far down the list of the whole set the rows of an answer lie: a filter that keeps a tenth of the rows, whichever they are, makes
   * the hundred best of them the thousand best of all.
   */
  #reach({ topK, examples = 0, mask }: BestRequest, compared: number): number {
    return (
      ((topK - examples) * (mask === undefined ? 1 : this.scanner.searchable)) / (mask === undefined ? 1 : compared)
    )
  }

  /** Undefined when even a deep scan leaves doubt, which costs more than comparing every row. */
  async #byCodes(
    query: Query,
    request: BestRequest & { readonly keep: number; readonly compared: number },
    way: NonNullable<BestAnswer['recall']>,
  ): Promise<BestAnswer | undefined> {
    const { topK, keep, compared, mask, signal } = request
    const code = codeOf(query, this.#codesMean!, this.scanner.meanLength)
    const deepest = Math.min(MAX_DEPTH, compared / 4)
    for (let depth = way.depth; depth <= deepest; depth *= DEEPER) {
      const near = await this.scanner.nearest(code, { depth, mask, signal })
      const rows = near.rows.toSorted()
      const scores = await this.scanner.score(query, rows, signal)
      const best = new BestRows(keep)
      for (let index = 0; index < rows.length; index++) best.offer(rows[index]!, scores[index]!)
      const answer = this.#ordered(query, best.sorted().rows, topK)
      // what was found in the outer half of the shortlist lets expect more beyond its end: the measured depth is twice what was needed
      const found = new Set(answer.rows)
      if (near.rows.findLastIndex((row) => found.has(row)) < depth / 2) {
        return { ...answer, compared, exact: false, recall: { ...way, depth } }
      }
    }
    return undefined
  }

  async dispose(): Promise<void> {
    this.#closing.abort()
    await this.scanner.dispose()
  }

  /** How a list of this length is found: by codes to a depth, by comparing everything for a reason, or (undefined) without ado. */
  #way(metric: Metric, reach: number) {
    if (this.scanner.parts.count < this.#codesFrom) return undefined
    if (metric === 'whitened') return 'codes do not tell the whitened metric'
    const known = this.#known.get(metric)
    if (known === undefined) {
      return this.#codesMean === undefined
        ? 'the codes of the set are not there yet'
        : 'the codes are still being tried out on this set'
    }
    if (typeof known === 'string') return known
    if (reach <= SHORT_LIST) return { topK: SHORT_LIST, ...known }
    const { longer } = known
    return longer !== undefined && reach <= longer.topK
      ? longer
      : `the list reaches beyond the ${longer?.topK ?? SHORT_LIST} nearest rows, which is what was measured`
  }

  async #prepare(onRows?: (stage: string, done: number) => void): Promise<void> {
    const { parts } = this.scanner
    const { signal } = this.#closing
    if (parts.count < this.#codesFrom) return
    const onStage = (stage: string) => onRows && ((done: number) => onRows(stage, done))
    try {
      const mean = parts.mean ?? Float32Array.from(await this.#setMean({ signal, onRows: onStage('measuring') }))
      await this.scanner.loadCodes(mean, { signal, onRows: onStage('loading codes') })
      this.#codesMean = mean
      if (parts.recall !== undefined) this.#known.set('cosine', parts.recall)
      else await this.#measure('cosine', { signal, onRows: onStage('measuring recall') })
    } catch (error) {
      if (signal.aborted) return
      const reason = `codes could not be used: ${error instanceof Error ? error.message : String(error)}`
      for (const metric of ['cosine', 'cosine-centred', 'l2'] as const) this.#known.set(metric, reason)
    }
  }

  /** Lets the next search by this metric use codes, in the background. */
  #prepareFor(metric: Metric): void {
    if (this.#known.has(metric) || metric === 'whitened') return
    if (metric === 'cosine' || this.#codesMean === undefined) void this.prepare()
    else if (!this.#measuring.has(metric)) {
      this.#measuring.add(metric)
      this.#measure(metric, { signal: this.#closing.signal }).catch((error) => {
        if (!this.#closing.signal.aborted)
          this.#known.set(metric, `codes could not be used: ${(error as Error).message}`)
      })
    }
  }

  async #measure(metric: Metric, options: ScanOptions): Promise<void> {
    const recall = await measureRecall(this.scanner, await this.space(metric, options), this.#codesMean!, options)
    this.#known.set(metric, recall ?? `codes do not find ${WANTED_MEAN * 100} % of the nearest rows of this set`)
  }

  #setMean(options: ScanOptions): Promise<Float64Array> {
    const { mean } = this.scanner.parts
    this.#mean ??= mean === undefined ? this.scanner.mean(options) : Promise.resolve(Float64Array.from(mean))
    this.#mean.catch(() => {
      this.#mean = undefined
    })
    return this.#mean
  }

  async #space(metric: Metric, options: ScanOptions): Promise<MetricSpace> {
    const { dimensions } = this.scanner.parts
    if (metric === 'cosine' || metric === 'l2') return { metric, dimensions }
    const mean = await this.#setMean(options)
    if (metric === 'cosine-centred') return { metric, dimensions, mean }
    const space = { metric, dimensions, mean, whitening: await fitWhitening(this.scanner, options.signal) }
    await this.scanner.measureWhitened(space, options)
    return space
  }

  /** The best `topK` of a few rows by float64. */
  #ordered(query: Query, rows: Uint32Array, topK: number): RowScores {
    const { dimensions } = query.space
    const vectors = this.scanner.readVectors(rows)
    const best = new BestRows(topK)
    rows.forEach((row, index) => {
      best.offer(row, scoreOf(query, vectors.subarray(index * dimensions, (index + 1) * dimensions)))
    })
    return best.sorted()
  }
}

function first({ rows, scores }: RowScores, topK: number): RowScores {
  return { rows: rows.subarray(0, topK), scores: scores.subarray(0, topK) }
}
