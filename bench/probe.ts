// A linear probe on 10,000 x 768 with 10 classes: logistic regression and ridge, the samples spread over threads.
//   npm run bench -- probe [--rows N] [--dimensions D] [--classes K] [--python PYTHON]
// With --python (scikit-learn) the same samples are fitted there to the same tolerance, in turns with ours; accuracy is that on half as many
// samples that neither has seen.

import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { mulberry32 } from '../src/main/bytes/fixture-vectors.ts'
import { bestColumns } from '../src/main/evaluation/metrics/class-scores.ts'
import type { FoldCalls } from '../src/main/evaluation/threads/fold-worker.ts'
import { shardedSamples } from '../src/main/evaluation/threads/sharded-samples.ts'
import { ThreadPool } from '../src/main/evaluation/threads/thread-pool.ts'
import { answerRows } from '../src/main/probe/answer-rows.ts'
import { fitLogistic, fitRidge, type LinearFit } from '../src/main/probe/fit-linear.ts'
import { type ProbeColumns, scalingOf } from '../src/main/probe/probe-columns.ts'

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    rows: { type: 'string', default: '10000' },
    dimensions: { type: 'string', default: '768' },
    classes: { type: 'string', default: '10' },
    python: { type: 'string' },
  },
})
const [count, dimensions, classes] = [Number(values.rows), Number(values.dimensions), Number(values.classes)]
const testCount = Math.ceil(count / 2)
const total = count + testCount
const runs = 3
const factors = 32

const vectors = new Float32Array(new SharedArrayBuffer(total * dimensions * 4))
const kinds = new Int32Array(total)
drawSamples()
const train = Int32Array.from({ length: count }, (_, row) => row)
const test = Int32Array.from({ length: testCount }, (_, index) => count + index)
const oneHot = Float32Array.from({ length: total * classes }, (_, i) =>
  Number(kinds[Math.floor(i / classes)] === i % classes),
)

interface Timed {
  readonly ms: number
  readonly accuracy: number
  readonly iterations: number
}
const kindsOfProbe = ['logistic', 'ridge'] as const
type Kind = (typeof kindsOfProbe)[number]

const pool = new ThreadPool<FoldCalls>('fold-worker')
const folder = await mkdtemp(join(tmpdir(), 'bench-probe-'))
try {
  await writeFile(join(folder, 'vectors.bin'), new Uint8Array(vectors.buffer.slice(0)))
  await writeFile(join(folder, 'kinds.bin'), new Uint8Array(kinds.buffer))
  console.log(`${cpus()[0]?.model.trim()}, ${availableParallelism()} threads, Node ${process.versions.node}`)
  console.log(
    `${count} x ${dimensions}, ${classes} classes, ${testCount} samples tested; standardising included; medians of ${runs} runs\n`,
  )
  console.log(
    '| probe | ms | accuracy | iterations | scikit-learn ms | accuracy | iterations | ours / scikit-learn |\n|---|---|---|---|---|---|---|---|',
  )
  for (const kind of kindsOfProbe) await tell(kind)
} finally {
  await pool.dispose()
  await rm(folder, { recursive: true })
}

async function tell(kind: Kind): Promise<void> {
  const ours: Timed[] = []
  const theirs: Timed[] = []
  for (let run = 0; run <= runs; run++) {
    const [own, other] = [
      await fitHere(kind),
      values.python === undefined ? undefined : fitInPython(kind, values.python),
    ]
    if (run === 0) continue
    ours.push(own)
    if (other !== undefined) theirs.push(other)
  }
  const own = median(ours)
  const other = theirs.length === 0 ? undefined : median(theirs)
  const cells = (timed: Timed | undefined) =>
    timed === undefined ? ['-', '-', '-'] : [timed.ms.toFixed(0), timed.accuracy.toFixed(4), timed.iterations]
  const ratio = other === undefined ? '-' : (own.ms / other.ms).toFixed(2)
  console.log(`| ${[kind, ...cells(own), ...cells(other), ratio].join(' | ')} |`)
}

async function fitHere(kind: Kind): Promise<Timed> {
  const startedMs = performance.now()
  const scaling = scalingOf(vectors, dimensions, train)
  const columns: ProbeColumns = {
    link: kind === 'ridge' ? 'identity' : 'softmax',
    columnCount: classes,
    values: oneHot,
  }
  const sampleWeights = new Float64Array(total).fill(1)
  const isRootWeighted = kind === 'ridge'
  const samples = await shardedSamples(pool, {
    ...{ vectors, dimensions, rows: train, scaling, columns, sampleWeights, isRootWeighted },
  })
  const { weights, iterations }: LinearFit =
    kind === 'ridge' ? await fitRidge(samples, { alpha: 1 }) : await fitLogistic(samples, { c: 1 })
  const ms = performance.now() - startedMs
  const probe = { link: columns.link, dimensions, columnCount: classes, weights, scaling }
  const answers = bestColumns(answerRows(probe, vectors, test), classes)
  const hits = answers.reduce((sum, answer, index) => sum + Number(answer === kinds[count + index]), 0)
  return { ms, accuracy: hits / testCount, iterations }
}

function fitInPython(kind: Kind, python: string): Timed {
  const script = join(import.meta.dirname, 'scikit-learn/fit.py')
  const words = [script, folder, kind, String(count), String(dimensions), String(classes)]
  const { status, stdout, stderr } = spawnSync(python, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${python}: ${stderr}`)
  return JSON.parse(stdout) as Timed
}

function median(all: readonly Timed[]): Timed {
  return all.toSorted((a, b) => a.ms - b.ms)[Math.floor(all.length / 2)]!
}

/** A few common factors, a centre for each class and noise: directions of very unequal weight, as embeddings have. */
function drawSamples(): void {
  const draw = mulberry32(1)
  const row = (length: number) => Float32Array.from({ length }, () => draw() - 0.5)
  const centres = Array.from({ length: classes }, () => row(dimensions))
  const mixing = Array.from({ length: factors }, () => row(dimensions))
  for (let sample = 0; sample < total; sample++) {
    const kind = Math.floor(draw() * classes)
    kinds[sample] = kind
    const z = row(factors)
    for (let j = 0; j < dimensions; j++) {
      let value = 0.14 * centres[kind]![j]! + 1.2 * (draw() - 0.5)
      for (let f = 0; f < factors; f++) value += (z[f]! * mixing[f]![j]!) / (1 + f / 8)
      vectors[sample * dimensions + j] = value
    }
  }
}
