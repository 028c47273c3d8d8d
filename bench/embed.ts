// Models at true size: the network alone against PyTorch, and a whole embed of the sample planet's imagery.
//   npm run bench -- embed [--models dinov2-base,ssl4eo-s2] [--precisions float32,int8] [--device cpu] [--python PYTHON] [--batch 8]
//     [--seconds 4] [--rounds 3] [--cells 4]
// PYTHON has torch, timm and transformers (bench/pytorch/networks.py); without it the columns of PyTorch stay empty. Ours and
// PyTorch take turns, both with as many threads as there are cores; figures are medians over all rounds. With `--device cuda`
// (or webgpu) both run on the GPU, PyTorch in float16, and the share of time that the GPU is busy comes from nvidia-smi.
// "reading" is reading, decoding and preprocessing alone; the whole embed can at best take the larger of it and the network.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createEngine } from '../src/main/engine.ts'
import { entryPath, projectRoot } from '../src/main/entries.ts'
import { openSession } from '../src/main/inference/open-session.ts'
import { builtFolder, type Precision } from '../src/main/models/built-models.ts'
import type { ModelCard } from '../src/main/models/model-card.ts'
import { buildModel } from '../src/main/models/networks/build-model.ts'
import { networkOf } from '../src/main/models/networks/networks.ts'
import { randomStateDict } from '../src/main/models/networks/random-state-dict.ts'
import { readModelCard } from '../src/main/models/read-card.ts'
import { openRun } from '../src/main/pipeline/open-run.ts'
import { readInParallel } from '../src/main/pipeline/read-in-parallel.ts'
import { ReaderThread, readerCount } from '../src/main/pipeline/reader-thread.ts'
import { writeSampleCore } from '../src/main/sample/imagery-files.ts'
import { type EmbedReport, embedRequest } from '../src/shared/contract.ts'
import { EngineError } from '../src/shared/errors.ts'
import { GpuWatch } from './pytorch/gpu-watch.ts'
import { PyTorch } from './pytorch/pytorch.ts'

const { values } = parseArgs({
  options: {
    device: { type: 'string', default: 'cpu' },
    precisions: { type: 'string', default: 'float32' },
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
const device = values.device as 'cpu' | 'cuda' | 'webgpu'
const threads = availableParallelism()
const columns = [
  ...['model', 'precision', 'ms a fragment, network', 'PyTorch', 'PyTorch / ours', 'reading', 'whole embed'],
  ...[
    'larger of both / whole',
    'start, s',
    'outside the network',
    'GPU busy',
    'peak memory, MB',
    'least cosine to float32',
  ],
]
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
  console.log(`| ${columns.join(' | ')} |\n|${'---|'.repeat(columns.length)}`)
  for (const id of values.models.split(',')) {
    for (const precision of values.precisions.split(',') as Precision[]) {
      const line = await measure(id, precision, core)
      if (line !== undefined) console.log(line)
    }
  }
} finally {
  await rm(scratch, { recursive: true })
}

/** @returns undefined when the network has no such precision */
async function measure(id: string, precision: Precision, core: string): Promise<string | undefined> {
  const card = await readModelCard(id, [join(projectRoot(), 'models')])
  const data = join(scratch, id)
  const models = join(data, 'models')
  try {
    const built = await build(card, 'float32', builtFolder(models))
    const file = precision === 'float32' ? built : await build(card, precision, data)
    if (file === undefined || built === undefined) return undefined
    const cosine = precision === 'float32' ? 1 : await leastCosine(card, built, file)
    const { ours, theirs } = await alone(card, file)
    const torch = theirs === undefined ? ['', ''] : [theirs.toFixed(1), (theirs / ours).toFixed(2)]
    const whole = await wholeEmbed(file, id, core, data)
    const reading = await readAlone(file, id, core)
    const best = Math.max(ours, reading)
    const figures = [
      ...[ours.toFixed(1), ...torch, reading.toFixed(1), whole.msPerFragment.toFixed(1)],
      ...[(best / whole.msPerFragment).toFixed(2), whole.startSeconds.toFixed(1)],
      ...[
        `${Math.round(whole.outside * 100)} %`,
        whole.gpuBusy === undefined ? '' : `${whole.gpuBusy} %`,
        Math.round(whole.peakBytes / 1e6),
        cosine.toFixed(5),
      ],
    ]
    return `| ${[id, precision, ...figures].join(' | ')} |`
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}

/** @returns the network's file; undefined when it has no such precision */
async function build(card: ModelCard, precision: Precision, folder: string): Promise<string | undefined> {
  try {
    const { files } = await buildModel(card, randomStateDict(networkOf(card), 7), folder, { precision })
    return files[0]
  } catch (error) {
    if (precision !== 'float32' && error instanceof EngineError) return undefined
    throw error
  }
}

/** Of a few images, the least agreement with float32. */
async function leastCosine(card: ModelCard, exact: string, rounded: string): Promise<number> {
  const [a, b] = await Promise.all([exact, rounded].map((file) => vectorsOf(card, file)))
  const { dimensions } = card.output
  const row = (vectors: Float32Array, i: number) => vectors.subarray(i * dimensions, (i + 1) * dimensions)
  return Math.min(...Array.from({ length: batch }, (_, i) => cosineOf(row(a!, i), row(b!, i))))
}

async function vectorsOf(card: ModelCard, file: string): Promise<Float32Array> {
  const { bands, size } = inputOf(card)
  const session = await openSession({ model: file, card, bandCount: bands, device, threads })
  try {
    return await session.run(pixelsOf(card), batch, size)
  } finally {
    await session.dispose()
  }
}

function cosineOf(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!
    aa += a[i]! ** 2
    bb += b[i]! ** 2
  }
  return dot / Math.sqrt(aa * bb)
}

function inputOf(card: ModelCard): { readonly bands: number; readonly size: number } {
  const bands = Array.isArray(card.bands) ? card.bands.length : 3
  return { bands, size: card.input.size === 'any' ? card.fragment.size : card.input.size }
}

/** Waves of another length in each image. */
function pixelsOf(card: ModelCard): Float32Array {
  const { bands, size } = inputOf(card)
  const perImage = bands * size ** 2
  return Float32Array.from({ length: batch * perImage }, (_, i) =>
    Math.sin(i * (0.37 + 0.1 * Math.floor(i / perImage))),
  )
}

/** Milliseconds a fragment in the network, ours and PyTorch's in turns. */
async function alone(card: ModelCard, file: string): Promise<{ ours: number; theirs: number | undefined }> {
  const { bands, size } = inputOf(card)
  const session = await openSession({ model: file, card, bandCount: bands, device, threads })
  const python = values.python === undefined ? undefined : new PyTorch(values.python)
  const pixels = pixelsOf(card)
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
      const answer = await python?.ask({ model: card.id, batch, size, bands, threads, seconds, device })
      theirs.push(...(answer?.secondsPerBatch ?? []).map((one) => (one * 1000) / batch))
    }
    return { ours: median(ours), theirs: theirs.length === 0 ? undefined : median(theirs) }
  } finally {
    await session.dispose()
    python?.stop()
  }
}

