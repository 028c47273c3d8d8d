// Long work of the engine, and the files on their way to it.

import type { JobState } from '../../shared/contract.ts'
import { EngineError, type EngineErrorCode } from '../../shared/errors.ts'
import { type ActionContext, patch } from './store.ts'

export interface JobsState {
  /** newest first */
  readonly list: readonly JobState[]
  /** job by a job that is a part of it: a file that was sent by the opening of it, an opening by the embedding that wrote the file */
  readonly partOf: Readonly<Record<string, string>>
}

export const initialJobs: JobsState = { list: [], partOf: {} }

const keptJobs = 30

export function runningJobs(jobs: JobsState): readonly JobState[] {
  return jobs.list.filter((job) => job.state === 'running')
}

/**
 * What the user did, newest first: a job with its parts is one entry, which begins with the first of them. A part shows while it
 * runs, and when it has failed. Files that have come, and a dry run that has ended, are shown by the dialog that they led to.
 */
export function jobEntries({ list, partOf }: JobsState): readonly JobState[] {
  const isThere = (jobId: string | undefined) => list.some((job) => job.jobId === jobId)
  return list
    .filter((job) => !(job.state === 'done' && isThere(partOf[job.jobId])) && !isEndedPlan(job) && !isSent(job))
    .map((job) => {
      const parts = list.filter((other) => partOf[other.jobId] === job.jobId)
      const begun = [job, ...parts].map(({ startedAt }) => startedAt).toSorted()
      return { ...job, startedAt: begun[0]! }
    })
}

const isEndedPlan = ({ kind, state }: JobState) => kind === 'plan' && state !== 'running'
const isSent = ({ kind, state }: JobState) => kind === 'spool' && state === 'done'

export function jobActions({ store, client }: ActionContext) {
  const cancels = new Map<string, () => void>()
  let lastLocal = 0

  const receive = (job: JobState) => {
    // choices in a dialog make many plans: those that have ended leave the room to others
    const list = store.getState().jobs.list.filter((other) => !isEndedPlan(other) || other.jobId === job.jobId)
    const known = list.some((other) => other.jobId === job.jobId)
    const next = known ? list.map((other) => (other.jobId === job.jobId ? job : other)) : [job, ...list]
    patch(store, 'jobs', { list: next.slice(0, keptJobs) })
  }
  const find = (jobId: string) => store.getState().jobs.list.find((job) => job.jobId === jobId)

  /** A drop is a job of the engine too; the page's own entry shows it and cancels it. */
  const receiveFromEngine = (job: JobState) => {
    if (job.kind !== 'spool') receive(job)
  }

  return {
    receive: receiveFromEngine,
    async refresh() {
      for (const job of await client.engine.jobs({})) receiveFromEngine(job)
    },
    async cancel(jobId: string) {
      const local = cancels.get(jobId)
      if (local !== undefined) local()
      else await client.engine.cancelJob({ jobId })
    },
    /** Makes one entry of two jobs that came from one action. */
    join(part: string, whole: string) {
      patch(store, 'jobs', { partOf: { ...store.getState().jobs.partOf, [part]: whole } })
    },
    /** Removes ended jobs from the tray. */
    clearEnded: () => patch(store, 'jobs', { list: runningJobs(store.getState().jobs) }),
    /**
     * Waits for the end of a job.
     * @throws EngineError when it failed or was cancelled
     */
    finish<T>(jobId: string): Promise<T> {
      return new Promise((resolve, reject) => {
        const settle = () => {
          const job = find(jobId)
          if (job === undefined || job.state === 'running') return false
          if (job.state === 'done') resolve(job.result as T)
          else reject(endOf(job))
          return true
        }
        if (settle()) return
        const stop = store.subscribe(() => {
          if (settle()) stop()
        })
      })
    },
    /** Work of this page that is shown like an engine's job, e.g. sending a file; @returns with the id of that job */
    async track<T>(
      about: { readonly title: string; readonly stage: string; readonly unit: string; readonly total: number },
      work: (signal: AbortSignal, onProgress: (done: number) => void) => Promise<T>,
    ): Promise<{ readonly value: T; readonly jobId: string }> {
      lastLocal += 1
      const controller = new AbortController()
      const started = Date.now()
      const base: JobState = {
        jobId: `page-${lastLocal}`,
        kind: 'spool',
        state: 'running',
        done: 0,
        startedAt: new Date(started).toISOString(),
        ...about,
      }
      cancels.set(base.jobId, () => controller.abort())
      receive(base)
      const ended = () => ({ endedAt: new Date().toISOString() })
      const onProgress = (done: number) => {
        const ratePerSecond = done / Math.max(0.001, (Date.now() - started) / 1000)
        receive({ ...base, done, ratePerSecond, secondsLeft: (about.total - done) / ratePerSecond })
      }
      try {
        const value = await work(controller.signal, onProgress)
        receive({ ...base, done: about.total, state: 'done', ...ended() })
        return { value, jobId: base.jobId }
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        receive(
          controller.signal.aborted
            ? { ...base, state: 'cancelled', ...ended() }
            : { ...base, state: 'failed', ...ended(), error: { code: 'bug', message } },
        )
        throw error
      } finally {
        cancels.delete(base.jobId)
      }
    },
  }
}

export type JobActions = ReturnType<typeof jobActions>

function endOf(job: JobState): EngineError {
  if (job.state === 'cancelled') return new EngineError('cancelled', 'cancelled')
  const code = (job.error?.code ?? 'bug') as EngineErrorCode
  return new EngineError(code, job.error?.message ?? `${job.title}: failed without a reason, expected one`)
}
