import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { VerifyReport, VerifyRequest } from '../../../shared/contract.ts'
import { cosineHistogram, cosineText } from '../../../shared/cosines.ts'
import { writeOutputFile } from '../../bytes/output-file.ts'
import { plotOfCosines } from '../../verification/cosine-plot.ts'
import { histogramEdges, histogramText } from '../../verification/histogram-text.ts'
import { type CliContext, type Finding, jsonOption, nameValueLines, printFinding } from './context.ts'
import { commaList, wholeBetween } from './parse-values.ts'
import { runJob, withEngine } from './with-engine.ts'

interface VerifyArguments {
  readonly published: string
  readonly images: readonly string[]
  readonly card?: string
  readonly weights?: string
  readonly bands?: readonly string[]
  readonly unit?: NonNullable<VerifyRequest['unit']>
  readonly radiometricOffset: 'auto' | '0' | '-1000'
  readonly device: 'auto' | 'cuda' | 'webgpu' | 'cpu'
  readonly cells: number
  readonly plot?: string
}

const help = `
Embeds some cells of the published file again and compares the vectors by cosine, under hypotheses: every recipe of the card,
fragment orders, flips, orders of the bands, values x 255, / 255, divided by 10000 twice or offset by 1000, and the other ways to
run the network that the card names. Rows and images are joined by grid_cell, product_id and pixel_bbox.

Prints {verdict, hypotheses, others, unrelatedCosine, cells, fragments, geometry, precision, ...}; exit code 0 whatever the verdict.

Example:
  ground-control models verify rcf-64 --published embeddings/part_00001.parquet --images core/part_00001.parquet --plot cosines.svg`

export function addVerifyCommand(models: Command, context: CliContext): void {
  jsonOption(models.command('verify'))
    .description('how the vectors of a published file were made')
    .argument('<model>', 'id of the model, a card (.json) or a network (.onnx, with --card)')
    .requiredOption('--published <file>', 'embeddings Parquet in the layout of the standard')
    .requiredOption('--images <files...>', 'the Core parts that it was made from, or some of them')
    .option('--card <file>', 'card of the network')
    .option('--weights <file>', 'weights for the other ways to run the network, when they were not fetched')
    .option('--bands <list>', 'bands of the images in the order of the model, with commas', commaList)
    .addOption(
      new Option('--unit <unit>', 'unit of the pixel values; otherwise as embed tells it').choices([
        ...['reflectance-1e4', '0-1', 'linear', 'db', 'u8'],
      ]),
    )
    .addOption(
      new Option('--radiometric-offset <offset>', 'added to Sentinel-2 values; auto tells it as embed does')
        .choices(['auto', '0', '-1000'])
        .default('auto'),
    )
    .addOption(
      new Option('--device <device>', 'where the network runs')
        .choices(['auto', 'cuda', 'webgpu', 'cpu'])
        .default('auto'),
    )
    .option('--cells <n>', 'the most cells to compare', wholeBetween(1, 200), 8)
    .option('--plot <file.svg>', 'draw the distributions of the cosines', svgPath)
    .addHelpText('after', help)
    .action((model: string, options: VerifyArguments, command: Command) =>
      printFinding(command, context, () => verify(model, options, context)),
    )
}

function svgPath(text: string): string {
  if (text.toLowerCase().endsWith('.svg')) return text
  throw new InvalidArgumentError(`expected a file that ends in .svg, got "${text}"`)
}

async function verify(model: string, options: VerifyArguments, context: CliContext): Promise<Finding> {
  const report = await withEngine((host) =>
    runJob<VerifyReport>(host, context, () => host.engine.verify(requestOf(model, options))),
  )
  for (const warning of report.warnings) context.err(`warning: ${warning}\n`)
  if (options.plot !== undefined) {
    const picture = plotOfCosines(report)
    await writeOutputFile(resolve(options.plot), (file) => file.writeFile(picture), { signal: context.signal })
  }
  return { json: report, text: reportText(report) }
}

function requestOf(model: string, options: VerifyArguments): VerifyRequest {
  const { published, images, card, weights, bands, unit, radiometricOffset, device, cells } = options
  return {
    model: existsSync(model) ? resolve(model) : model,
    published: resolve(published),
    images: images.map((image) => resolve(image)),
    radiometricOffset: radiometricOffset === 'auto' ? 'auto' : (Number(radiometricOffset) as 0 | -1000),
    ...{ device, cells },
    ...(card === undefined ? {} : { card: resolve(card) }),
    ...(weights === undefined ? {} : { weights: resolve(weights) }),
    ...(bands === undefined ? {} : { bands: [...bands] }),
    ...(unit === undefined ? {} : { unit }),
  }
}

const precisionText: Readonly<Record<VerifyReport['precision'], string>> = {
  float32: 'float32',
  float16: 'float16 (rounded; a cosine hardly notices)',
  integers: 'whole numbers (rounded; a cosine hardly notices)',
}

function reportText(report: VerifyReport): string {
  const { cells, provider, providerReason } = report
  const facts = nameValueLines([
    ['model', report.model],
    [
      'cells',
      `${cells.published} published, ${cells.images} images, ${cells.shared} in both, ${cells.compared} compared`,
    ],
    ['fragments', `${report.fragments} compared, ${report.coarseFragments} of them under every hypothesis`],
    ['geometry', report.geometry],
    ['values', precisionText[report.precision]],
    ['unrelated', `${cosineText(report.unrelatedCosine)} mean cosine of different fragments`],
    ['provider', providerReason === undefined ? provider : `${provider} (${providerReason})`],
    ['seconds', report.seconds.toFixed(1)],
  ])
  const head = ['mean', 'median', 'p5', 'p95', 'digits'].map((name) => name.padStart(cosineWidth)).join('')
  const lines = report.hypotheses.map((one) => {
    const cosines = [one.mean, one.median, one.p5, one.p95].map((x) => x.toFixed(6))
    const numbers = [...cosines, one.digits.toFixed(1)].map((text) => text.padStart(cosineWidth)).join('')
    return `${numbers}  ${histogramText(cosineHistogram(one.cosines))}  ${one.name}`
  })
  const tried = `${report.others.length} other hypotheses fit worse on the first ${report.coarseFragments} fragments`
  return [facts, '', `${head}  ${histogramEdges}  hypothesis`, ...lines, '', tried, '', report.verdict.sentence].join(
    '\n',
  )
}

const cosineWidth = 10
