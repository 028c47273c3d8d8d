import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ChangeReport, ChangeRequest } from '../../../shared/contract.ts'
import { writeOutputFile } from '../../bytes/output-file.ts'
import { type CliContext, type Finding, jsonOption, nameValueLines, printFinding } from './context.ts'
import { numberBetween, wholeBetween } from './parse-values.ts'
import { runJob, setPath, withEngine } from './with-engine.ts'

interface ChangeArguments {
  readonly falseAlarms: number
  readonly truth?: string
  readonly label: string
  readonly changeLabel?: string
  readonly id?: string
  readonly match: 'unique_id' | 'product_id' | 'grid_cell'
  readonly limit: number
  readonly out?: string
}

const help = `
Rows of one grid cell, fragment row and column are put in the order of their dates; each step to the next date has a cosine. The score is
how much further apart the two vectors are than those of the other steps between the same dates, in robust deviations. The
threshold lets about --false-alarms of the stable steps pass, whose spread is told from the lower half of the scores.

Prints {footprints, stepCount, changed, threshold, cosine, truth, steps, ...}, the most changed steps first.

Example:
  ground-control change sample-planet --truth sample/truth.parquet --label objects --change-label burn --out changes.csv`

export function addChangeCommand(program: Command, context: CliContext): void {
  jsonOption(program.command('change'))
    .description('which fragments changed between their dates')
    .argument('<file>', 'embeddings Parquet with several dates, or sample-planet')
    .option('--false-alarms <share>', 'of stable steps that may be called a change', numberBetween(0, 0.5), 0.01)
    .option('--truth <file>', 'table (CSV or Parquet) that says what is on each row')
    .option('--label <column>', 'of the truth: its column', 'label')
    .option('--change-label <word>', 'of the truth: what makes a change by being there on one of two dates')
    .option('--id <column>', 'of the truth: its column of ids')
    .addOption(
      new Option('--match <column>', 'column of the file that the ids are compared with')
        .choices(['unique_id', 'product_id', 'grid_cell'])
        .default('unique_id'),
    )
    .option('--limit <n>', 'steps to print', wholeBetween(1, 1_000_000), 100)
    .option('--out <file.csv>', 'write every step')
    .addHelpText('after', help)
    .action((file: string, options: ChangeArguments, command: Command) =>
      printFinding(command, context, () => findChange(file, options, context)),
    )
}

async function findChange(file: string, options: ChangeArguments, context: CliContext): Promise<Finding> {
  const { limit, out } = options
  const request = requestOf(file, options)
  const report = await withEngine((host) => runJob<ChangeReport>(host, context, () => host.engine.change(request)))
  for (const warning of report.warnings) context.err(`warning: ${warning}\n`)
  if (out !== undefined) {
    const text = csvOf(report.steps)
    await writeOutputFile(resolve(out), (handle) => handle.writeFile(text), { signal: context.signal })
  }
  const shown = { ...report, steps: report.steps.slice(0, limit) }
  return { json: shown, text: reportText(shown) }
}

function requestOf(file: string, options: ChangeArguments): ChangeRequest {
  const { falseAlarms, truth, label, changeLabel, id, match, limit, out } = options
  if ((truth === undefined) !== (changeLabel === undefined)) {
    throw new InvalidArgumentError('change: expected --truth and --change-label together, got one of them')
  }
  const known =
    truth === undefined || changeLabel === undefined
      ? {}
      : { truth: { table: resolve(truth), label, changeLabel, match, ...(id === undefined ? {} : { id }) } }
  return { set: setPath(file), falseAlarms, limit: out === undefined ? limit : 1_000_000, ...known }
}

function csvOf(steps: ChangeReport['steps']): string {
  const lines = steps.map((step) =>
    [
      ...[step.gridCell, step.fragmentRow, step.fragmentCol, step.lat ?? '', step.lon ?? '', step.from, step.to],
      ...[step.fromRow, step.toRow, step.cosine, step.score, step.isChange, step.isKnownChange ?? ''],
    ].join(','),
  )
  const head =
    'grid_cell,fragment_row,fragment_col,lat,lon,from,to,from_row,to_row,cosine,score,is_change,is_known_change'
  return `${[head, ...lines].join('\n')}\n`
}

function reportText({
  footprints,
  stepCount,
  changed,
  threshold,
  cosine,
  truth,
  steps,
  seconds,
}: ChangeReport): string {
  const facts = nameValueLines([
    ['fragments', `${footprints} on two dates or more, ${stepCount} steps`],
    [
      'cosine',
      `median ${cosine.median.toFixed(4)}, fifth percentile ${cosine.p5.toFixed(4)}, first ${cosine.p1.toFixed(4)}`,
    ],
    ['changed', `${changed} steps with a score above ${threshold.toFixed(2)}`],
    ['truth', truth && `${truth.changes} of ${truth.steps} steps changed`],
    ['ROC-AUC', truth && `${valueText(truth.rocAuc)} (of the bare cosine ${valueText(truth.rocAucOfCosine)})`],
    ['precision', truth && `${valueText(truth.precision)}, recall ${valueText(truth.recall)}`],
    ['seconds', seconds.toFixed(1)],
  ])
  const lines = steps.slice(0, 20).map(({ gridCell, fragmentRow, fragmentCol, from, to, cosine: value, score }) => {
    const place = `${gridCell} ${fragmentRow},${fragmentCol}`
    return `${score.toFixed(2).padStart(8)}  cosine ${value.toFixed(4)}  ${place.padEnd(18)} ${from} to ${to}`
  })
  return [facts, '', ...lines].join('\n')
}

function valueText(value: number | null): string {
  return value === null ? '-' : value.toFixed(3)
}
