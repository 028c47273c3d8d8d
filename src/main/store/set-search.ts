import type { SearchAnswer, SearchCheck, SearchHit, SearchQuery } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { type BestAnswer, VectorSearch, type VectorSearchOptions } from '../scan/vector-search.ts'
import { distanceKm } from '../search/great-circle.ts'
import { type Example, type Query, queryFromExamples, queryFromVector } from '../search/query-vector.ts'
import { isInMask, type RowMask } from '../search/row-mask.ts'
import { type Picked, pickHits } from './pick-hits.ts'
import { filterKey, filterMask } from './search-filter.ts'
import type { SearchedSet } from './searched-set.ts'

/** A list with one row a cell or place is looked for in a ranking this many times as long, then longer. */
const LONGER = 8

/** Between two looks at whether it is still wanted. */
const SCORED_AT_ONCE = 131_072

export interface SearchContext {
  readonly signal: AbortSignal
  /** hits so far and rows compared, where that takes long */
  readonly onPartial?: ((hits: readonly SearchHit[], done: number) => void) | undefined
  /** rows compared */
  readonly onRows?: ((done: number) => void) | undefined
}

/** Answers the queries of a set. */
export class SetSearch {
  readonly search: VectorSearch
  readonly #set: SearchedSet
  /** of the last query: most queries keep their filters */
  #filter: { readonly key: string; readonly mask: Promise<RowMask | undefined> } | undefined

  constructor(set: SearchedSet, options?: VectorSearchOptions) {
    this.#set = set
    this.search = new VectorSearch(set.parts, options)
  }

