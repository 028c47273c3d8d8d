import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JobState } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { type JobContext, JobList } from './job-list.ts'

let events: JobState[] = []
let jobs: JobList

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
  events = []
  jobs = new JobList((job) => events.push(job))
})
afterEach(() => vi.useRealTimers())

const start = { kind: 'embed', title: 'Embedding x', unit: 'fragments' } as const

describe('JobList', () => {
  it('tells the start, the result and the end', async () => {
    const { jobId, ended } = jobs.start(start, async () => ({ rows: 3 }))
    await ended
    expect(events.map(({ state }) => state)).toEqual(['running', 'done'])
    expect(jobs.get(jobId)).toMatchObject({ state: 'done', result: { rows: 3 }, unit: 'fragments' })
  })

  it('tells when work began and when it ended, also when it was cancelled', async () => {
    const done = jobs.start(start, () => vi.advanceTimersByTimeAsync(8_000))
    await done.ended
    const cancelled = jobs.start(start, ({ signal }) => new Promise((_, reject) => (signal.onabort = reject)))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(jobs.get(cancelled.jobId)).not.toHaveProperty('endedAt')
    jobs.cancel(cancelled.jobId)
    await cancelled.ended
    expect(jobs.list().map(({ startedAt, endedAt }) => [startedAt, endedAt])).toEqual([
      ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:08.000Z'],
      ['1970-01-01T00:00:08.000Z', '1970-01-01T00:00:09.000Z'],
    ])
  })

  it('tells a failure as code and sentence', async () => {
    const { jobId, ended } = jobs.start(start, async () => {
      throw new EngineError('disk-full', 'out: expected room, got none')
    })
    await ended
    expect(jobs.get(jobId)).toMatchObject({
      state: 'failed',
      error: { code: 'disk-full', message: 'out: expected room, got none' },
    })
  })

  it('tells of work that failed or was cancelled whether it can be resumed, until it has been', async () => {
    const fail = async () => Promise.reject(new EngineError('disk-full', 'out: expected room, got none'))
    const kept = jobs.start({ ...start, isResumable: async () => true }, fail)
    const lost = jobs.start({ ...start, isResumable: async () => false }, fail)
    const unknown = jobs.start({ ...start, isResumable: fail }, fail)
    await Promise.all([kept.ended, lost.ended, unknown.ended])
    expect(jobs.list().map((job) => job.isResumable)).toEqual([true, undefined, undefined])
    jobs.forgetResumable(kept.jobId)
    expect(events.at(-1)).toMatchObject({ jobId: kept.jobId, state: 'failed' })
    expect(events.at(-1)).not.toHaveProperty('isResumable')
  })

  it('sends at most ten events a second and the last progress after a pause', async () => {
    const { ended } = jobs.start(start, async ({ onProgress }) => {
      for (let done = 1; done <= 1000; done++) {
        onProgress({ stage: 'embedding', done, total: 1000 })
        await vi.advanceTimersByTimeAsync(1)
      }
    })
    await ended
    expect(events.length).toBeLessThanOrEqual(13)
    expect(events.at(-1)).toMatchObject({ state: 'done', done: 1000 })
  })

  it('smooths the rate and tells the time left', async () => {
    let report: JobContext['onProgress'] = () => {}
    jobs.start(start, ({ onProgress }) => {
      report = onProgress
      return new Promise(() => {})
    })
    for (let second = 1; second <= 20; second++) {
      await vi.advanceTimersByTimeAsync(1000)
      report({ stage: 'embedding', done: 10 * second + (second % 2) * 4, total: 400 })
    }
    const last = events.at(-1)!
    expect(last.ratePerSecond).toBeGreaterThan(7)
    expect(last.ratePerSecond).toBeLessThan(13)
    expect(last.secondsLeft).toBeCloseTo((400 - last.done) / last.ratePerSecond!, 9)
  })

  it('ends as cancelled whether the work throws the abort, another error, or nothing is running', async () => {
    const untilAborted = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('socket closed'))))
    const { jobId, ended } = jobs.start(start, ({ signal }) => untilAborted(signal))
    await vi.advanceTimersByTimeAsync(1)
    jobs.cancel(jobId)
    expect(jobs.get(jobId)?.stage).toBe('cancelling')
    await ended
    expect(jobs.get(jobId)).toMatchObject({ state: 'cancelled' })
    expect(jobs.get(jobId)).not.toHaveProperty('error')
    jobs.cancel(jobId)
    jobs.cancel('job-999')
    expect(events.at(-1)?.state).toBe('cancelled')
  })

  it('ends as done when the work finished before it saw the cancel', async () => {
    const { jobId, ended } = jobs.start(start, async () => 'written')
    jobs.cancel(jobId)
    await ended
    expect(jobs.get(jobId)).toMatchObject({ state: 'done', result: 'written' })
  })

  it('keeps the last fifty ended jobs and every running one', async () => {
    const running = jobs.start(start, ({ signal }) => new Promise((_, no) => signal.addEventListener('abort', no)))
    for (let index = 0; index < 60; index++) await jobs.start(start, async () => index).ended
    expect(jobs.list()).toHaveLength(51)
    expect(jobs.list()[0]?.jobId).toBe(running.jobId)
    await jobs.dispose()
    expect(jobs.get(running.jobId)?.state).toBe('cancelled')
  })
})
