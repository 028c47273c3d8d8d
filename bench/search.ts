// Exact top-100 over random vectors, one thread, plain TypeScript.
//   npm run bench -- search [ROWS] [DIMENSIONS]
// The ratio compares with one pass that only reads the matrix: what no exact search in this language can beat.

import { availableParallelism, cpus } from 'node:os'
import { mulberry32 } from '../src/main/bytes/fixture-vectors.ts'
import { exactTopK } from '../src/main/search/exact-top-k.ts'
import type { Metric } from '../src/main/search/query-vector.ts'
import { queryFromRows } from '../src/main/search/query-vector.ts'
import { rowMask } from '../src/main/search/row-mask.ts'
import { centreOf, createVectorTable } from '../src/main/search/vector-table.ts'

const count = Number(process.argv[2] ?? 100_000)
const dimensions = Number(process.argv[3] ?? 768)
const runs = 7

const draw = mulberry32(1)
const vectors = Float32Array.from({ length: count * dimensions }, () => draw() - 0.5)
const table = createVectorTable(vectors, count, dimensions)
const centre = centreOf(table)

console.log(`${cpus()[0]?.model.trim()}, ${availableParallelism()} threads, Node ${process.versions.node}`)
console.log(`${count} x ${dimensions}, top 100, medians of ${runs} runs\n`)
const readMs = await medianMs(async () => readOnce())
console.log('| search | median ms | x reading |\n|---|---|---|')
tell('reading the matrix once', readMs)
for (const metric of ['cosine', 'cosine-centred', 'l2'] as const) tell(metric, await medianMs(() => search(metric)))
const mask = rowMask(count, (row) => row % 10 === 0)
tell('cosine, a filter that keeps 10 %', await medianMs(() => search('cosine', { mask })))
const groupOfRow = Int32Array.from({ length: count }, (_, row) => Math.floor(row / 25))
tell('cosine, one of each 25 rows', await medianMs(() => search('cosine', { groupOfRow })))

async function search(metric: Metric, filters: object = {}): Promise<number> {
  const query = queryFromRows(
    table,
    [{ row: 17, weight: 1 }],
    metric,
    metric === 'cosine-centred' ? centre.mean : undefined,
  )
  const { scores } = await exactTopK(table, query, { topK: 100, metric, centre, ...filters })
  return scores[99]!
}

function readOnce(): number {
  let sum = 0
  for (let row = 0; row < count; row++) sum += sumOfRow(row * dimensions)
  return sum
}

/** Eight sums that do not wait for each other: with fewer the additions take longer than the reading. */
function sumOfRow(start: number): number {
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let i = start; i < start + dimensions; i += 8) {
    a += vectors[i]!
    b += vectors[i + 1]!
    c += vectors[i + 2]!
    d += vectors[i + 3]!
    e += vectors[i + 4]!
    f += vectors[i + 5]!
    g += vectors[i + 6]!
    h += vectors[i + 7]!
  }
  return a + b + c + d + e + f + g + h
}

async function medianMs(run: () => Promise<number>): Promise<number> {
  const times: number[] = []
  let consumed = await run()
  for (let index = 0; index < runs; index++) {
    const start = performance.now()
    consumed += await run()
    times.push(performance.now() - start)
  }
  if (Number.isNaN(consumed)) throw new Error('the result is not a number')
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)]!
}

function tell(name: string, ms: number): void {
  console.log(`| ${name} | ${ms.toFixed(1)} | ${(ms / readMs).toFixed(2)} |`)
}
