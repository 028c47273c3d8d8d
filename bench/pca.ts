// Exact covariance and three principal components, one thread, plain TypeScript.
//   npm run bench -- pca [ROWS] [DIMENSIONS]
// The ratio compares with one pass that only reads the rows.

import { availableParallelism, cpus } from 'node:os'
import { mulberry32 } from '../src/main/bytes/fixture-vectors.ts'
import { type Covariance, covarianceOfRows } from '../src/main/pca/covariance.ts'
import { principalComponents } from '../src/main/pca/principal-components.ts'

const count = Number(process.argv[2] ?? 15_000)
const dimensions = Number(process.argv[3] ?? 64)
const runs = 5

const draw = mulberry32(1)
const vectors = Float32Array.from(
  { length: count * dimensions },
  (_, index) => (draw() - 0.5) / (1 + (index % dimensions)),
)
const rows = Uint32Array.from({ length: count }, (_, row) => row)

console.log(`${cpus()[0]?.model.trim()}, ${availableParallelism()} threads, Node ${process.versions.node}`)
console.log(`${count} x ${dimensions}, medians of ${runs} runs\n`)
let consumed = 0
const readMs = await medianMs(async () => {
  for (let i = 0; i < vectors.length; i++) consumed += vectors[i]!
})
if (Number.isNaN(consumed)) throw new Error('the sum is not a number')
let covariance: Covariance | undefined
const covarianceMs = await medianMs(async () => {
  covariance = await covarianceOfRows(vectors, dimensions, rows)
})
const axesMs = await medianMs(async () => void principalComponents(covariance!, 3))
const productsPerSecond = (count * dimensions * (dimensions + 1)) / 2 / (covarianceMs / 1000)
console.log('| step | median ms | x reading | |\n|---|---|---|---|')
tell('reading the rows once', readMs)
tell('mean and covariance', covarianceMs, `${(productsPerSecond / 1e9).toFixed(2)} e9 products/s`)
tell('three axes', axesMs)

function tell(name: string, ms: number, note = ''): void {
  console.log(`| ${name} | ${ms.toFixed(1)} | ${(ms / readMs).toFixed(2)} | ${note} |`)
}

async function medianMs(run: () => Promise<void>): Promise<number> {
  const times: number[] = []
  for (let index = 0; index <= runs; index++) {
    const start = performance.now()
    await run()
    if (index > 0) times.push(performance.now() - start)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)]!
}
