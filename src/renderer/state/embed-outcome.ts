import type { EmbedReport } from '../../shared/contract.ts'

/** What a run wrote and what it could not, in one sentence: rows, then failures by name. */
export function embedOutcome(
  report: EmbedReport,
  options: { readonly failuresShown?: number } = {},
): { readonly kind: 'done' | 'error'; readonly text: string } {
  const { failures, skipped, rows, cells, model, seconds } = report
  const time = seconds < 1 ? 'under 1 s' : `${Math.round(seconds)} s`
  const wrote =
    rows === 0
      ? `No fragment embedded with ${model}`
      : `Embedded ${counted(rows, 'fragment')} of ${counted(cells, 'cell')} with ${model} in ${time}`
  const left = skipped.length === 0 ? '' : `, ${counted(skipped.length, 'image')} skipped`
  if (failures.length === 0) return { kind: rows === 0 ? 'error' : 'done', text: `${wrote}${left}` }
  const shown = failures.slice(0, options.failuresShown ?? failures.length)
  const named = shown.map(({ input, reason }) => (reason.includes(input) ? reason : `${input}: ${reason}`))
  const more = failures.length - shown.length
  const rest = more === 0 ? '' : `; and ${more} more, see the jobs`
  return { kind: 'error', text: `${wrote}${left}; ${failures.length} failed: ${named.join('; ')}${rest}` }
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
