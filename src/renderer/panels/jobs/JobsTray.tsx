// Long work in one tray: stage, how far, how long still, cancel, and always how it ended.

import { Ban, Check, CircleAlert, X } from 'lucide-react'
import { useMemo } from 'react'
import type {
  BuildReport,
  CudaReport,
  EmbedPlan,
  EmbedReport,
  ExportReport,
  FetchReport,
  ImageQuery,
  JobState,
  NeucoReport,
  SetSummary,
  VerifyReport,
} from '../../../shared/contract.ts'
import { Button, IconButton } from '../../controls/Button.tsx'
import { Progress } from '../../controls/Progress.tsx'
import { embedOutcome } from '../../state/embed-outcome.ts'
import { jobEntries } from '../../state/jobs.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { CopyButton } from '../notices/CopyButton.tsx'
import { bytesText, countOf, countText, providerText, secondsText, startedText } from '../wording.ts'
import { RunReport } from './RunReport.tsx'

export function JobsTray() {
  const { jobs, view } = useApp()
  const all = useAppState((state) => state.jobs)
  const list = useMemo(() => jobEntries(all), [all])
  const ended = list.filter((job) => job.state !== 'running').length
  return (
    <section className="jobs-tray" aria-label="Jobs">
      <div className="section-head">
        <h2 className="strong grow">Jobs</h2>
        {ended > 0 && (
          <Button look="quiet" onPress={jobs.clearEnded}>
            Clear ended
          </Button>
        )}
        <IconButton label="Close jobs" small onPress={() => view.showJobs(false)}>
          <X />
        </IconButton>
      </div>
      {list.length === 0 ? (
        <p className="dim">
          Nothing has run yet. Opening, embedding, exporting and downloads show here with their progress.
        </p>
      ) : (
        <ul className="jobs-list">
          {list.map((job) => (
            <JobRow key={job.jobId} job={job} />
          ))}
        </ul>
      )}
    </section>
  )
}

export function JobRow({ job }: { readonly job: JobState }) {
  const { embed, jobs, notices, verification } = useApp()
  const isRunning = job.state === 'running'
  return (
    <li className="job" data-state={job.state}>
      <div className="job-head">
        <StateIcon state={job.state} hasTrouble={hasTrouble(job)} />
        <span className="grow truncate" title={job.title}>
          {job.title}
        </span>
        {isRunning && (
          <Button
            look="quiet"
            aria-label={`Cancel ${job.title}`}
            onPress={() => jobs.cancel(job.jobId).catch(notices.fail)}
          >
            Cancel
          </Button>
        )}
        {job.kind === 'verify' && job.state === 'done' && (
          <Button
            look="quiet"
            aria-label={`Show ${job.title}`}
            onPress={() => verification.show(job.jobId, job.result as VerifyReport)}
          >
            Show
          </Button>
        )}
        {job.isResumable === true && (
          <Button look="quiet" aria-label={`Resume ${job.title}`} onPress={() => embed.resume(job.jobId)}>
            Resume
          </Button>
        )}
      </div>
      {isRunning && <Progress label={job.title} done={job.done} total={job.total} />}
      <div className="job-text">
        <p className="dim grow">{jobText(job)}</p>
        {(hasTrouble(job) || job.state === 'cancelled') && <CopyButton text={`${job.title}: ${jobText(job)}`} />}
      </div>
      <p className="faint job-time">{startedText(job.startedAt, job.endedAt)}</p>
      {job.kind === 'embed' && job.state === 'done' && <RunReport report={job.result as EmbedReport} />}
    </li>
  )
}

function StateIcon({ state, hasTrouble }: { readonly state: JobState['state']; readonly hasTrouble: boolean }) {
  if (hasTrouble) return <CircleAlert className="icon bad" aria-label="With failures" />
  if (state === 'done') return <Check className="icon good" aria-hidden />
  if (state === 'cancelled') return <Ban className="icon faint" aria-hidden />
  return null
}

