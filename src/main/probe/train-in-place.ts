// A linear probe trained in the calling thread, for the few labels of a window: what takes milliseconds needs no other threads.

import { answerRows } from './answer-rows.ts'
import { fitLogistic, fitRidge, type TrainingSamples } from './fit-linear.ts'
import { type LinearProbe, type ProbeColumns, scalingOf, toProbabilities } from './probe-columns.ts'
import { columnsOf, type ProbeTask } from './probe-task.ts'
import { SampleShard, type ShardInput } from './sample-shard.ts'

export interface TrainingChoice {
  readonly probe: 'logistic' | 'ridge'
  /** 1 / C, or alpha */
  readonly penalty: number
}

/** @param classOfSample one a row of `vectors` */
export async function trainInPlace(
  vectors: Float32Array,
  task: Extract<ProbeTask, { kind: 'classes' }>,
  rows: Int32Array,
  { probe: kind, penalty }: TrainingChoice,
): Promise<LinearProbe> {
  const isRidge = kind === 'ridge'
  const dimensions = vectors.length / task.classOfSample.length
  const columns = columnsOf(task, isRidge)
  const scaling = scalingOf(vectors, dimensions, rows)
  const sampleWeights = new Float64Array(task.classOfSample.length).fill(1)
  const samples = samplesOf({ vectors, dimensions, rows, scaling, columns, sampleWeights, isRootWeighted: isRidge })
  const { weights } = isRidge
    ? await fitRidge(samples, { alpha: penalty })
    : await fitLogistic(samples, { c: 1 / penalty })
  return { link: columns.link, dimensions, columnCount: columns.columnCount, weights, scaling }
}

/**
 * Probabilities of the classes of chosen rows, row-major `rows x classes`. Least squares answers are moved to where 0.5 decides and cut to 0..1.
 * @param vectors of any rows, as wide as the probe
 */
export function classProbabilities(
  probe: LinearProbe,
  classCount: number,
  vectors: Float32Array,
  rows: Int32Array,
): Float32Array {
  const answers = answerRows(probe, vectors, rows)
  if (probe.link === 'identity') {
    for (let i = 0; i < answers.length; i++) answers[i] = Math.min(1, Math.max(0, (answers[i]! + 1) / 2))
  } else toProbabilities(answers, probe.columnCount, probe.link)
  if (probe.columnCount === classCount) return answers
  // two classes are one column: the second one's
  const both = new Float32Array(2 * answers.length)
  answers.forEach((second, row) => {
    both[2 * row] = 1 - second
    both[2 * row + 1] = second
  })
  return both
}

function samplesOf(input: ShardInput & { readonly columns: ProbeColumns }): TrainingSamples {
  const shard = new SampleShard(input)
  return {
    dimensions: input.dimensions,
    columnCount: input.columns.columnCount,
    totalWeight: input.rows.length,
    lossAndGradient: async (weights) => shard.lossAndGradient(weights),
    normalEquations: async () => shard.normalEquations(),
  }
}
