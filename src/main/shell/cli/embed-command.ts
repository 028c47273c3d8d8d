import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { EmbedPlan, EmbedReport, EmbedRequest } from '../../../shared/contract.ts'
import { isCancelled } from '../../../shared/errors.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { commaList, isoTime, shardOf, wholeBetween } from './parse-values.ts'
import { durationText } from './progress-line.ts'
import { runJob, withEngine } from './with-engine.ts'

interface EmbedArguments {
  readonly model: string
  readonly card?: string
  readonly out?: string
  readonly recipe?: string
  readonly extend?: string
  readonly geometry: 'true' | 'as-released'
  readonly bands?: readonly string[]
  readonly resample?: boolean
  readonly unit?: NonNullable<EmbedRequest['unit']>
  readonly radiometricOffset: 'auto' | 0 | -1000
  readonly timestamp?: string
  readonly device: 'auto' | 'cuda' | 'webgpu' | 'cpu'
  readonly precision: 'auto' | 'float32' | 'float16' | 'int8'
  readonly batch?: number
  readonly shard?: { readonly index: number; readonly count: number }
  readonly resume?: boolean
  readonly fractions?: boolean
  readonly dryRun?: boolean
}

const help = `
Inputs: Core Parquet files, GeoTIFFs (scenes, cells, chips), folders of bands, folders of chips, SAFE folders, JPEG and PNG pictures.
A scene larger than a cell is cut on the Major TOM grid. Every input Parquet becomes one part of its name; loose images become
images.parquet. A file appears under its name when it is whole; an interrupted part is kept as NAME.spool for --resume.

Prints {files, rows, cells, skipped, failures, provider, network, precision, recipe, seconds, clipped}; with --dry-run the plan: images, fragments,
estimated seconds, output bytes. Inputs that fail are named; the others are written, and the exit code is 1.

Example:
  ground-control embed part_00001.parquet chips/ --model mobilenet.onnx --card models/mobilenet-v1.json --out embeddings`

export function addEmbedCommand(program: Command, context: CliContext): void {
  jsonOption(program.command('embed'))
    .description('make Major TOM embeddings of imagery with a model')
    .argument('<inputs...>', 'files and folders')
    .requiredOption('--model <model>', 'id of a model, a card (.json) or a network (.onnx, with --card)')
    .option('--out <dir>', 'folder for the GeoParquet parts; a dry run needs none')
    .option('--card <file>', 'card of the network: bands, unit, fragment size, recipe')
    .option('--recipe <name>', 'one of the recipes of the card; the card names the default')
    .option('--extend <file>', 'embeddings Parquet that the new vectors stand beside: its recipe is taken')
    .addOption(
      new Option('--geometry <order>', 'footprints where the pixels are, or in the order of the released files')
        .choices(['true', 'as-released'])
        .default('true'),
    )
    .option('--bands <list>', 'bands of the input in the order of the model, with commas', commaList)
    .option('--resample', 'accept inputs of another pixel size and resample them')
    .addOption(
      new Option(
        '--unit <unit>',
        'unit of the pixel values; otherwise told from metadata or proposed from the values',
      ).choices(['reflectance-1e4', '0-1', 'linear', 'db', 'u8']),
    )
    .addOption(
      new Option(
        '--radiometric-offset <offset>',
        'added to Sentinel-2 values; auto tells it from the product id or metadata',
      )
        .choices(['auto', '0', '-1000'])
        .default('auto'),
    )
    .option('--timestamp <time>', 'date of inputs that carry none', isoTime)
    .addOption(
      new Option('--device <device>', 'where the network runs')
        .choices(['auto', 'cuda', 'webgpu', 'cpu'])
        .default('auto'),
    )
    .addOption(
      new Option('--precision <precision>', 'which of the built networks runs; auto: float16 on GPUs where it is built')
        .choices(['auto', 'float32', 'float16', 'int8'])
        .default('auto'),
    )
    .option('--fractions', 'add the columns cloud_fraction and nodata_fraction of each fragment')
    .option('--batch <n>', 'fragments the network sees at once', wholeBetween(1, 1024))
    .option('--shard <i/n>', 'do only the i-th of n parts of the inputs', shardOf)
    .option('--resume', 'keep finished parts, and go on with one that was interrupted')
    .option('--dry-run', 'say what would be done, write nothing')
    .addHelpText('after', help)
    .action((inputs: string[], options: EmbedArguments, command: Command) =>
      printFinding(command, context, () =>
        options.dryRun === true ? planOnly(inputs, options, context) : embed(inputs, options, context),
      ),
    )
}

