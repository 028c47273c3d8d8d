import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { ProbeReport, ProbeRequest } from '../../../shared/contract.ts'
import { type CliContext, type Finding, jsonOption, nameValueLines, printFinding } from './context.ts'
import { numberBetween, wholeBetween } from './parse-values.ts'
import { runJob, setPath, withEngine } from './with-engine.ts'

interface ProbeArguments {
  readonly label: string
  readonly labels?: string
  readonly id?: string
  readonly match: NonNullable<ProbeRequest['labels']['match']>
  readonly task: NonNullable<ProbeRequest['task']>
  readonly separator: string
  readonly probe: NonNullable<ProbeRequest['probe']>
  readonly c: number
  readonly alpha: number
  readonly neighbours: number
  readonly balanced?: boolean
  readonly folds: number
  readonly split: NonNullable<ProbeRequest['split']>
  readonly blockKm: number
  readonly bufferKm: number
  readonly learningCurve?: boolean
  readonly seed: number
}

const help = `
Cross-validates a probe on the rows that have a label: the column --label of the file itself, or of a table (--labels) whose ids are
compared with a column of the file (--match). Ids of one length that are shorter than the file's are taken as their beginnings.

Blocked folds hold whole squares of ground out (--block-km) and leave training rows near a tested one out (--buffer-km): fragments that
overlap or lie side by side look alike, and random folds praise a probe for having seen the neighbours.

Prints {metric, mean, std, scores, folds, samples, leftOut, settings, warnings, ...}; intervals are 95 %.

Examples:
  ground-control evaluate probe sample-planet --labels sample/truth.parquet --label biome --split blocked --block-km 500
  ground-control evaluate probe eurosat.parquet --labels labels.csv --label class --id name --match product_id`

export function addProbeCommand(evaluate: Command, context: CliContext): void {
  jsonOption(evaluate.command('probe'))
    .description('how well a simple model tells labels from embeddings')
    .argument('<file>', 'embeddings Parquet, or sample-planet')
    .option('--label <column>', 'column with the labels', 'label')
    .option('--labels <file>', 'table with the labels (CSV or Parquet); absent: the file itself')
    .option('--id <column>', 'column of ids in the table; absent: the one named like --match, id, or <match>_prefix')
    .addOption(
      new Option('--match <column>', 'column of the file that the ids are compared with')
        .choices(['unique_id', 'product_id', 'grid_cell'])
        .default('unique_id'),
    )
    .addOption(
      new Option('--task <task>', 'one class, any of several labels, or a number')
        .choices(['auto', 'classes', 'labels', 'numbers'])
        .default('auto'),
    )
    .option('--separator <text>', 'between the labels of a row, for --task labels', ' ')
    .addOption(
      new Option('--probe <probe>', 'auto: logistic for classes and labels, ridge for numbers')
        .choices(['auto', 'logistic', 'ridge', 'nearest'])
        .default('auto'),
    )
    .option(
      '--c <x>',
      'logistic: inverse strength of the penalty',
      numberBetween(Number.MIN_VALUE, Number.MAX_VALUE),
      1,
    )
    .option('--alpha <x>', 'ridge: strength of the penalty', numberBetween(0, Number.MAX_VALUE), 1)
    .option('--neighbours <n>', 'nearest: how many', wholeBetween(1, 10_000), 10)
    .option('--balanced', 'weigh classes by the inverse of their share')
    .option('--folds <n>', 'parts that are held out in turn', wholeBetween(2, 100), 5)
    .addOption(
      new Option('--split <split>', 'auto: stratified for classes, random otherwise')
        .choices(['auto', 'stratified', 'random', 'blocked'])
        .default('auto'),
    )
    .option('--block-km <km>', 'blocked: side of a block', numberBetween(0.001, 5000), 100)
    .option('--buffer-km <km>', 'blocked: how far from a tested row nothing is learnt', numberBetween(0, 1000), 0)
    .option('--learning-curve', 'also train on parts of the training rows')
    .option('--seed <n>', 'of the folds and the intervals', wholeBetween(0, 2 ** 32 - 1), 42)
    .addHelpText('after', help)
    .action((file: string, options: ProbeArguments, command: Command) =>
      printFinding(command, context, () => evaluateProbe(file, options, context)),
    )
}

