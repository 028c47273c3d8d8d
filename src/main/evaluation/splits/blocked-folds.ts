// Cross-validation over space (Roberts et al. 2017): whole blocks of ground are held out, and training samples that lie near a tested
// one may be left out, so that a probe is not praised for having seen the neighbours.

import { distanceKm } from '../../search/great-circle.ts'
import { LegacyRandom } from '../random/legacy-random.ts'
import { type Split, samplesWhere } from './split.ts'

export interface Places {
  /** degrees */
  readonly lat: Float64Array
  readonly lon: Float64Array
}

export interface BlockedFoldsOptions {
  readonly foldCount: number
  readonly blockKm: number
  /** training samples at most so far from a tested one are left out */
  readonly bufferKm: number
  readonly seed: number
}

export interface BlockedFolds {
  readonly splits: readonly Split[]
  /** from 0 */
  readonly blockOfSample: Int32Array
  readonly blockCount: number
}

const KM_PER_DEGREE = 111.195

/**
 * Blocks in random order, each given to the fold with the fewest samples so far.
 * @throws RangeError for fewer than two folds or fewer blocks than folds
 */
export function blockedFolds(
  places: Places,
  { foldCount, blockKm, bufferKm, seed }: BlockedFoldsOptions,
): BlockedFolds {
  const { blockOfSample, blockCount } = blocksOf(places, blockKm)
  if (foldCount < 2) throw new RangeError(`folds: expected 2 or more, got ${foldCount}`)
  if (blockCount < foldCount) {
    throw new RangeError(
      `folds: expected at least one block a fold, got ${blockCount} blocks of ${blockKm} km for ${foldCount} folds; choose smaller blocks`,
    )
  }
  const sizes = new Int32Array(blockCount)
  for (const block of blockOfSample) sizes[block]!++
  const foldOfBlock = new Int32Array(blockCount)
  const filled = new Int32Array(foldCount)
  for (const block of new LegacyRandom(seed).permutation(blockCount)) {
    const fold = filled.indexOf(filled.reduce((a, b) => Math.min(a, b)))
    foldOfBlock[block] = fold
    filled[fold]! += sizes[block]!
  }
  const foldOfSample = blockOfSample.map((block) => foldOfBlock[block]!)
  const splits = Array.from({ length: foldCount }, (_, fold) => {
    const test = samplesWhere(foldOfSample, (other) => other === fold)
    const others = samplesWhere(foldOfSample, (other) => other !== fold)
    return { test, train: bufferKm > 0 ? beyondBuffer(places, others, test, bufferKm) : others }
  })
  return { splits, blockOfSample, blockCount }
}

/** Squares of a lattice whose rows are `blockKm` high and whose columns are as wide at the middle of their row. */
function blocksOf({ lat, lon }: Places, blockKm: number): { blockOfSample: Int32Array; blockCount: number } {
  const numbers = new Map<string, number>()
  const blockOfSample = Int32Array.from(lat, (latitude, sample) => {
    const key = latticeKey(latitude, lon[sample]!, blockKm)
    if (!numbers.has(key)) numbers.set(key, numbers.size)
    return numbers.get(key)!
  })
  return { blockOfSample, blockCount: numbers.size }
}

function latticeKey(lat: number, lon: number, sizeKm: number): string {
  const row = Math.floor(((lat + 90) * KM_PER_DEGREE) / sizeKm)
  return `${row} ${Math.floor((lon + 180) / columnDegrees(row, sizeKm))}`
}

function columnDegrees(row: number, sizeKm: number): number {
  const middle = ((row + 0.5) * sizeKm) / KM_PER_DEGREE - 90
  const around = Math.max(Math.cos((middle * Math.PI) / 180), 1e-6) * KM_PER_DEGREE * 360
  return 360 / Math.max(1, Math.floor(around / sizeKm))
}

/** Tested samples by degree of latitude, so that a training sample is compared with those of its own and the near rows only. */
function beyondBuffer({ lat, lon }: Places, train: Int32Array, test: Int32Array, bufferKm: number): Int32Array {
  const rowDegrees = Math.max(bufferKm / KM_PER_DEGREE, 0.05)
  const rowOf = (sample: number) => Math.floor((lat[sample]! + 90) / rowDegrees)
  const tested = new Map<number, number[]>()
  for (const sample of test) {
    const row = tested.get(rowOf(sample))
    if (row === undefined) tested.set(rowOf(sample), [sample])
    else row.push(sample)
  }
  for (const row of tested.values()) row.sort((a, b) => lon[a]! - lon[b]!)
  const isNear = (sample: number) => {
    const row = rowOf(sample)
    return [row - 1, row, row + 1].some((other) => {
      const candidates = tested.get(other)
      return candidates !== undefined && hasNear({ lat, lon }, sample, candidates, bufferKm)
    })
  }
  return train.filter((sample) => !isNear(sample))
}

/** @param candidates ascending by longitude */
function hasNear({ lat, lon }: Places, sample: number, candidates: readonly number[], bufferKm: number): boolean {
  const widest = Math.max(...[lat[sample]!, lat[candidates[0]!]!].map(Math.abs)) + 2 * (bufferKm / KM_PER_DEGREE)
  const reach = widest >= 89 ? 360 : bufferKm / KM_PER_DEGREE / Math.cos((widest * Math.PI) / 180)
  return [-360, 0, 360].some((turn) => {
    const from = firstAtLeast(candidates, lon, lon[sample]! + turn - reach)
    for (let at = from; at < candidates.length && lon[candidates[at]!]! <= lon[sample]! + turn + reach; at++) {
      const other = candidates[at]!
      if (distanceKm(lat[sample]!, lon[sample]!, lat[other]!, lon[other]!) <= bufferKm) return true
    }
    return false
  })
}

function firstAtLeast(sorted: readonly number[], values: Float64Array, least: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[sorted[middle]!]! < least) low = middle + 1
    else high = middle
  }
  return low
}