async function planOnly(inputs: readonly string[], options: EmbedArguments, context: CliContext) {
  const plan = await withEngine((host) =>
    runJob<EmbedPlan>(host, context, () => host.engine.planEmbed(requestOf(inputs, options))),
  )
  return { json: plan, text: planText(plan) }
}

async function embed(inputs: readonly string[], options: EmbedArguments, context: CliContext) {
  const { out } = options
  if (out === undefined)
    throw new InvalidArgumentError('embed: expected a folder for the result, got none; give --out DIR, or --dry-run')
  const report = await withEngine((host) =>
    runJob<EmbedReport>(host, context, () => host.engine.embed(requestOf(inputs, options))),
  ).catch((error: unknown) => {
    if (isCancelled(error)) tellWhatIsKept(out, context)
    throw error
  })
  for (const { input, reason } of report.failures)
    context.err(`failed: ${reason.includes(input) ? reason : `${input}: ${reason}`}\n`)
  for (const warning of report.warnings) context.err(`warning: ${warning}\n`)
  if (report.failures.length > 0) {
    context.err(
      `error: embed: expected every input to be embedded, got ${report.failures.length} failed; ${report.rows === 0 ? 'no embeddings are written, only a report that names them (.report.json)' : 'the other rows are written'}\n`,
    )
    context.setExitCode(1)
  }
  return { json: report, text: reportText(report) }
}

function tellWhatIsKept(out: string, context: CliContext): void {
  const spools = existsSync(out) ? readdirSync(out).filter((name) => name.endsWith('.spool')) : []
  if (spools.length > 0) context.err(`embed: what is done is kept in ${resolve(out)}; --resume goes on from there\n`)
}

function requestOf(inputs: readonly string[], options: EmbedArguments): EmbedRequest {
  const { model, card, out, extend, batch, dryRun: _dryRun, bands, radiometricOffset, ...rest } = options
  const { json: _json, ...request } = rest as typeof rest & { json?: boolean }
  return {
    ...request,
    inputs: inputs.map((input) => resolve(input)),
    model: existsSync(model) ? resolve(model) : model,
    radiometricOffset: radiometricOffset === 'auto' ? 'auto' : (Number(radiometricOffset) as 0 | -1000),
    ...(out === undefined ? {} : { out: resolve(out) }),
    ...(extend === undefined ? {} : { extend: resolve(extend) }),
    ...(card === undefined ? {} : { card: resolve(card) }),
    ...(batch === undefined ? {} : { batchSize: batch }),
    ...(bands === undefined ? {} : { bands: [...bands] }),
  }
}

function reportText(report: EmbedReport): string {
  const clipped = report.clipped.map(
    ({ band, low, high, nodata }) => `${band} ${[low, high, nodata].map(percent).join(' / ')}`,
  )
  return nameValueLines([
    ['files', report.files.join(' ')],
    ['rows', report.rows],
    ['cells', report.cells],
    ['skipped', report.skipped.length || undefined],
    ['model', `${report.model}, recipe ${report.recipe}`],
    ['network', report.network === report.model ? undefined : `${report.network} (${report.precision})`],
    ['input', `${report.unit}, offset ${report.radiometricOffset}`],
    [
      'provider',
      report.providerReason === undefined ? report.provider : `${report.provider} (${report.providerReason})`,
    ],
    [
      'seconds',
      `${report.seconds.toFixed(1)}, of which ${report.startSeconds.toFixed(1)} to start and ${report.inferenceSeconds.toFixed(1)} in the network`,
    ],
    ['clipped low / high / nodata', clipped.join('; ') || undefined],
  ])
}

function planText(plan: EmbedPlan): string {
  const lines = nameValueLines([
    ['images', plan.images],
    ['fragments', plan.fragments],
    [
      'time',
      plan.estimatedSeconds === undefined
        ? plan.provider === ''
          ? 'unknown: the model is not on this machine'
          : 'not measured, see the warnings'
        : `about ${durationText(plan.estimatedSeconds)}`,
    ],
    ['output', `${(plan.outputBytes / 1e6).toFixed(1)} MB in ${plan.outputFiles.join(' ')}`],
    ['provider', plan.provider],
    ['network', plan.network],
    ['recipe', plan.recipe],
    ...plan.inputs.map(
      (input) =>
        [
          'input',
          `${input.file}: ${input.images} x ${input.kind}, ${input.unit} (from ${input.unitSource}), offset ${input.radiometricOffset} (from ${input.offsetSource})`,
        ] as const,
    ),
  ])
  return [lines, ...plan.warnings.map((warning) => `warning: ${warning}`)].join('\n')
}

const percent = (fraction: number) => `${(100 * fraction).toFixed(1)} %`