async function evaluateProbe(file: string, options: ProbeArguments, context: CliContext): Promise<Finding> {
  const report = await withEngine((host) =>
    runJob<ProbeReport>(host, context, () => host.engine.evaluateProbe(requestOf(file, options))),
  )
  for (const warning of report.warnings) context.err(`warning: ${warning}\n`)
  return { json: report, text: reportText(report) }
}

function requestOf(file: string, options: ProbeArguments): ProbeRequest {
  const { label, labels, id, match, task, separator, probe, c, alpha, neighbours } = options
  const { folds, split, blockKm, bufferKm, seed } = options
  return {
    set: setPath(file),
    labels: {
      ...{ label, match },
      ...(labels === undefined ? {} : { table: resolve(labels) }),
      ...(id === undefined ? {} : { id }),
    },
    ...{ task, separator, probe, c, alpha, neighbours, folds, split, blockKm, bufferKm, seed },
    classWeights: options.balanced === true ? 'balanced' : 'none',
    learningCurve: options.learningCurve === true,
  }
}

const metricNames = { accuracy: 'accuracy', macroF1: 'macro F1', r2: 'R2' } as const

function reportText(report: ProbeReport): string {
  const { folds, leftOut, scores } = report
  const inBuffer = folds.reduce((sum, fold) => sum + fold.inBuffer, 0)
  const left = [
    `${leftOut.unlabelled} rows without label`,
    ...(leftOut.unknownIds > 0 ? [`${leftOut.unknownIds} labels of unknown ids`] : []),
    ...(inBuffer > 0 ? [`${Math.round(inBuffer / folds.length)} a fold in the buffer`] : []),
  ]
  const lines = nameValueLines([
    ['probe', `${report.probe}, ${report.dimensions} dimensions`],
    ['samples', `${report.samples} (${left.join(', ')})`],
    ['folds', `${folds.length}, ${report.split}`],
    [metricNames[report.metric], `${scoreText(report.mean)} +- ${scoreText(report.std)} over the folds`],
    ...scoreLines(scores),
    ['seconds', report.seconds.toFixed(1)],
  ])
  const curve = (report.learningCurve ?? []).map(
    ({ train, mean, std }) =>
      `${String(Math.round(train)).padStart(8)} training rows  ${scoreText(mean)} +- ${scoreText(std)}`,
  )
  return [lines, ...curve].join('\n')
}

type Scores = ProbeReport['scores']

function scoreLines(scores: Scores): (readonly [string, string])[] {
  const interval = ({ low, high }: { low: number; high: number }) => `${scoreText(low)} to ${scoreText(high)} (95 %)`
  if (scores.kind === 'numbers') {
    return [
      ['all folds', `R2 ${scoreText(scores.r2)}, ${interval(scores.r2Interval)}`],
      ['errors', `mean ${scores.mae.toPrecision(4)}, root mean square ${scores.rmse.toPrecision(4)}`],
    ]
  }
  const calibration =
    scores.calibration === null ? [] : [['calibration', `error ${scoreText(scores.calibration.error)}`] as const]
  if (scores.kind === 'labels') {
    return [
      ['all folds', `macro F1 ${scoreText(scores.macroF1)}, ${interval(scores.macroF1Interval)}`],
      ['ROC-AUC', scoreText(scores.rocAuc)],
      ...calibration,
      ...scores.perLabel.map(({ name, f1, support }) => [name, `F1 ${scoreText(f1)}, ${support} samples`] as const),
    ]
  }
  return [
    ['all folds', `accuracy ${scoreText(scores.accuracy)}, ${interval(scores.accuracyInterval)}`],
    ['macro F1', scoreText(scores.macroF1)],
    ['ROC-AUC', scoreText(scores.rocAuc)],
    ...calibration,
    ...scores.perClass.map(({ name, f1, precision, recall, support }) => {
      const parts = `precision ${scoreText(precision)}, recall ${scoreText(recall)}, ${support} samples`
      return [name, `F1 ${scoreText(f1)}, ${parts}`] as const
    }),
  ]
}

function scoreText(value: number | null): string {
  return value === null ? '-' : value.toFixed(3)
}
