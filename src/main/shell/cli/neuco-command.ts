import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { NeucoReport, NeucoRequest } from '../../../shared/contract.ts'
import { type CliContext, type Finding, jsonOption, nameValueLines, printFinding } from './context.ts'
import { commaList, numberBetween, wholeBetween } from './parse-values.ts'
import { runJob, withEngine } from './with-engine.ts'

interface NeucoArguments {
  readonly submission: string
  readonly labels: string
  readonly exclude?: string
  readonly dimensions?: number
  readonly tasks?: readonly string[]
  readonly splits: number
  readonly epochs: number
  readonly batch: number
  readonly learningRate: number
  readonly splitSeed: number
  readonly seed: number
  readonly standardise: boolean
  readonly scaleLabels: boolean
  readonly out?: string
  readonly method?: string
  readonly phase: string
}

const help = `
Follows the benchmark's code: the splits are its own to the last sample, the scores are those of its probe up to the chance of the
start and of the mini-batches. Q = 2 mean / (0.02 + std) over the splits.

The score of a split is that of its best epoch, chosen on the samples that it is judged by: optimistic by design. "held out"
chooses the epoch on training samples kept back; read that as what the probe reaches on samples it has not seen.

Prints {tasks: [{task, metric, q, mean, std, heldOut, scores, samples}], overallQ, overallScore, overallHeldOut, settings, warnings, ...}.

Example:
  ground-control evaluate neuco --submission submission.csv --labels annotations --out results`

const highestSeed = 2 ** 32 - 1

export function addNeucoCommand(evaluate: Command, context: CliContext): void {
  jsonOption(evaluate.command('neuco'))
    .description('score a NeuCo-Bench submission')
    .requiredOption('--submission <file>', 'CSV with the columns id, 0, 1, ...')
    .requiredOption('--labels <folder>', 'folder of <task>__<type>.csv with the columns id and label')
    .option('--exclude <file>', 'ids to leave out, one a line')
    .option('--dimensions <n>', 'pad to so many; more are refused', wholeBetween(1, Number.MAX_SAFE_INTEGER))
    .option('--tasks <list>', 'only these tasks, with commas', commaList)
    .option('--splits <n>', 'random splits, a tenth of the samples tested in each', wholeBetween(1, 1000), 40)
    .option('--epochs <n>', 'passes over the training samples', wholeBetween(1, 1000), 10)
    .option('--batch <n>', 'samples of a step', wholeBetween(1, Number.MAX_SAFE_INTEGER), 64)
    .option('--learning-rate <x>', 'of AdamW', numberBetween(Number.MIN_VALUE, 1000), 0.001)
    .option('--split-seed <n>', 'of the splits; 42 gives the benchmark its own', wholeBetween(0, highestSeed), 42)
    .option('--seed <n>', 'of the starts and the mini-batches', wholeBetween(0, highestSeed), 42)
    .option('--no-standardise', 'take the values as they are')
    .option('--no-scale-labels', 'take the labels as they are')
    .option('--out <folder>', 'write result files and the leaderboard as the benchmark does')
    .option('--method <name>', "name of the method in them; absent: the submission's")
    .option('--phase <name>', 'folder of the runs that are ranked together', 'results')
    .addHelpText('after', help)
    .action((options: NeucoArguments, command: Command) =>
      printFinding(command, context, () => evaluateNeuco(options, context)),
    )
}

async function evaluateNeuco(options: NeucoArguments, context: CliContext): Promise<Finding> {
  const report = await withEngine((host) =>
    runJob<NeucoReport>(host, context, () => host.engine.evaluateNeuco(requestOf(options))),
  )
  for (const warning of report.warnings) context.err(`warning: ${warning}\n`)
  return { json: report, text: reportText(report) }
}

function requestOf({
  submission,
  labels,
  exclude,
  tasks,
  out,
  batch,
  json: _,
  ...rest
}: NeucoArguments & { json?: boolean }): NeucoRequest {
  return {
    ...rest,
    submission: resolve(submission),
    labels: resolve(labels),
    batchSize: batch,
    ...(exclude === undefined ? {} : { exclude: resolve(exclude) }),
    ...(tasks === undefined ? {} : { tasks: [...tasks] }),
    ...(out === undefined ? {} : { out: resolve(out) }),
  }
}

function reportText(report: NeucoReport): string {
  const { rows, dimensions, foundDimensions } = report
  const padding = foundDimensions < dimensions ? `, ${dimensions - foundDimensions} of them padding` : ''
  const facts = nameValueLines([
    ['rows', `${rows.used} of ${rows.submitted} used, ${rows.unlabelled} without label, ${rows.excluded} excluded`],
    ['dimensions', `${dimensions}${padding}`],
    ['seconds', report.seconds.toFixed(1)],
  ])
  const lines = report.tasks.map(({ task, metric, samples, q, mean, std, heldOut }) =>
    tableLine(task, metric, String(samples), ...[q, mean, std, heldOut.mean, heldOut.std].map(scoreText)),
  )
  const overall = tableLine(
    'overall',
    '',
    '',
    ...[report.overallQ, report.overallScore].map(scoreText),
    '',
    scoreText(report.overallHeldOut),
    '',
  )
  const note =
    'score: best epoch of each split, chosen on the samples that it is judged by, as the benchmark does (optimistic); held out: the epoch chosen on training samples kept back'
  const table = [tableLine('task', 'metric', 'samples', 'Q', 'score', '+-', 'held out', '+-'), ...lines, overall]
  return [facts, '', ...table, '', note, ...report.files.map((file) => `wrote ${file}`)].join('\n')
}

function tableLine(task: string, metric: string, ...numbers: readonly string[]): string {
  return `${task.padEnd(24)} ${metric.padEnd(6)}${numbers.map((text) => text.padStart(10)).join('')}`.trimEnd()
}

function scoreText(value: number | null): string {
  return value === null ? '-' : value.toFixed(3)
}
