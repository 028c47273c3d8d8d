// The top 100 of seeded vectors: by codes, by comparing every row, and by numpy and FAISS with a Python that has them.
//   npm run bench -- search [--rows 100000] [--dimensions 768] [--kind clustered|non-negative|common-direction] [--dtype f32|i8]
//     [--python PYTHON] [--queries 100] [--clusters 2000]
// The numpy row is a matrix-vector product and argpartition over the same vectors in float32 with as many threads: what memory
// allows an exact search. Its lists are the truth for the recall where a Python is named, else those of our exact search.

import { spawnSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { mulberry32 } from '../src/main/bytes/mulberry32.ts'
import { projectRoot } from '../src/main/entries.ts'
import { drawBlocks, type VectorKind } from '../src/main/scan/clustered-vectors.ts'
import { type BestRequest, VectorSearch } from '../src/main/scan/vector-search.ts'
import type { Metric } from '../src/main/search/metric-space.ts'
import { queryFromExamples } from '../src/main/search/query-vector.ts'
import { rowMask } from '../src/main/search/row-mask.ts'
import type { Bytes, VectorDtype, VectorPart, VectorParts } from '../src/main/search/vector-parts.ts'
import { createVectorTable, partsOfTable } from '../src/main/search/vector-table.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    dimensions: { type: 'string', default: '768' },
    kind: { type: 'string', default: 'clustered' },
    dtype: { type: 'string', default: 'f32' },
    python: { type: 'string' },
    queries: { type: 'string', default: '100' },
    clusters: { type: 'string', default: '2000' },
  },
})
const [count, dimensions] = [Number(values.rows), Number(values.dimensions)]
const kind = values.kind as VectorKind
const dtype = values.dtype as VectorDtype
const topK = 100
const blockRows = 50_000
const clusters = Number(values.clusters)

const folder = await mkdtemp(join(tmpdir(), 'bench-search-'))
try {
  await measure(join(folder, 'matrix.f32'))
} finally {
  await rm(folder, { recursive: true })
}

async function measure(matrix: string): Promise<void> {
  console.log(`${cpus()[0]?.model.trim()}, ${availableParallelism()} threads, Node ${process.versions.node}`)
  console.log(`${count} x ${dimensions} ${dtype}, ${kind}, ${clusters} clusters; top ${topK}\n`)
  const parts = await draw(values.python === undefined ? undefined : matrix)
  const search = new VectorSearch(parts)
  const startMs = performance.now()
  const stages = new Map<string, number>()
  await search.prepare((stage) => stages.set(stage, performance.now() - startMs))
  const known = search.recallOf('cosine')
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
  console.log(
    typeof known === 'object' ? `codes ready after ${seconds} s: ${JSON.stringify(known)}` : (known ?? 'no codes'),
  )

  const random = mulberry32(99)
  const rows = Array.from({ length: Number(values.queries) }, () => Math.floor(random() * count))
  const few = rows.slice(0, 20)
  const codes = await timed(search, rows, 'cosine', {})
  const exact = await timed(search, rows, 'cosine', { exact: true })
  const peers = values.python === undefined ? undefined : askPeers(values.python, matrix, few)
  const truth = (peers?.numpy.rows ?? exact.rows.slice(0, few.length)).map((list, index) =>
    list.filter((row) => row !== few[index]).slice(0, topK),
  )
  const tenth = rowMask(count, (row) => row % 10 === 3)
  const hundredth = rowMask(count, (row) => row % 100 === 3)
  console.log(`\n| search | p50 ms | p95 ms | recall@100, mean | worst | x numpy |\n|---|---|---|---|---|---|`)
  const base = peers && quantile(peers.numpy.ms, 0.5)
  const tell = (name: string, { ms, rows: lists }: Timed, expected: readonly (readonly number[])[]) => {
    const recalls = expected.map((list, index) => {
      const found = new Set(lists[index]!.filter((row) => row !== rows[index]).slice(0, topK))
      return list.length === 0 ? 1 : list.filter((row) => found.has(row)).length / list.length
    })
    const mean = recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length
    const ratio = base === undefined ? '' : (quantile(ms, 0.5) / base).toFixed(2)
    console.log(
      `| ${name} | ${quantile(ms, 0.5).toFixed(1)} | ${quantile(ms, 0.95).toFixed(1)} | ${mean.toFixed(5)} | ${Math.min(...recalls).toFixed(2)} | ${ratio} |`,
    )
  }
  const exactLists = ({ rows: lists }: Timed) =>
    lists.map((list, index) => list.filter((row) => row !== rows[index]).slice(0, topK))
  tell('by codes, against our exact search', codes, exactLists(exact))
  if (peers !== undefined) tell('by codes, against numpy', codes, truth)
  tell('exact', exact, truth)
  for (const [name, mask] of [
    ['10 %', tenth],
    ['1 %', hundredth],
  ] as const) {
    const all = await timed(search, few, 'cosine', { mask, exact: true })
    tell(`by codes, a filter that keeps ${name}`, await timed(search, few, 'cosine', { mask }), exactLists(all))
  }
  for (const metric of ['cosine-centred', 'l2'] as const) {
    const all = await timed(search, few, metric, { exact: true })
    tell(`exact, ${metric}`, all, exactLists(all))
  }
  if (peers !== undefined) {
    tell(`numpy ${peers.versions.numpy}, product and argpartition`, peers.numpy, truth)
    if (peers.faiss) tell(`FAISS ${peers.versions.faiss} IndexFlatIP`, peers.faiss, truth)
  }
  console.log(`\nmemory of the process: ${Math.round(process.memoryUsage().rss / 1e6)} MB`)
  await search.dispose()
}

