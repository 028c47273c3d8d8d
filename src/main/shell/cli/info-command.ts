import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { FileDescription } from '../../../shared/contract.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { withEngine } from './with-engine.ts'

export function addInfoCommand(program: Command, context: CliContext): void {
  jsonOption(program.command('info'))
    .description('what a file or folder is: embeddings, imagery, a model')
    .argument('<files...>', 'Parquet, GeoTIFF, NumPy, JPEG 2000, picture, ONNX or a folder of them')
    .addHelpText(
      'after',
      '\nPrints [{file, product, candidates, version, kind, rows | width and height, dimensions | bands, dtype, quantisation, model, crs, extent, dates, productId, geometryOrder, licence, attribution, vectorColumns, notes, problems}]; what is not known is left out.\nA file that cannot be read is described too: its problems say why, and the exit code is 1.',
    )
    .action((files: string[], _options: object, command: Command) =>
      printFinding(command, context, async () => {
        const paths = files.map((file) => resolve(file))
        const found = await withEngine((host) => host.engine.describeFiles({ paths }))
        const unreadable = found.filter(({ kind, problems }) => kind === 'unknown' && problems.length > 0)
        for (const { problems } of unreadable) context.err(`error: ${problems[0]}\n`)
        if (unreadable.length > 0) context.setExitCode(1)
        return { json: found, text: found.map(descriptionText).join('\n\n') }
      }),
    )
}

function descriptionText({
  extent,
  dates,
  bands,
  candidates,
  vectorColumns,
  notes = [],
  problems,
  ...rest
}: FileDescription): string {
  const lines = nameValueLines([
    ...Object.entries(rest),
    ['candidates', candidates?.join(', ')],
    ['vectorColumns', vectorColumns?.join(', ')],
    ['bands', bands && bandsText(bands)],
    ['extent', extent?.join(' ')],
    ['dates', dates && (dates.first === dates.last ? dates.first : `${dates.first} to ${dates.last}`)],
  ])
  return [lines, ...notes.map((note) => `note: ${note}`), ...problems.map((problem) => `problem: ${problem}`)].join(
    '\n',
  )
}

function bandsText(bands: NonNullable<FileDescription['bands']>): string {
  if (bands.length > 16) return `${bands.length}, ${bands[0]!.name} to ${bands.at(-1)!.name}`
  return bands.map(({ name, gsdMeters }) => (gsdMeters === undefined ? name : `${name} ${gsdMeters} m`)).join(', ')
}