/** Failed as a whole, or done with failures among its inputs. */
function hasTrouble(job: JobState): boolean {
  if (job.state === 'failed') return true
  return job.state === 'done' && job.kind === 'embed' && embedOutcome(job.result as EmbedReport).kind === 'error'
}

/** What a job has brought, of which the reports tell. */
function doneText({ kind, result, done, unit }: JobState): string {
  if (result !== undefined) {
    if (kind === 'embed') return embedOutcome(result as EmbedReport).text
    if (kind === 'open') return `Open, ${countOf((result as SetSummary).count, 'fragment')}`
    if (kind === 'plan') return `${countOf((result as EmbedPlan).fragments, 'fragment')} to embed`
    if (kind === 'export') return exportText(result as ExportReport)
    if (kind === 'verify') return (result as VerifyReport).verdict.sentence
    if (kind === 'cuda') return cudaText(result as CudaReport)
    if (kind === 'neuco') return `Q ${(result as NeucoReport).overallQ?.toFixed(2) ?? 'not scored'}`
    if (kind === 'query') return queryText(result as ImageQuery)
    if (kind === 'fetch') return fetchText(result as FetchReport)
    if (kind === 'build')
      return [`Built, ${bytesText((result as BuildReport).byteLength)}`, ...(result as BuildReport).warnings].join('; ')
  }
  return unit === 'bytes' ? `Done, ${bytesText(done)}` : 'Done'
}

function queryText({ model, fragments }: ImageQuery): string {
  return `Embedded ${countOf(fragments, 'fragment')} with ${model}`
}

function exportText({ rows, byteLength, path, url }: ExportReport): string {
  return `${countOf(rows, 'row')}, ${bytesText(byteLength)}${url === undefined ? `, ${path}` : ''}`
}

function fetchText({ byteLength, fetchedBytes, warnings }: FetchReport): string {
  const came = fetchedBytes === 0 ? 'was here already' : `${bytesText(fetchedBytes)} came`
  return [`${bytesText(byteLength)}, ${came}`, ...warnings].join('; ')
}

function cudaText({ fetchedBytes, provider, warnings }: CudaReport): string {
  const came = fetchedBytes === 0 ? 'All was here already' : `${bytesText(fetchedBytes)} came`
  const runs = [`inference runs on ${providerText(provider.name)}`, provider.reason].filter(
    (part) => part !== undefined,
  )
  return [came, runs.join(', '), ...warnings].join('; ')
}

/** `embedding, 120 of 400 fragments, 32 per second, 9 s left` */
export function jobText(job: JobState): string {
  if (job.state === 'done') return doneText(job)
  if (job.state === 'cancelled') return cancelledText(job)
  if (job.state === 'failed') return job.error?.message ?? 'Failed'
  const isBytes = job.unit === 'bytes'
  const parts = [job.stage, amountText(job)]
  if (job.ratePerSecond !== undefined && job.ratePerSecond > 0) {
    parts.push(isBytes ? `${bytesText(job.ratePerSecond)} per second` : `${rateText(job.ratePerSecond)} per second`)
  }
  if (job.secondsLeft !== undefined && Number.isFinite(job.secondsLeft))
    parts.push(`${secondsText(job.secondsLeft)} left`)
  return parts.filter((part) => part !== '').join(', ')
}

/** `Cancelled after 120 of 400 fragments; what is done is kept` */
function cancelledText(job: JobState): string {
  const after = job.done === 0 ? 'Cancelled before anything was done' : `Cancelled after ${amountText(job)}`
  if (job.isResumable !== true) return after
  return `${after}; what is done is kept`
}

/** `120 of 400 fragments` */
function amountText({ done, total, unit }: JobState): string {
  const amount = unit === 'bytes' ? bytesText : countText
  const of = total === undefined ? amount(done) : `${amount(done)} of ${amount(total)}`
  return unit === 'bytes' ? of : `${of} ${unit}`
}

function rateText(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : countText(Math.round(rate))
}
