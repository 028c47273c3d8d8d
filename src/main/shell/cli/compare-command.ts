import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { CompareReport } from '../../../shared/contract.ts'
import { writeOutputFile } from '../../bytes/output-file.ts'
import { type CliContext, type Finding, jsonOption, nameValueLines, printFinding } from './context.ts'
import { wholeBetween } from './parse-values.ts'
import { runJob, setPath, withEngine } from './with-engine.ts'

interface CompareArguments {
  readonly by: 'fragment' | 'place'
  readonly shared?: boolean
  readonly k: number
  readonly rows: number
  readonly seed: number
  readonly perPlace?: string
}

const help = `
Rows are joined by grid cell, product, fragment row and column (--by place: without the product, for other sensors or dates) and must
show the same pixel window. A row without a partner is an error with the counts, unless --shared is given.

Prints {linearCka, overlap, overlapByChance, mutualPairs, k, joined, compared, a, b, ...}; a and b hold the shape of each set:
participationRatio, effectiveRank, intrinsicDimension (TwoNN), meanPairwiseCosine.

Example:
  ground-control compare dinov2.parquet siglip.parquet --by place --shared`

export function addCompareCommand(program: Command, context: CliContext): void {
  jsonOption(program.command('compare'))
    .description('how much two sets of the same ground have in common')
    .argument('<a>', 'embeddings Parquet, or sample-planet')
    .argument('<b>', 'embeddings Parquet of the same fragments')
    .addOption(
      new Option('--by <key>', 'what joins rows: the fragment of a product, or the place alone')
        .choices(['fragment', 'place'])
        .default('fragment'),
    )
    .option('--shared', 'compare the rows that both have')
    .option('--k <n>', 'neighbours that make a neighbourhood', wholeBetween(1, 1000), 10)
    .option('--rows <n>', 'draw so many of more joined rows', wholeBetween(3, 200_000), 10_000)
    .option('--seed <n>', 'of the draw', wholeBetween(0, 2 ** 32 - 1), 42)
    .option('--per-place <file.csv>', 'write the overlap of every place')
    .addHelpText('after', help)
    .action((a: string, b: string, options: CompareArguments, command: Command) =>
      printFinding(command, context, () => compare([a, b], options, context)),
    )
}

async function compare(
  [a, b]: readonly [string, string],
  options: CompareArguments,
  context: CliContext,
): Promise<Finding> {
  const { by, k, rows, seed, perPlace } = options
  const request = { a: setPath(a), b: setPath(b), by, k, rows, seed, sharedOnly: options.shared === true }
  const { places, ...report } = await withEngine((host) =>
    runJob<CompareReport>(host, context, () => host.engine.compare({ ...request, perPlace: perPlace !== undefined })),
  )
  for (const warning of report.warnings) context.err(`warning: ${warning}\n`)
  if (perPlace !== undefined) {
    const lines = (places ?? []).map(({ rowA, rowB, gridCell, lat, lon, overlap }) =>
      [rowA, rowB, gridCell, lat ?? '', lon ?? '', overlap].join(','),
    )
    const text = `row_a,row_b,grid_cell,lat,lon,overlap\n${lines.join('\n')}\n`
    await writeOutputFile(resolve(perPlace), (file) => file.writeFile(text), { signal: context.signal })
  }
  return { json: report, text: reportText(report) }
}

function reportText(report: Omit<CompareReport, 'places'>): string {
  const { joined, usable, compared, k } = report
  const common = nameValueLines([
    ['rows', `${joined} joined, ${usable} usable, ${compared} compared`],
    ['linear CKA', valueText(report.linearCka)],
    [`overlap@${k}`, `${valueText(report.overlap)} (by chance ${valueText(report.overlapByChance)})`],
    ['mutual pairs', `${valueText(report.mutualPairs)} of those in either`],
    ['seconds', report.seconds.toFixed(1)],
  ])
  const head = ['dimensions', 'participation', 'effective rank', 'TwoNN', 'mean cosine']
    .map((text) => text.padStart(16))
    .join('')
  const lines = [report.a, report.b].map(
    ({ set, dimensions, participationRatio, effectiveRank, intrinsicDimension, meanPairwiseCosine }) => {
      const shape = [participationRatio, effectiveRank, intrinsicDimension].map((value) => value?.toFixed(1) ?? '-')
      return `${[String(dimensions), ...shape, valueText(meanPairwiseCosine)].map((text) => text.padStart(16)).join('')}  ${set}`
    },
  )
  return [common, '', head, ...lines].join('\n')
}

function valueText(value: number | null): string {
  return value === null ? '-' : value.toFixed(4)
}
