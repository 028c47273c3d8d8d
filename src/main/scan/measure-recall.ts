// How deep a scan of codes must look on this very set: rows of the set are asked for, once by comparing everything and once by
// codes, and the place of each true neighbour in the list of codes says which depth would have found it.

import { mulberry32 } from '../bytes/mulberry32.ts'
import type { MetricSpace } from '../search/metric-space.ts'
import { codeOf, queryFromExamples } from '../search/query-vector.ts'
import type { MeasuredRecall } from '../search/vector-parts.ts'
import { MAX_DEPTH } from './scan-task.ts'
import type { ScanOptions, SetScanner } from './set-scanner.ts'

/** What a search promises: of the mean over the queries, and of the worst of them. */
export const WANTED_MEAN = 0.999
export const WANTED_WORST = 0.97
const QUERIES = 200
/** Lists of the window and of the command line, and longer ones from which rows are left out. */
const [SHORT, LONG] = [100, 1000] as const
/** Other queries are not those that were measured: a scan looks this much deeper than they needed. */
const MARGIN = 2

/**
 * The depth at which a search by codes keeps its promise on `QUERIES` seeded rows.
 * @param mean of the codes
 * @returns undefined when no depth that is worth it does
 */
export async function measureRecall(
  scanner: SetScanner,
  space: MetricSpace,
  mean: Float32Array,
  options: ScanOptions = {},
): Promise<MeasuredRecall | undefined> {
  const rows = sampleRows(scanner, QUERIES)
  const { dimensions, count } = scanner.parts
  const vectors = scanner.readVectors(rows)
  const queries = [...rows].map((_, index) =>
    queryFromExamples(space, [{ vector: vectors.subarray(index * dimensions, (index + 1) * dimensions), weight: 1 }]),
  )
  if (queries.length === 0) return undefined
  const exact = await scanner.scan(queries, { ...options, keep: Math.min(count, LONG + 1) })
  // deeper than a quarter of the rows, comparing them all is not slower
  const deepest = Math.min(MAX_DEPTH, Math.floor(count / 4))
  const places: Uint32Array[] = []
  for (const [index, query] of queries.entries()) {
    const code = codeOf(query, mean, scanner.meanLength)
    const near = await scanner.nearest(code, { depth: deepest, signal: options.signal })
    const found = exact[index]!.rows.filter((row) => row !== rows[index])
    places.push(placesOf(found.subarray(0, LONG), near.rows))
  }
  const short = shallowest(places, SHORT, deepest)
  if (short === undefined) return undefined
  const long = shallowest(places, LONG, deepest)
  return { ...short, queries: queries.length, ...(long === undefined ? {} : { longer: { topK: LONG, ...long } }) }
}

/** Seeded rows, each searchable and taken once, ascending; all where there are no more. */
export function sampleRows(scanner: SetScanner, wanted: number): Uint32Array {
  const { count } = scanner.parts
  if (scanner.searchable <= wanted) {
    return Uint32Array.from({ length: count }, (_, row) => row).filter((row) => scanner.isSearchable(row))
  }
  const draw = mulberry32(20_261_125)
  const rows = new Set<number>()
  for (let trial = 0; trial < 20 * wanted && rows.size < wanted; trial++) {
    const row = Math.floor(draw() * count)
    if (scanner.isSearchable(row)) rows.add(row)
  }
  return Uint32Array.from(rows).sort()
}

/** Place of each of `found` in `near`, counted from 1; beyond the end when it is not there. */
function placesOf(found: Uint32Array, near: Uint32Array): Uint32Array {
  const index = new Map(Array.from(found, (row, rank) => [row, rank]))
  const places = new Uint32Array(found.length).fill(0xffffffff)
  near.forEach((row, place) => {
    const rank = index.get(row)
    if (rank !== undefined) places[rank] = place + 1
  })
  return places
}

function shallowest(places: readonly Uint32Array[], topK: number, deepest: number) {
  const recallAt = (depth: number) => {
    const shares = places.map((each) => {
      const wanted = each.subarray(0, topK)
      return wanted.length === 0 ? 1 : wanted.reduce((sum, place) => sum + Number(place <= depth), 0) / wanted.length
    })
    return { mean: shares.reduce((sum, share) => sum + share, 0) / shares.length, worst: Math.min(...shares) }
  }
  for (let depth = 2 * topK; ; depth = Math.ceil(depth * 1.2)) {
    const tried = Math.min(depth, deepest)
    const { mean, worst } = recallAt(tried)
    if (mean >= WANTED_MEAN && worst >= WANTED_WORST) {
      const kept = Math.min(deepest, Math.ceil(tried * MARGIN))
      return { depth: kept, ...recallAt(kept) }
    }
    if (tried === deepest) return undefined
  }
}
