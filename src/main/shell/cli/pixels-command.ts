import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { PixelExportReport } from '../../../shared/contract.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { wholeBetween } from './parse-values.ts'
import { runJob, withEngine } from './with-engine.ts'

interface PixelsArguments {
  readonly out: string
  readonly every: number
  readonly window?: readonly string[]
  readonly similarTo?: readonly string[]
}

const help = `
Rows and columns count from the north-west corner, whatever the direction of the file.
Prints {path, rows} of a table, {path, width, height} of an image.

Examples:
  ground-control pixels tile.tiff --window 0 0 512 512 --out pixels.parquet
  ground-control pixels tile.tiff --every 16 --out sampled.parquet
  ground-control pixels tile.tiff --similar-to 100 240 --out similarity.tif`

export function addPixelsCommand(program: Command, context: CliContext): void {
  jsonOption(program.command('pixels'))
    .description('pixels of an image of embeddings as a table, or their similarity to one as a GeoTIFF')
    .argument('<file>', 'AlphaEarth, TESSERA, ESD, Presto, Copernicus-Embed or another image of embeddings')
    .requiredOption('--out <file>', 'SET.parquet, or SIMILARITY.tif with --similar-to')
    .option('--window <px...>', 'row0 col0 row1 col1, half-open')
    .option('--every <n>', 'every n-th pixel in both directions', wholeBetween(1, 100_000), 1)
    .option('--similar-to <px...>', 'row and column of a pixel')
    .addHelpText('after', help)
    .action((file: string, options: PixelsArguments, command: Command) =>
      printFinding(command, context, async () => {
        const { every, window, similarTo, out } = options
        const numbers = (values: readonly string[] | undefined, names: string) => parseNumbers(command, values, names)
        const [row0, col0, row1, col1] = numbers(window, '--window: row0 col0 row1 col1') ?? []
        const pixel = numbers(similarTo, '--similar-to: row col')
        const request = {
          path: resolve(file),
          out: resolve(out),
          every,
          ...(window === undefined ? {} : { window: { row0: row0!, col0: col0!, row1: row1!, col1: col1! } }),
          ...(pixel === undefined ? {} : { similarTo: [pixel[0]!, pixel[1]!] as [number, number] }),
        }
        const report = await withEngine((host) =>
          runJob<PixelExportReport>(host, context, () => host.engine.exportPixels(request)),
        )
        return { json: report, text: nameValueLines(Object.entries(report)) }
      }),
    )
}

function parseNumbers(command: Command, values: readonly string[] | undefined, what: string): number[] | undefined {
  if (values === undefined) return undefined
  const numbers = values.map(Number)
  const count = what.split(': ')[1]!.split(' ').length
  if (numbers.length === count && numbers.every((value) => Number.isInteger(value) && value >= 0)) return numbers
  return command.error(
    `error: ${what.split(': ')[0]}: expected ${count} whole numbers (${what.split(': ')[1]}), got "${values.join(' ')}"`,
    { exitCode: 2 },
  )
}
