import type { JobState } from '../../shared/contract.ts'
import { errorToWire, isCancelled } from '../../shared/errors.ts'
import type { Progress } from '../threads/thread-calls.ts'
import { createRateMeter, type RateMeter } from './rate-meter.ts'

/** At most this many events a second for one job, plus its first and its last. */
const EVENT_INTERVAL_MS = 100
/** Ended jobs that stay in the list. */
const KEPT_JOBS = 50

export interface JobStart {
  readonly kind: JobState['kind']
  readonly title: string
  /** what `done` counts, e.g. `rows` */
  readonly unit: string
  readonly stage?: string
  /** asked when the work has failed or was cancelled: whether what is done is kept */
  readonly isResumable?: () => Promise<boolean>
}

export interface JobContext {
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

interface Job {
  state: JobState
  readonly controller: AbortController
  readonly ended: Promise<void>
  meter: RateMeter
  lastEventMs: number
  timer: NodeJS.Timeout | undefined
}

/** Long work with progress, cancel and always an end state. */
export class JobList {
  readonly #jobs = new Map<string, Job>()
  readonly #emit: (job: JobState) => void
  readonly #nowMs: () => number
  /** in the order of their ends */
  readonly #endedIds: string[] = []
  #nextNumber = 1

  constructor(emit: (job: JobState) => void, nowMs: () => number = Date.now) {
    this.#emit = emit
    this.#nowMs = nowMs
  }

  /** Starts `work`; whatever it returns becomes the job's result, whatever it throws its error. */
  start(start: JobStart, work: (context: JobContext) => Promise<unknown>): { jobId: string; ended: Promise<void> } {
    const jobId = `job-${this.#nextNumber++}`
    const controller = new AbortController()
    const state: JobState = {
      jobId,
      kind: start.kind,
      title: start.title,
      state: 'running',
      stage: start.stage ?? 'starting',
      done: 0,
      unit: start.unit,
      startedAt: new Date(this.#nowMs()).toISOString(),
    }
    // a turn later, so that the caller has the id before the first event
    const ended = Promise.resolve().then(() => this.#run(jobId, controller.signal, start, work))
    const meter = createRateMeter(this.#nowMs())
    this.#jobs.set(jobId, { state, controller, ended, meter, lastEventMs: 0, timer: undefined })
    return { jobId, ended }
  }

  /** Oldest first. */
  list(): JobState[] {
    return [...this.#jobs.values()].map((job) => job.state)
  }

  get(jobId: string): JobState | undefined {
    return this.#jobs.get(jobId)?.state
  }

  /** Asks a running job to stop; its end state follows as an event. Ended or unknown jobs are left alone. */
  cancel(jobId: string): void {
    const job = this.#jobs.get(jobId)
    if (job?.state.state !== 'running' || job.controller.signal.aborted) return
    job.state = { ...job.state, stage: 'cancelling' }
    job.controller.abort()
    this.#tell(job)
  }

  /** Cancels every running job and waits until they have ended. */
  async dispose(): Promise<void> {
    for (const jobId of this.#jobs.keys()) this.cancel(jobId)
    await Promise.all([...this.#jobs.values()].map((job) => job.ended))
  }

  /** Says that a job cannot be resumed any more, because it has been. */
  forgetResumable(jobId: string): void {
    const job = this.#jobs.get(jobId)
    if (job?.state.isResumable !== true) return
    const { isResumable: _, ...state } = job.state
    job.state = state
    this.#tell(job)
  }

  async #run(
    jobId: string,
    signal: AbortSignal,
    { isResumable }: JobStart,
    work: (context: JobContext) => Promise<unknown>,
  ): Promise<void> {
    const job = this.#jobs.get(jobId)!
    this.#tell(job)
    try {
      const result = await work({ signal, onProgress: (progress) => this.#progress(job, progress) })
      this.#finish(job, { state: 'done', stage: 'done', ...(result === undefined ? {} : { result }) })
    } catch (error) {
      const kept = (await isResumable?.().catch(() => false)) === true ? { isResumable: true } : {}
      if (signal.aborted || isCancelled(error)) this.#finish(job, { state: 'cancelled', stage: 'cancelled', ...kept })
      else {
        const { code, message } = errorToWire(error)
        this.#finish(job, { state: 'failed', stage: 'failed', error: { code, message }, ...kept })
      }
    }
  }

  #progress(job: Job, progress: Progress): void {
    if (job.state.state !== 'running' || job.controller.signal.aborted) return
    const nowMs = this.#nowMs()
    if (progress.stage !== job.state.stage) job.meter = createRateMeter(nowMs)
    const ratePerSecond = job.meter.update(progress.done, nowMs)
    const { total: _total, ratePerSecond: _rate, secondsLeft: _left, ...rest } = job.state
    job.state = {
      ...rest,
      ...progress,
      ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
      ...(ratePerSecond === undefined || ratePerSecond === 0 || progress.total === undefined
        ? {}
        : { secondsLeft: Math.max(0, progress.total - progress.done) / ratePerSecond }),
    }
    this.#tellSoon(job, nowMs)
  }

  #finish(job: Job, end: Partial<JobState>): void {
    const { secondsLeft: _left, ...rest } = job.state
    job.state = { ...rest, ...end, endedAt: new Date(this.#nowMs()).toISOString() }
    this.#tell(job)
    this.#endedIds.push(job.state.jobId)
    if (this.#endedIds.length > KEPT_JOBS) this.#jobs.delete(this.#endedIds.shift()!)
  }

  #tellSoon(job: Job, nowMs: number): void {
    if (job.timer) return
    const waitMs = job.lastEventMs + EVENT_INTERVAL_MS - nowMs
    if (waitMs <= 0) this.#tell(job)
    else job.timer = setTimeout(() => this.#tell(job), waitMs)
  }

  #tell(job: Job): void {
    clearTimeout(job.timer)
    job.timer = undefined
    job.lastEventMs = this.#nowMs()
    this.#emit(job.state)
  }
}
