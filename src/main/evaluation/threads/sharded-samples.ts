import type { TrainingSamples } from '../../probe/fit-linear.ts'
import type { ShardInput } from '../../probe/sample-shard.ts'
import type { FoldCalls } from './fold-worker.ts'
import type { ThreadPool } from './thread-pool.ts'

/** Spreads the rows of a fit over the threads of a pool; it holds one fit at a time. */
export async function shardedSamples(pool: ThreadPool<FoldCalls>, input: ShardInput): Promise<TrainingSamples> {
  const parts = partsOf(input.rows, pool.size)
  await pool.all('holdShard', (thread) => ({ ...input, rows: parts[thread]! }))
  const { dimensions, columns, rows, sampleWeights } = input
  return {
    dimensions,
    columnCount: columns.columnCount,
    totalWeight: rows.reduce((sum, row) => sum + sampleWeights[row]!, 0),
    async lossAndGradient(weights) {
      const [first, ...others] = await pool.all('lossAndGradient', () => ({ weights }))
      const { gradient } = first!
      let { loss } = first!
      for (const other of others) {
        loss += other.loss
        addTo(gradient, other.gradient)
      }
      return { loss, gradient }
    },
    async normalEquations() {
      const [first, ...others] = await pool.all('normalEquations', () => ({}))
      for (const other of others) {
        addTo(first!.gram, other.gram)
        addTo(first!.cross, other.cross)
      }
      return first!
    },
  }
}

/** Rows in runs of equal length, one a thread. */
export function partsOf(rows: Int32Array, count: number): Int32Array[] {
  const length = Math.ceil(rows.length / count)
  return Array.from({ length: count }, (_, part) => rows.slice(part * length, (part + 1) * length))
}

function addTo(sums: Float64Array, values: Float64Array): void {
  for (let i = 0; i < sums.length; i++) sums[i]! += values[i]!
}