  /** @throws EngineError `invalid-input` when the query has no usable example or vector, `cancelled` through the signal */
  async answer(query: SearchQuery, context: SearchContext): Promise<SearchAnswer> {
    const startMs = performance.now()
    const { vectors, found, picks } = await this.#find(query, context)
    const byRank = vectors.length === 1 && (await this.#maskOf(query)) === undefined
    const scores = picks.map(({ index }) => found.scores[index]!)
    const percentiles = byRank
      ? picks.map(({ index }) => this.#percentileOfRank(index))
      : this.#percentilesOfSample(vectors, scores)
    const { recall, reason } = found
    return {
      hits: await this.#hits(query, found, picks, percentiles),
      exact: found.exact,
      recall: recall?.mean ?? 1,
      ...(recall === undefined ? {} : { measured: recallOf(recall) }),
      ...(reason === undefined ? {} : { note: reason }),
      ...(percentiles === undefined ? {} : { percentilesFrom: byRank ? 'ranks' : 'sample' }),
      compared: found.compared,
      tookMs: performance.now() - startMs,
      metric: query.metric,
    }
  }

  /**
   * Compares every row and says which ones a list lacks.
   * @param listed rows of the list
   */
  async check(query: SearchQuery, listed: readonly number[], context: SearchContext): Promise<SearchCheck> {
    const startMs = performance.now()
    const { vectors, found, picks } = await this.#find({ ...query, exact: true }, context)
    const has = new Set(listed)
    const missed = picks.filter(({ index }) => !has.has(found.rows[index]!))
    const percentiles = this.#percentilesOfSample(
      vectors,
      missed.map(({ index }) => found.scores[index]!),
    )
    return {
      verified: missed.length === 0,
      missed: await this.#hits(query, found, missed, percentiles),
      recall: picks.length === 0 ? 1 : 1 - missed.length / picks.length,
      compared: found.compared,
      tookMs: performance.now() - startMs,
    }
  }

  /**
   * Scores in float32 of every row: cosines, for `l2` minus the distance; of several queries each row's best.
   * NaN for rows without a usable vector and for those that do not pass the filters.
   */
  async scores(query: SearchQuery, context: SearchContext): Promise<{ scores: Float32Array; exact: boolean }> {
    const vectors = await this.#vectors(query, context)
    const mask = await this.#maskOf(query)
    const { scanner } = this.search
    const { count } = scanner.parts
    const scores = new Float32Array(count).fill(Number.NaN)
    for (let start = 0; start < count; start += SCORED_AT_ONCE) {
      context.signal.throwIfAborted()
      const rows = Uint32Array.from(rowsBetween(start, Math.min(count, start + SCORED_AT_ONCE))).filter(
        (row) => scanner.isSearchable(row) && (mask === undefined || isInMask(mask, row)),
      )
      for (const [index, vector] of vectors.entries()) {
        const some = await scanner.score(vector, rows, context.signal)
        rows.forEach((row, at) => {
          if (index === 0 || some[at]! > scores[row]!) scores[row] = some[at]!
        })
      }
      context.onRows?.(Math.min(count, start + SCORED_AT_ONCE))
    }
    return { scores, exact: true }
  }

  dispose(): Promise<void> {
    return this.search.dispose()
  }

  async #find(query: SearchQuery, context: SearchContext) {
    const { signal, onPartial, onRows } = context
    const { onePerCell, mergeOverlapping, apartKm, topK } = query
    const vectors = await this.#vectors(query, context)
    const mask = await this.#maskOf(query)
    const left = new Set(query.excludeExamples ? query.rows.map(({ row }) => row) : [])
    const isPicked = onePerCell || mergeOverlapping || apartKm !== undefined
    const pick = async (rows: Uint32Array) =>
      pickHits(rows, {
        ...{ topK, left },
        groups: onePerCell ? await this.#set.cellsOf(rows) : undefined,
        footprints: mergeOverlapping ? await this.#set.footprints([...rows]) : undefined,
        apart: apartKm === undefined ? undefined : { km: apartKm, places: await this.#set.places([...rows]) },
      })
    const onBest =
      onPartial &&
      vectors.length === 1 &&
      (async (best: { rows: Uint32Array; scores: Float64Array }, done: number) =>
        onPartial(await this.#hits(query, best, await pick(best.rows)), done))
    for (let wanted = (isPicked ? LONGER : 1) * topK + left.size; ; wanted *= LONGER) {
      const { exact } = query
      const request = { topK: wanted, examples: left.size, mask, exact, signal, onRows, onBest: onBest || undefined }
      const answers: BestAnswer[] = []
      for (const vector of vectors) answers.push(await this.search.best(vector, request))
      const found = bestOfAll(answers, wanted)
      const picks = await pick(found.rows)
      if (picks.length === topK || found.rows.length < wanted) {
        const out = [...left].filter((row) => this.search.scanner.isSearchable(row) && (!mask || isInMask(mask, row)))
        return { vectors, picks, found: { ...found, compared: found.compared - out.length } }
      }
    }
  }

  /** One query; several of which each row counts by the one it is most like. */
  async #vectors(query: SearchQuery, { signal }: SearchContext): Promise<readonly Query[]> {
    const { scanner } = this.search
    const { count, dimensions } = scanner.parts
    if (query.vector === undefined && query.rows.length === 0) {
      throw new EngineError('invalid-input', 'search: expected at least one example row or a query vector, got neither')
    }
    for (const { row } of query.vector === undefined ? query.rows : []) {
      if (!(row >= 0 && row < count)) {
        throw new EngineError('invalid-input', `search: expected an example row below ${count}, got ${row}`)
      }
      if (!scanner.isSearchable(row)) {
        throw new EngineError(
          'invalid-input',
          `search: row ${row} has a vector of zeros or with NaN and cannot be an example; choose another row`,
        )
      }
    }
    const space = await this.search.space(query.metric)
    signal.throwIfAborted()
    if (query.vector !== undefined) return [queryFromVector(space, query.vector)]
    const vectors = scanner.readVectors(query.rows.map(({ row }) => row))
    const examples = query.rows.map(({ weight }, index) => ({
      vector: vectors.subarray(index * dimensions, (index + 1) * dimensions),
      weight,
    }))
    return combined(examples, query.combine).map((parts) => queryFromExamples(space, parts))
  }

  /** The sample knows where the scores of one query stand; undefined for several. */
  #percentilesOfSample(vectors: readonly Query[], scores: readonly number[]): readonly number[] | undefined {
    const [vector] = vectors
    return vector === undefined || vectors.length > 1 ? undefined : this.search.sample.percentiles(vector, scores)
  }

  async #maskOf(query: SearchQuery): Promise<RowMask | undefined> {
    const key = filterKey(query)
    if (this.#filter?.key !== key) this.#filter = { key, mask: filterMask(this.#set, query) }
    const { mask } = this.#filter
    mask.catch(() => {
      if (this.#filter?.mask === mask) this.#filter = undefined
    })
    return mask
  }

  /** Without filters the ranking itself says how many rows are less similar. */
  #percentileOfRank(index: number): number {
    const { searchable } = this.search.scanner
    return (100 * (searchable - index - 1)) / searchable
  }

  async #hits(
    query: SearchQuery,
    { rows, scores }: { readonly rows: Uint32Array; readonly scores: Float64Array },
    picks: readonly Picked[],
    percentiles?: readonly number[],
  ): Promise<SearchHit[]> {
    const example = query.rows.slice(0, 1).map(({ row }) => row)
    const [from] = await this.#set.places(example)
    const places = await this.#set.places(picks.map(({ index }) => rows[index]!))
    return places.map((place, rank) => {
      const { index, merged } = picks[rank]!
      const km =
        from?.lat === undefined || from.lon === undefined || place.lat === undefined || place.lon === undefined
          ? undefined
          : distanceKm(from.lat, from.lon, place.lat, place.lon)
      return {
        ...place,
        ...likeness(query.metric, scores[index]!),
        ...(percentiles === undefined ? {} : { percentile: percentiles[rank]! }),
        ...(km === undefined ? {} : { distanceKm: km }),
        ...(merged === 0 ? {} : { merged }),
      }
    })
  }
}

