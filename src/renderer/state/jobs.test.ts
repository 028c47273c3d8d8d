import { describe, expect, it } from 'vitest'
import type { JobState } from '../../shared/contract.ts'
import { jobEntries } from './jobs.ts'

const job = (jobId: string, startedAt: string, change: Partial<JobState> = {}): JobState => ({
  jobId,
  kind: 'open',
  title: jobId,
  state: 'done',
  stage: 'done',
  done: 1,
  unit: 'rows',
  startedAt,
  ...change,
})
const shown = (list: readonly JobState[], partOf: Readonly<Record<string, string>>) =>
  jobEntries({ list, partOf }).map(({ jobId, startedAt }) => `${jobId} ${startedAt}`)

describe('the jobs of the tray', () => {
  const sent = job('sent', '12:00', { kind: 'spool' })
  const opened = job('opened', '12:01')

  it('are one for a file that was sent and opened, which begins with the sending', () => {
    expect(shown([opened, sent], { sent: 'opened' })).toEqual(['opened 12:00'])
  })

  it('have files on their way until these have come, and where that failed', () => {
    const sending = (state: JobState['state']) => shown([{ ...sent, state }], {})
    expect(sending('running')).toEqual(['sent 12:00'])
    expect(sending('failed')).toEqual(['sent 12:00'])
    expect(sending('done')).toEqual([])
  })

  it('are one for an embedding and the opening of what it wrote, unless that runs or has failed', () => {
    const embedded = job('embedded', '12:02', { kind: 'embed' })
    const withOpening = (state: JobState['state']) =>
      shown([job('opened', '12:03', { state }), embedded], { opened: 'embedded' })
    expect(withOpening('done')).toEqual(['embedded 12:02'])
    expect(withOpening('running')).toEqual(['opened 12:03', 'embedded 12:02'])
    expect(withOpening('failed')).toEqual(['opened 12:03', 'embedded 12:02'])
  })

  it('keep a part whose whole is not in the list any more', () => {
    expect(shown([job('opened', '12:03')], { opened: 'embedded' })).toEqual(['opened 12:03'])
  })

  it('have dry runs only while they run', () => {
    const plan = (state: JobState['state']) => job('plan', '12:00', { kind: 'plan', state })
    expect(shown([plan('running')], {})).toEqual(['plan 12:00'])
    for (const state of ['done', 'failed', 'cancelled'] as const) expect(shown([plan(state)], {})).toEqual([])
  })
})
