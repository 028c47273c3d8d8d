// Cross-validation without regard to place. Both kinds give the folds of scikit-learn 1.x with `shuffle=True`.

import { LegacyRandom } from '../random/legacy-random.ts'
import { type Split, splitsOfFolds } from './split.ts'

export interface FoldsOptions {
  readonly foldCount: number
  readonly seed: number
}

/**
 * Folds of equal size, one sample more in the first ones: `KFold(n_splits, shuffle=True, random_state)`.
 * @throws RangeError for fewer than two folds or fewer samples than folds
 */
export function kFolds(sampleCount: number, { foldCount, seed }: FoldsOptions): Split[] {
  requireFolds(sampleCount, foldCount)
  const order = new LegacyRandom(seed).permutation(sampleCount)
  const foldOfSample = new Int32Array(sampleCount)
  const larger = sampleCount % foldCount
  let start = 0
  for (let fold = 0; fold < foldCount; fold++) {
    const end = start + Math.floor(sampleCount / foldCount) + (fold < larger ? 1 : 0)
    for (const sample of order.subarray(start, end)) foldOfSample[sample] = fold
    start = end
  }
  return splitsOfFolds(foldOfSample, foldCount)
}

/**
 * Folds with the classes in the same proportions: `StratifiedKFold(n_splits, shuffle=True, random_state)`.
 * @param classes class of each sample, from 0
 * @throws RangeError as `kFolds`
 */
export function stratifiedFolds(classes: Int32Array, { foldCount, seed }: FoldsOptions): Split[] {
  requireFolds(classes.length, foldCount)
  const encoded = inOrderOfAppearance(classes)
  const shares = sharesOfFolds(encoded, foldCount)
  const random = new LegacyRandom(seed)
  const foldOfSample = new Int32Array(classes.length)
  for (const [kind, counts] of shares.entries()) {
    const folds = Int32Array.from(counts.flatMap((count, fold) => new Array<number>(count).fill(fold)))
    random.shuffle(folds)
    let next = 0
    for (let sample = 0; sample < encoded.length; sample++) {
      if (encoded[sample] === kind) foldOfSample[sample] = folds[next++]!
    }
  }
  return splitsOfFolds(foldOfSample, foldCount)
}

/** Classes numbered anew, the first that appears 0. */
function inOrderOfAppearance(classes: Int32Array): Int32Array {
  const numbers = new Map<number, number>()
  return classes.map((kind) => {
    if (!numbers.has(kind)) numbers.set(kind, numbers.size)
    return numbers.get(kind)!
  })
}

/** Samples of each class (outer) in each fold (inner): the sorted classes dealt out to the folds in turn. */
function sharesOfFolds(encoded: Int32Array, foldCount: number): number[][] {
  const sorted = encoded.toSorted()
  const shares = Array.from({ length: sorted.at(-1)! + 1 }, () => new Array<number>(foldCount).fill(0))
  sorted.forEach((kind, index) => {
    shares[kind]![index % foldCount]!++
  })
  return shares
}

function requireFolds(sampleCount: number, foldCount: number): void {
  if (foldCount < 2) throw new RangeError(`folds: expected 2 or more, got ${foldCount}`)
  if (sampleCount < foldCount) {
    throw new RangeError(
      `folds: expected at least one sample a fold, got ${sampleCount} samples for ${foldCount} folds`,
    )
  }
}
