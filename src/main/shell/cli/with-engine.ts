import { resolve } from 'node:path'
import type { JobState, SetSummary } from '../../../shared/contract.ts'
import { errorFromWire, type WireError } from '../../../shared/errors.ts'
import { createEngine, type EngineHost } from '../../engine.ts'
import { applicationVersion, packageMirror, resourcesDir, userDataDir, weightsEndpoint } from '../surroundings.ts'
import type { CliContext } from './context.ts'
import { createProgressLine } from './progress-line.ts'

/** Gives `work` an engine of its own and ends it afterwards, whatever happens. */
export async function withEngine<T>(work: (host: EngineHost) => Promise<T>): Promise<T> {
  const host = createEngine({
    door: 'cli',
    version: applicationVersion(),
    userDataDir: userDataDir(),
    resourcesDir: resourcesDir(),
    weightsEndpoint: weightsEndpoint(),
    packageMirror: packageMirror(),
  })
  try {
    return await work(host)
  } finally {
    await host.dispose()
  }
}

/**
 * Waits for a job, showing its progress; Ctrl+C cancels it and waits for its end.
 * @param start the call that starts it
 * @returns its result
 * @throws EngineError with the job's sentence, or `cancelled`
 */
export async function runJob<T>(
  host: EngineHost,
  context: CliContext,
  start: () => Promise<{ readonly jobId: string }>,
): Promise<T> {
  context.signal.throwIfAborted()
  const line = createProgressLine(context)
  let jobId: string | undefined
  let end: (job: JobState) => void = () => {}
  const ended = new Promise<JobState>((resolve) => {
    end = resolve
  })
  const removeListener = host.onEvent((event) => {
    if (event.type !== 'job' || event.job.jobId !== jobId) return
    if (event.job.state === 'running') line.show(event.job)
    else end(event.job)
  })
  const cancel = () => jobId !== undefined && void host.engine.cancelJob({ jobId })
  try {
    jobId = (await start()).jobId
    const known = (await host.engine.jobs({})).find((job) => job.jobId === jobId)
    if (known !== undefined && known.state !== 'running') end(known)
    context.signal.addEventListener('abort', cancel)
    if (context.signal.aborted) cancel()
    return resultOf<T>(await ended)
  } finally {
    context.signal.removeEventListener('abort', cancel)
    removeListener()
    line.clear()
  }
}

function resultOf<T>({ state, result, error }: JobState): T {
  if (state === 'done') return result as T
  if (state === 'cancelled') throw errorFromWire({ code: 'cancelled', message: 'cancelled' })
  throw errorFromWire((error ?? { code: 'bug', message: 'the job failed without a reason' }) as WireError)
}

/** Opens an embeddings file, or the sample planet under its name. */
export async function openSet(host: EngineHost, context: CliContext, file: string): Promise<SetSummary> {
  const path = file === 'sample-planet' ? file : resolve(file)
  const set = await runJob<SetSummary>(host, context, () => host.engine.openSet({ path }))
  for (const warning of set.warnings) context.err(`warning: ${warning}\n`)
  return set
}
