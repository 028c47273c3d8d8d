import { LegacyRandom } from '../random/legacy-random.ts'
import { shuffleSplits } from '../splits/shuffle-splits.ts'
import type { Split } from '../splits/split.ts'
import { type ProbeSamples, type ProbeTraining, trainProbe } from './train-probe.ts'

/** What one thread needs for one split; `samples.vectors` is best shared memory. */
export interface SplitTask {
  readonly samples: ProbeSamples
  readonly split: Split
  readonly training: ProbeTraining
  /** of the start and of the order of the mini-batches */
  readonly seed: number
}

export interface SplitScores {
  /** best over the epochs, chosen on the test part: the score of the benchmark */
  readonly best: number
  /** on the test part, of the epoch that was best on a tenth of the training part which nothing was learnt from */
  readonly heldOut: number
}

const VALIDATION_FRACTION = 0.1

/** Trains twice: once as the benchmark does, once with a part of the training samples kept back to choose the epoch. */
export function runSplit({ samples, split, training, seed }: SplitTask): SplitScores {
  const random = new LegacyRandom(seed)
  const start = startOf(samples.dimensions, random)
  const whole = trainProbe(samples, { ...start, orderOf: ordersOf(split.train, random) }, training, [split.test])
  const { train, test: validation } = validationSplit(split.train, random)
  // from the same start, so that the two scores differ by the choice of the epoch and not by the luck of the draw
  const again = { ...start, orderOf: ordersOf(train, random) }
  const { epochs } = trainProbe(samples, again, training, [validation, split.test])
  const chosen = epochs.reduce((best, epoch) => (epoch.scores[0]! > best.scores[0]! ? epoch : best))
  return { best: Math.max(...whole.epochs.map(({ scores }) => scores[0]!)), heldOut: chosen.scores[1]! }
}

/** PyTorch's start of a linear layer: weights and bias uniform in +-1 / sqrt(dimensions). */
function startOf(dimensions: number, random: LegacyRandom): { weights: Float64Array; bias: number } {
  const bound = 1 / Math.sqrt(dimensions)
  const draw = () => (2 * random.uniform() - 1) * bound
  return { weights: Float64Array.from({ length: dimensions }, draw), bias: draw() }
}

/** A new order of the samples every epoch. */
function ordersOf(train: Int32Array, random: LegacyRandom): () => Int32Array {
  return () => {
    const order = train.slice()
    random.shuffle(order)
    return order
  }
}

function validationSplit(train: Int32Array, random: LegacyRandom): Split {
  const [split] = shuffleSplits(train.length, { count: 1, testFraction: VALIDATION_FRACTION, seed: random.uint32() })
  return { train: split!.train.map((index) => train[index]!), test: split!.test.map((index) => train[index]!) }
}