interface Timed {
  readonly ms: readonly number[]
  readonly rows: readonly (readonly number[])[]
}

async function timed(
  search: VectorSearch,
  rows: readonly number[],
  metric: Metric,
  request: Partial<BestRequest>,
): Promise<Timed> {
  const space = await search.space(metric)
  const ask = async (row: number) => {
    const query = queryFromExamples(space, [{ vector: search.scanner.readVectors([row]), weight: 1 }])
    return [...(await search.best(query, { topK: topK + 1, examples: 1, ...request })).rows]
  }
  await ask(rows[0]!)
  const ms: number[] = []
  const lists: number[][] = []
  for (const row of rows) {
    const startMs = performance.now()
    lists.push(await ask(row))
    ms.push(performance.now() - startMs)
  }
  return { ms, rows: lists }
}

/** Draws the vectors, and writes them as float32 for the peers. */
async function draw(matrix: string | undefined): Promise<VectorParts> {
  const file = matrix === undefined ? undefined : createWriteStream(matrix)
  const parts: VectorPart[] = []
  for (const block of drawBlocks({ kind, count, dimensions, clusters }, blockRows)) {
    const rowCount = block.length / dimensions
    const [part] = partsOfTable(createVectorTable(block, rowCount, dimensions)).parts
    parts.push({ ...(dtype === 'i8' ? toBytes(part!, block) : part!), rowStart: parts.length * blockRows })
    if (file !== undefined) await new Promise((done) => file.write(Buffer.from(block.buffer), done))
  }
  await new Promise<void>((done) => (file === undefined ? done() : file.end(done)))
  return { count, dimensions, parts }
}

function toBytes(part: VectorPart, block: Float32Array): VectorPart {
  const stored = new Int8Array(new SharedArrayBuffer(block.length))
  const scales = new Float32Array(new SharedArrayBuffer(4 * part.rowCount))
  for (let row = 0; row < part.rowCount; row++) {
    let most = 0
    for (let i = row * dimensions; i < (row + 1) * dimensions; i++) most = Math.max(most, Math.abs(block[i]!))
    scales[row] = most / 127
    for (let i = row * dimensions; i < (row + 1) * dimensions; i++) stored[i] = Math.round(block[i]! / scales[row]!)
  }
  return { ...part, dtype: 'i8', vectors: shared(stored), scales: shared(scales) }
}

function shared({ buffer, byteLength }: { buffer: SharedArrayBuffer; byteLength: number }): Bytes {
  return { kind: 'memory', buffer, byteOffset: 0, byteLength }
}

interface Peers {
  readonly numpy: Timed
  readonly faiss?: Timed
  readonly versions: { readonly numpy: string; readonly faiss?: string }
}

function askPeers(python: string, matrix: string, rows: readonly number[]): Peers {
  const script = join(projectRoot(), 'bench/search-peers.py')
  const words = [script, matrix, count, dimensions, rows.join(','), availableParallelism()].map(String)
  const { stdout, status } = spawnSync(python, words, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`${python} ${script}: expected to end with 0, got ${status}`)
  return JSON.parse(stdout)
}

function quantile(ms: readonly number[], share: number): number {
  return ms.toSorted((a, b) => a - b)[Math.min(ms.length - 1, Math.floor(share * ms.length))]!
}
