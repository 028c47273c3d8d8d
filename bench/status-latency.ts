// How long a `status` call takes while an embed runs. The goal is 100 ms for 95 of 100 calls (p95).
//   node scripts/run-ts.mjs bench/status-latency.ts INPUT... -- MODEL.onnx CARD.json
// A call's time counts from the moment it was due, so a blocked thread shows even where the call itself is quick.

import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '../src/main/engine.ts'
import { projectRoot } from '../src/main/entries.ts'
import type { EmbedReport, JobState } from '../src/shared/contract.ts'

const everyMs = 20
const goalMs = 100

const split = process.argv.indexOf('--')
const inputs = process.argv.slice(2, split)
const [model, card] = process.argv.slice(split + 1)
if (split === -1 || inputs.length === 0 || model === undefined || card === undefined) {
  console.error('usage: node scripts/run-ts.mjs bench/status-latency.ts INPUT... -- MODEL.onnx CARD.json')
  process.exit(2)
}
await measure(inputs, model, card)

async function measure(images: string[], onnx: string, cardFile: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'status-latency-'))
  const root = projectRoot()
  const host = createEngine({ door: 'cli', version: 'bench', userDataDir: scratch, resourcesDir: root })
  try {
    const { jobId } = await host.engine.embed({
      inputs: images,
      model: onnx,
      card: cardFile,
      out: join(scratch, 'out'),
    })
    const latencies: number[] = []
    let job = await ask()
    for (let due = performance.now(); job?.state === 'running'; ) {
      due = Math.max(due + everyMs, performance.now() - everyMs)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
      await host.engine.status({})
      latencies.push(performance.now() - due)
      job = await ask()
    }
    tell(job, latencies)

    async function ask(): Promise<JobState | undefined> {
      return (await host.engine.jobs({})).find((one) => one.jobId === jobId)
    }
  } finally {
    await host.dispose()
    await rm(scratch, { recursive: true })
  }
}

function tell(job: JobState | undefined, latencies: number[]): void {
  if (job?.state !== 'done')
    throw new Error(`embed: expected it to end as done, got ${job?.state} ${job?.error?.message ?? ''}`)
  const report = job.result as EmbedReport
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
  console.log(`${cpus()[0]?.model.trim()}, ${availableParallelism()} threads, Node ${process.versions.node}\n`)
  console.log(`${report.rows} fragments in ${report.seconds.toFixed(1)} s on ${report.provider}\n`)
  console.log('| status calls | median ms | p95 ms | worst ms | goal ms |\n|---|---|---|---|---|')
  console.log(`| ${sorted.length} | ${at(0.5)} | ${at(0.95)} | ${at(1)} | ${goalMs} (p95) |`)
}
