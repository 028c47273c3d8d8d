// Two sets of the same ground: how much their geometries have in common, and what shape each has.

import type { CompareReport, ParsedInput } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import { createVectorTable, meanPairwiseCosine } from '../../search/vector-table.ts'
import type { CallContext } from '../../threads/thread-calls.ts'
import { LegacyRandom } from '../random/legacy-random.ts'
import { type EvaluatedSet, readEvaluatedSet, usableRows } from '../sets/evaluated-set.ts'
import type { FoldCalls } from '../threads/fold-worker.ts'
import { partsOf } from '../threads/sharded-samples.ts'
import { ThreadPool } from '../threads/thread-pool.ts'
import { type CentredRows, meanOfRows, squaredNorm } from './cross-products.ts'
import { type JoinedRows, joinRows } from './join-rows.ts'
import { compareNeighbourhoods, type Neighbourhoods } from './neighbourhoods.ts'
import { effectiveRank, participationRatio } from './spectrum.ts'
import { twoNN } from './two-nn.ts'

export type ParsedCompareRequest = ParsedInput<'compare'>

/** One side: its rows that are compared, in the order of the pairs. */
interface Side {
  readonly set: EvaluatedSet
  readonly rows: Int32Array
}

interface SetShape {
  readonly covariance: Float64Array
  readonly nearest: Int32Array
  readonly described: Pick<
    CompareReport['a'],
    'meanPairwiseCosine' | 'participationRatio' | 'effectiveRank' | 'intrinsicDimension' | 'duplicates'
  >
}

/** @throws EngineError when the sets do not show the same ground, with the counts */
export async function runComparison(request: ParsedCompareRequest, context: CallContext): Promise<CompareReport> {
  const startedMs = performance.now()
  const { set: a } = await readEvaluatedSet(request.a, context, async () => undefined)
  const { set: b } = await readEvaluatedSet(request.b, context, async () => undefined)
  const joined = joinRows(a, b, { key: request.by, needsAll: !request.sharedOnly })
  const usable = usablePairs(a, b, joined)
  const pairs = drawnPairs(usable, request)
  const k = Math.min(request.k, pairs.rowsA.length - 1)
  const pool = new ThreadPool<FoldCalls>('fold-worker')
  const end = () => void pool.dispose()
  context.signal.addEventListener('abort', end, { once: true })
  try {
    const [sideA, sideB] = [
      { set: a, rows: pairs.rowsA },
      { set: b, rows: pairs.rowsB },
    ]
    context.onProgress({ stage: `measuring ${a.name}`, done: 0, total: 3 })
    const shapeA = await shapeOf(pool, sideA, k)
    context.onProgress({ stage: `measuring ${b.name}`, done: 1, total: 3 })
    const shapeB = await shapeOf(pool, sideB, k)
    context.onProgress({ stage: 'comparing', done: 2, total: 3 })
    const cross = await products(pool, sideA, sideB)
    const around = compareNeighbourhoods(shapeA.nearest, shapeB.nearest, k)
    const likeness = squaredNorm(cross) / Math.sqrt(squaredNorm(shapeA.covariance) * squaredNorm(shapeB.covariance))
    return {
      a: described(a, joined.onlyA, joined.repeatedA, shapeA),
      b: described(b, joined.onlyB, joined.repeatedB, shapeB),
      by: request.by,
      joined: joined.rowsA.length,
      usable: usable.rowsA.length,
      compared: pairs.rowsA.length,
      k,
      linearCka: numberOrNull(likeness),
      overlap: around.overlap,
      overlapByChance: k / (pairs.rowsA.length - 1),
      mutualPairs: around.mutualPairs,
      ...(request.perPlace ? { places: placesOf(a, pairs, around) } : {}),
      seconds: (performance.now() - startedMs) / 1000,
      warnings: warningsOf(a, b, joined, usable.rowsA.length, pairs.rowsA.length),
    }
  } finally {
    context.signal.removeEventListener('abort', end)
    await pool.dispose()
  }
}

type Pairs = Pick<JoinedRows, 'rowsA' | 'rowsB'>

function usablePairs(a: EvaluatedSet, b: EvaluatedSet, { rowsA, rowsB }: JoinedRows): Pairs {
  const [usableA, usableB] = [usableRows(a), usableRows(b)]
  const isUsable = (_: number, index: number) => usableA[rowsA[index]!] === 1 && usableB[rowsB[index]!] === 1
  const pairs = { rowsA: rowsA.filter(isUsable), rowsB: rowsB.filter(isUsable) }
  if (pairs.rowsA.length >= 3) return pairs
  throw new EngineError(
    'invalid-input',
    `${a.name} and ${b.name}: expected at least 3 joined rows with usable vectors, got ${pairs.rowsA.length} of ${rowsA.length}`,
  )
}

function drawnPairs({ rowsA, rowsB }: Pairs, { rows, seed }: ParsedCompareRequest): Pairs {
  if (rowsA.length <= rows) return { rowsA, rowsB }
  const drawn = new LegacyRandom(seed).permutation(rowsA.length).slice(0, rows).sort()
  return { rowsA: drawn.map((index) => rowsA[index]!), rowsB: drawn.map((index) => rowsB[index]!) }
}