/** An embed as the application runs it, pipeline process and all. */
async function wholeEmbed(file: string, id: string, core: string, userDataDir: string) {
  const host = createEngine({ door: 'cli', version: 'bench', userDataDir, resourcesDir: projectRoot() })
  let peakBytes = 0
  const gpu = new GpuWatch(device)
  const watch = setInterval(() => void peakOfChildren().then((bytes) => (peakBytes = Math.max(peakBytes, bytes))), 200)
  try {
    const out = join(userDataDir, 'out')
    const model = { model: file, card: join(projectRoot(), 'models', `${id}.json`) }
    const { jobId } = await host.engine.embed({ inputs: [core], ...model, out, device, batchSize: batch })
    for (;;) {
      const job = (await host.engine.jobs({})).find((one) => one.jobId === jobId)
      if (job !== undefined && job.state !== 'running') {
        if (job.state !== 'done') throw new Error(`embed with ${id}: ${job.error?.message}`)
        const { seconds: all, startSeconds, inferenceSeconds, rows } = job.result as EmbedReport
        const running = all - startSeconds
        return {
          ...{ startSeconds, peakBytes, gpuBusy: gpu.meanBusy(), msPerFragment: (running * 1000) / rows },
          outside: 1 - inferenceSeconds / running,
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  } finally {
    clearInterval(watch)
    gpu.stop()
    await host.dispose()
  }
}

/** Milliseconds a fragment for reading, decoding and preprocessing, with the reading threads that an embed has. */
async function readAlone(file: string, id: string, core: string): Promise<number> {
  const signal = new AbortController().signal
  const request = embedRequest.parse({ inputs: [core], model: file, card: join(projectRoot(), 'models', `${id}.json`) })
  const run = await openRun(request, { modelFolders: [], version: 'bench' }, { signal, onProgress: () => {} })
  const threadsOfEmbed = Array.from({ length: readerCount }, () => new ReaderThread(entryPath('pipeline-process')))
  const read = readInParallel(threadsOfEmbed.map((reader) => reader.read))
  const asked = { ...run.preparation, bandNames: run.bandNames, batchSize: batch, geometry: 'true' as const }
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = performance.now()
    let fragments = 0
    for await (const { rows } of read({ ...asked, tasks: run.parts[0]!.tasks }, signal)) fragments += rows.length
    times.push((performance.now() - before) / fragments)
  }
  await Promise.all(threadsOfEmbed.map((reader) => reader.end()))
  return median(times)
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
