// How long a `status` call takes while an embed runs, and while nothing runs.
//   npm run bench -- status-latency [INPUT... -- MODEL.onnx CARD.json]
// Without inputs: cells of the sample planet, drawn first, with the built-in model. A call's time counts from the moment it was
// due, so a blocked thread shows even where the call itself is quick. Goal: 100 ms for 95 of 100 calls (p95).

import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '../src/main/engine.ts'
import { projectRoot } from '../src/main/entries.ts'
import { writeSampleCore } from '../src/main/sample/imagery-files.ts'
import type { EmbedReport, EmbedRequest, JobState } from '../src/shared/contract.ts'

const everyMs = 20
const goalMs = 100
const runs = 3
const idleCalls = 150
const sampleCells = ['433U_629L', '434U_629L', '433U_628L', '434U_628L', '432U_629L', '432U_628L']

const split = process.argv.indexOf('--')
const given = split === -1 ? process.argv.slice(2) : process.argv.slice(2, split)
const [model, card] = split === -1 ? [] : process.argv.slice(split + 1)
if (given.length > 0 !== (model !== undefined && card !== undefined)) {
  console.error('usage: npm run bench -- status-latency [INPUT... -- MODEL.onnx CARD.json]')
  process.exit(2)
}

const scratch = await mkdtemp(join(tmpdir(), 'status-latency-'))
const host = createEngine({ door: 'cli', version: 'bench', userDataDir: scratch, resourcesDir: projectRoot() })
try {
  await measure(await requestOf())
} finally {
  await host.dispose()
  await rm(scratch, { recursive: true })
}

async function requestOf(): Promise<EmbedRequest> {
  const out = join(scratch, 'out')
  if (model !== undefined && card !== undefined) return { inputs: given, model, card, out }
  const path = join(scratch, 'cells.parquet')
  await writeSampleCore({ gridCells: sampleCells, path })
  return { inputs: [path], model: 'rcf-64', out }
}

async function measure(request: EmbedRequest): Promise<void> {
  console.log(`${cpus()[0]?.model.trim()}, ${availableParallelism()} threads, Node ${process.versions.node}`)
  const idle: number[][] = []
  const busy: number[][] = []
  for (let run = 0; run < runs; run++) {
    let calls = 0
    idle.push(await latencies(async () => calls++ < idleCalls))
    const { jobId } = await host.engine.embed(request)
    const ask = async () => (await host.engine.jobs({})).find((one) => one.jobId === jobId)
    busy.push(await latencies(async () => (await ask())?.state === 'running'))
    const report = requireReport(await ask())
    console.log(`${report.rows} fragments in ${report.seconds.toFixed(1)} s on ${report.provider}`)
  }
  const idleP95 = median(idle.map((times) => quantile(times, 0.95)))
  console.log(`medians of ${runs} runs; goal ${goalMs} ms (p95)\n`)
  console.log('| engine | status calls | median ms | p95 ms | worst ms | p95 x idle |\n|---|---|---|---|---|---|')
  for (const [name, all] of [
    ['idle', idle],
    ['embedding', busy],
  ] as const) {
    const at = (share: number) => median(all.map((times) => quantile(times, share)))
    const count = all.reduce((sum, times) => sum + times.length, 0)
    const worst = Math.max(...all.flat())
    const ratio = (at(0.95) / idleP95).toFixed(1)
    console.log(
      `| ${name} | ${count} | ${at(0.5).toFixed(1)} | ${at(0.95).toFixed(1)} | ${worst.toFixed(1)} | ${ratio} |`,
    )
  }
}

/** Asks for the status at a steady pace. */
async function latencies(goOn: () => Promise<boolean>): Promise<number[]> {
  const times: number[] = []
  for (let due = performance.now(); await goOn(); ) {
    due = Math.max(due + everyMs, performance.now() - everyMs)
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    await host.engine.status({})
    times.push(Math.max(0, performance.now() - due))
  }
  return times
}

function requireReport(job: JobState | undefined): EmbedReport {
  if (job?.state === 'done') return job.result as EmbedReport
  throw new Error(`embed: expected it to end as done, got ${job?.state} ${job?.error?.message ?? ''}`)
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}