async function shapeOf(pool: ThreadPool<FoldCalls>, side: Side, k: number): Promise<SetShape> {
  const { set, rows } = side
  const { vectors, dimensions } = set
  const covariance = (await products(pool, side, side)).map((sum) => sum / (rows.length - 1))
  const [eigenvalues] = await pool.map('eigenvalues', [{ matrix: covariance, size: dimensions }])
  clearNoise(eigenvalues!, rows.length - 1)
  const queries = partsOf(rows, pool.size)
  const kept = Math.max(2, k)
  const found = await pool.all('nearest', (thread) => ({
    ...{ vectors, dimensions, candidates: rows, queries: queries[thread]!, k: kept },
  }))
  const nearest = Int32Array.from(found.flatMap((part) => [...part.rows]))
  const first = (count: number) => nearest.filter((_, index) => index % kept < count)
  const { dimension, duplicates } = twoNN(vectors, dimensions, rows, first(2))
  const indexOfRow = new Map([...rows].map((row, index) => [row, index]))
  return {
    covariance: covariance.map((value) => value * (rows.length - 1)),
    nearest: first(k).map((row) => indexOfRow.get(row) ?? -1),
    described: {
      meanPairwiseCosine: meanPairwiseCosine(createVectorTable(picked(side), rows.length, dimensions)) ?? null,
      participationRatio: numberOrNull(participationRatio(eigenvalues!)),
      effectiveRank: numberOrNull(effectiveRank(eigenvalues!)),
      intrinsicDimension: numberOrNull(dimension),
      duplicates,
    },
  }
}

/** Fewer rows than dimensions leave directions without variance, of which float32 makes noise. */
function clearNoise(eigenvalues: Float64Array, rank: number): void {
  const least = eigenvalues[0]! * 1e-7
  for (let i = 0; i < eigenvalues.length; i++) if (i >= rank || eigenvalues[i]! < least) eigenvalues[i] = 0
}

function picked({ set: { vectors, dimensions }, rows }: Side): Float32Array {
  const chosen = new Float32Array(rows.length * dimensions)
  rows.forEach((row, index) => {
    chosen.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), index * dimensions)
  })
  return chosen
}

/** Sums of the products of the centred values of both sides, over the pairs. */
async function products(pool: ThreadPool<FoldCalls>, left: Side, right: Side): Promise<Float64Array> {
  const [partsLeft, partsRight] = [partsOf(left.rows, pool.size), partsOf(right.rows, pool.size)]
  const [meanLeft, meanRight] = [meanOf(left), meanOf(right)]
  const centred = ({ set }: Side, rows: Int32Array, mean: Float64Array): CentredRows => ({
    ...{ vectors: set.vectors, dimensions: set.dimensions, rows, mean },
  })
  const found = await pool.all('crossProducts', (thread) => ({
    left: centred(left, partsLeft[thread]!, meanLeft),
    right: centred(right, partsRight[thread]!, meanRight),
  }))
  return found.reduce((sum, part) => sum.map((value, i) => value + part[i]!))
}

function meanOf({ set, rows }: Side): Float64Array {
  return meanOfRows(set.vectors, set.dimensions, rows)
}

function described(
  { path, dimensions, count, provenance }: EvaluatedSet,
  alone: number,
  repeated: number,
  shape: SetShape,
): CompareReport['a'] {
  const model = provenance?.model
  return {
    set: path,
    ...(model === undefined ? {} : { model }),
    dimensions,
    rows: count,
    alone,
    repeated,
    ...shape.described,
  }
}

function placesOf({ columns }: EvaluatedSet, { rowsA, rowsB }: Pairs, { overlapOfPlace }: Neighbourhoods) {
  return Array.from(rowsA, (rowA, index) => {
    const [lat, lon] = [columns.lat[rowA]!, columns.lon[rowA]!]
    return {
      ...{ rowA, rowB: rowsB[index]!, gridCell: columns.gridCell?.[rowA] ?? '' },
      ...(Number.isNaN(lat + lon) ? {} : { lat, lon }),
      overlap: overlapOfPlace[index]!,
    }
  })
}

function warningsOf(a: EvaluatedSet, b: EvaluatedSet, joined: JoinedRows, usable: number, compared: number): string[] {
  const repeated = (set: EvaluatedSet, count: number) =>
    count > 0 ? [`${set.name}: ${count} rows repeat a fragment of the set; the first of each counts`] : []
  const unusable = joined.rowsA.length - usable
  return [
    ...repeated(a, joined.repeatedA),
    ...repeated(b, joined.repeatedB),
    ...(unusable > 0 ? [`${unusable} joined rows have NaN, infinite or zero vectors and are left out`] : []),
    ...(compared < usable ? [`${compared} of ${usable} rows were drawn; ask for more rows to compare them all`] : []),
  ]
}

function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
