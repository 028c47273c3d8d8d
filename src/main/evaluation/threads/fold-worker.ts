// A thread that trains and judges probes; several of them share the splits or the samples of one evaluation.

import { parentPort } from 'node:worker_threads'
import { answerRows } from '../../probe/answer-rows.ts'
import type { LinearProbe } from '../../probe/probe-columns.ts'
import { SampleShard, type ShardInput } from '../../probe/sample-shard.ts'
import { serveCalls, type ThreadCalls } from '../../threads/thread-calls.ts'
import { type CentredRows, crossProducts } from '../comparison/cross-products.ts'
import { symmetricEigenvalues } from '../comparison/symmetric-eigenvalues.ts'
import { runSplit, type SplitTask } from '../neuco/run-split.ts'
import { type NearestInput, nearestRows } from '../probes/nearest-rows.ts'

let shard: SampleShard | undefined

function held(): SampleShard {
  if (shard === undefined) throw new Error('fold worker: expected `holdShard` before a step over its samples')
  return shard
}

interface AnswerInput {
  readonly probe: LinearProbe
  readonly vectors: Float32Array
  readonly rows: Int32Array
}

const foldCalls = {
  neucoSplit: (task: SplitTask) => runSplit(task),
  holdShard(input: ShardInput) {
    shard = new SampleShard(input)
  },
  lossAndGradient: ({ weights }: { weights: Float64Array }) => held().lossAndGradient(weights),
  normalEquations: (_: object) => held().normalEquations(),
  answers: ({ probe, vectors, rows }: AnswerInput) => answerRows(probe, vectors, rows),
  nearest({ queries, ...input }: NearestInput) {
    const { rows, similarities } = nearestRows({ ...input, queries })
    return { rows, similarities }
  },
  crossProducts: ({ left, right }: { left: CentredRows; right: CentredRows }) => crossProducts(left, right),
  eigenvalues: ({ matrix, size }: { matrix: Float64Array; size: number }) => symmetricEigenvalues(matrix, size),
} satisfies ThreadCalls

export type FoldCalls = typeof foldCalls

if (parentPort) serveCalls(parentPort, foldCalls)
