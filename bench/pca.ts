// Exact covariance and three principal components, one thread, plain TypeScript.
//   node scripts/run-ts.mjs bench/pca.ts [ROWS] [DIMENSIONS]

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
let covariance: Covariance | undefined
const covarianceMs = await medianMs(async () => {
  covariance = await covarianceOfRows(vectors, dimensions, rows)
})
const axesMs = await medianMs(async () => void principalComponents(covariance!, 3))
const productsPerSecond = (count * dimensions * (dimensions + 1)) / 2 / (covarianceMs / 1000)
console.log('| step | median ms | |\n|---|---|---|')
console.log(
  `| mean and covariance | ${covarianceMs.toFixed(1)} | ${(productsPerSecond / 1e9).toFixed(2)} e9 products/s |`,
)
console.log(`| three axes | ${axesMs.toFixed(1)} | |`)

async function medianMs(run: () => Promise<void>): Promise<number> {
  const times: number[] = []
  for (let index = 0; index <= runs; index++) {
    const start = performance.now()
    await run()
    if (index > 0) times.push(performance.now() - start)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)]!
}
