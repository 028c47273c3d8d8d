// Models at true size: the network alone against PyTorch, and a whole embed of the sample planet's imagery.
//   npm run bench -- embed [--models dinov2-base,ssl4eo-s2] [--python PYTHON] [--batch 8] [--seconds 4] [--rounds 3] [--cells 4]
// PYTHON has torch, timm and transformers (bench/pytorch/networks.py); without it the columns of PyTorch stay empty. Ours and
// PyTorch take turns, both with as many threads as there are cores; figures are medians over all rounds.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createEngine } from '../src/main/engine.ts'
import { projectRoot } from '../src/main/entries.ts'
import { openSession } from '../src/main/inference/open-session.ts'
import { builtModelPath } from '../src/main/models/built-models.ts'
import type { ModelCard } from '../src/main/models/model-card.ts'
import { networkOf } from '../src/main/models/networks/networks.ts'
import { randomStateDict } from '../src/main/models/networks/random-state-dict.ts'
import { matchWeights } from '../src/main/models/networks/weights.ts'
import { writeModel } from '../src/main/models/onnx/write-model.ts'
import { readModelCard } from '../src/main/models/read-card.ts'
import { writeSampleCore } from '../src/main/sample/imagery-files.ts'
import type { EmbedReport } from '../src/shared/contract.ts'
import { PyTorch } from './pytorch/pytorch.ts'

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: 'dinov2-small,dinov2-base,ssl4eo-s2,siglip-so400m' },
    python: { type: 'string' },
    batch: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    cells: { type: 'string', default: '4' },
  },
})
const batch = Number(values.batch)
const seconds = Number(values.seconds)
const rounds = Number(values.rounds)
const threads = availableParallelism()
/** neighbours on land of the sample planet, each a full cell */
const gridCells = ['511U_173R', '511U_174R', '510U_173R', '510U_174R', '512U_173R', '512U_174R'].slice(
  0,
  Number(values.cells),
)

const scratch = await mkdtemp(join(tmpdir(), 'bench-embed-'))
try {
  const core = join(scratch, 'part_00001.parquet')
  await writeSampleCore({ gridCells, path: core })
  console.log(`${cpus()[0]?.model.trim()}, ${threads} threads, Node ${process.versions.node}`)
  console.log(`batches of ${batch}; ${gridCells.length} cells of 1068 px with 13 bands for the whole embed\n`)
  console.log(
    '| model | ms a fragment, network | PyTorch | PyTorch / ours | ms a fragment, whole embed | outside the network | peak memory, MB |',
  )
  console.log('|---|---|---|---|---|---|---|')
  for (const id of values.models.split(',')) console.log(await measure(id, core))
} finally {
  await rm(scratch, { recursive: true })
}

async function measure(id: string, core: string): Promise<string> {
  const card = await readModelCard(id, [join(projectRoot(), 'models')])
  const data = join(scratch, id)
  const file = builtModelPath(join(data, 'models'), card)
  const network = networkOf(card)
  const dict = randomStateDict(network, 7)
  await writeModel(await network.build(matchWeights(network, dict).weights), file)
  try {
    const { ours, theirs } = await alone(card, file)
    const whole = await wholeEmbed(id, core, data)
    const torch = theirs === undefined ? ['', ''] : [theirs.toFixed(1), (theirs / ours).toFixed(2)]
    const outside = Math.max(0, 1 - ours / whole.msPerFragment)
    const figures = [ours.toFixed(1), ...torch, whole.msPerFragment.toFixed(1), `${Math.round(outside * 100)} %`]
    return `| ${[id, ...figures, Math.round(whole.peakBytes / 1e6)].join(' | ')} |`
  } finally {
    await rm(data, { recursive: true })
  }
}

/** Milliseconds a fragment in the network, ours and PyTorch's in turns. */
async function alone(card: ModelCard, file: string): Promise<{ ours: number; theirs: number | undefined }> {
  const bands = Array.isArray(card.bands) ? card.bands.length : 3
  const size = card.input.size === 'any' ? card.fragment.size : card.input.size
  const session = await openSession({ model: file, card, bandCount: bands, device: 'cpu', threads })
  const python = values.python === undefined ? undefined : new PyTorch(values.python)
  const pixels = Float32Array.from({ length: batch * bands * size ** 2 }, (_, i) => Math.sin(i * 0.37))
  const [ours, theirs]: [number[], number[]] = [[], []]
  try {
    await session.run(pixels, batch, size)
    for (let round = 0; round < rounds; round++) {
      const start = performance.now()
      while (ours.length < 3 * (round + 1) || performance.now() - start < seconds * 1000) {
        const before = performance.now()
        await session.run(pixels, batch, size)
        ours.push((performance.now() - before) / batch)
      }
      const answer = await python?.ask({ model: card.id, batch, size, bands, threads, seconds })
      theirs.push(...(answer?.secondsPerBatch ?? []).map((one) => (one * 1000) / batch))
    }
    return { ours: median(ours), theirs: theirs.length === 0 ? undefined : median(theirs) }
  } finally {
    await session.dispose()
    python?.stop()
  }
}

/** An embed as the application runs it, pipeline process and all. */
async function wholeEmbed(id: string, core: string, userDataDir: string) {
  const host = createEngine({ door: 'cli', version: 'bench', userDataDir, resourcesDir: projectRoot() })
  let peakBytes = 0
  const watch = setInterval(() => void peakOfChildren().then((bytes) => (peakBytes = Math.max(peakBytes, bytes))), 200)
  try {
    const out = join(userDataDir, 'out')
    const { jobId } = await host.engine.embed({ inputs: [core], model: id, out, device: 'cpu', batchSize: batch })
    for (;;) {
      const job = (await host.engine.jobs({})).find((one) => one.jobId === jobId)
      if (job !== undefined && job.state !== 'running') {
        if (job.state !== 'done') throw new Error(`embed with ${id}: ${job.error?.message}`)
        const report = job.result as EmbedReport
        return { msPerFragment: (report.seconds * 1000) / report.rows, peakBytes }
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  } finally {
    clearInterval(watch)
    await host.dispose()
  }
}

/** The most memory any process started from here has had; Linux only, 0 elsewhere. */
async function peakOfChildren(): Promise<number> {
  const tasks = await readdir('/proc/self/task').catch(() => [])
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/self/task/${task}/children`, 'utf8').catch(() => '')),
  )
  const peaks = lists
    .join(' ')
    .split(' ')
    .filter((pid) => pid !== '')
    .map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
    })
  return Math.max(0, ...(await Promise.all(peaks)))
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
}
