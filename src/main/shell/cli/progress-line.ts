import type { JobState } from '../../../shared/contract.ts'
import type { CliContext } from './context.ts'

const linesEveryMs = 10_000

/** Progress on stderr: one line that rewrites itself on a terminal, a line every ten seconds in a log. */
type ShownProgress = Pick<JobState, 'title' | 'stage' | 'done' | 'total' | 'unit' | 'ratePerSecond' | 'secondsLeft'>

export function createProgressLine(context: Pick<CliContext, 'err' | 'isTerminal'>) {
  let isShown = false
  let lastStage = ''
  let lastLineMs = 0
  return {
    show(job: ShownProgress): void {
      const now = Date.now()
      if (context.isTerminal) {
        context.err(`\r\x1b[2K${progressText(job)}`)
        isShown = true
      } else if (job.stage !== lastStage || now - lastLineMs > linesEveryMs) {
        context.err(`${progressText(job)}\n`)
        lastLineMs = now
        lastStage = job.stage
      }
    },
    clear(): void {
      if (isShown) context.err('\r\x1b[2K')
      isShown = false
    },
  }
}

/** `Embedding part_00001.parquet: embedding 120 of 450 fragments, 35/s, 9 s left` */
export function progressText({ title, stage, done, total, unit, ratePerSecond, secondsLeft }: ShownProgress): string {
  // nobody reads nine digits
  const isBytes = unit === 'bytes'
  const amount = (count: number) => (isBytes ? (count / 1e6).toFixed(1) : String(count))
  const unitText = isBytes ? 'MB' : unit
  const count = total === undefined ? `${amount(done)} ${unitText}` : `${amount(done)} of ${amount(total)} ${unitText}`
  const rateUnit = isBytes ? ' MB/s' : '/s'
  const rate =
    ratePerSecond === undefined
      ? ''
      : `, ${Number((isBytes ? ratePerSecond / 1e6 : ratePerSecond).toPrecision(2))}${rateUnit}`
  const left = secondsLeft === undefined ? '' : `, ${durationText(secondsLeft)} left`
  return `${title}: ${stage} ${count}${rate}${left}`
}

/** `9 s`, `4 min`, `2.5 h` */
export function durationText(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}

/** `346.3 MB` */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