/** A score of the search, where higher is better, under the name and sign that the measure has in the field. */
function likeness(metric: SearchQuery['metric'], score: number): Pick<SearchHit, 'similarity' | 'distance'> {
  return metric === 'l2' ? { distance: Math.abs(score) } : { similarity: score }
}

/** The examples of each query that they make together. */
function combined(examples: readonly Example[], combine: SearchQuery['combine']): readonly (readonly Example[])[] {
  const positive = examples.filter(({ weight }) => weight > 0)
  const negative = examples.filter(({ weight }) => weight < 0)
  if (combine === 'difference') return [[...shared(positive), ...shared(negative)]]
  if (combine === 'max' && positive.length > 1) return positive.map((example) => [example, ...negative])
  return [examples]
}

/** With weights whose sizes add up to one. */
function shared(examples: readonly Example[]): readonly Example[] {
  const sum = examples.reduce((total, { weight }) => total + Math.abs(weight), 0)
  return examples.map(({ vector, weight }) => ({ vector, weight: weight / sum }))
}

/** Rows by the best of their scores: what is among the best of any query is among the best of that query. */
function bestOfAll(answers: readonly BestAnswer[], topK: number): BestAnswer {
  const [first] = answers
  if (first === undefined || answers.length === 1) return first!
  const best = new Map<number, number>()
  for (const { rows, scores } of answers) {
    rows.forEach((row, index) => {
      best.set(row, Math.max(best.get(row) ?? Number.NEGATIVE_INFINITY, scores[index]!))
    })
  }
  const ranked = [...best].sort(([rowA, a], [rowB, b]) => b - a || rowA - rowB).slice(0, topK)
  const least = answers.reduce((worst, answer) =>
    (answer.recall?.mean ?? 1) < (worst.recall?.mean ?? 1) ? answer : worst,
  )
  return {
    ...least,
    exact: answers.every(({ exact }) => exact),
    rows: Uint32Array.from(ranked, ([row]) => row),
    scores: Float64Array.from(ranked, ([, score]) => score),
  }
}

function recallOf({ topK, depth, mean, worst }: NonNullable<BestAnswer['recall']>) {
  return { topK, depth, mean, worst }
}

function* rowsBetween(start: number, end: number): Iterable<number> {
  for (let row = start; row < end; row++) yield row
}
