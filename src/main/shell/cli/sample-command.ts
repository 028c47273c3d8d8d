import { join, resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { readModelCard } from '../../models/read-card.ts'
import { writeSampleCore, writeSampleScene } from '../../sample/imagery-files.ts'
import { makeSample, makeShippedSample, type SampleOptions, type SampleProgress } from '../../sample/make-sample.ts'
import { applicationVersion, resourcesDir } from '../surroundings.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { wholeBetween } from './parse-values.ts'
import { createProgressLine } from './progress-line.ts'

interface SampleArguments {
  readonly out: string
  readonly cells?: number | 'all'
  readonly fragments: '1' | '9' | '25'
  readonly patchPx?: number
  readonly threads?: number
  readonly resume?: boolean
  readonly scene?: string
  readonly sizeKm: number
  readonly core?: string
}

export function addSampleCommand(program: Command, context: CliContext): void {
  jsonOption(program.command('sample'))
    .description('embeddings of a synthetic world with known answers')
    .requiredOption('--out <path>', 'folder for the files; the file itself with --scene and --core')
    .option(
      '--cells <n|all>',
      'land cells of the 10 km grid, spread evenly; without it the sample planet that is shipped',
      cellCount,
    )
    .addOption(
      new Option('--fragments <n>', 'fragments of each cell, from its centre').choices(['1', '9', '25']).default('1'),
    )
    .option(
      '--patch-px <px>',
      'side of the image patch that stands for a fragment; smaller is faster',
      wholeBetween(8, 1068),
    )
    .option('--threads <n>', 'threads to use; all processors when absent', wholeBetween(1, 256))
    .option('--resume', 'keep parts that are already in the folder')
    .option('--scene <cell>', 'instead: imagery of the planet round a cell, a 13-band GeoTIFF called --out')
    .option('--size-km <km>', 'side of the scene; from 24 km on it holds whole cells', wholeBetween(1, 60), 30)
    .option('--core <cells>', 'instead: imagery of cells (comma-separated) as a Core part called --out')
    .addHelpText(
      'after',
      `
Without --cells: sample-planet.parquet and truth.parquet, as shipped. With --cells: part_00001.parquet and on, which --resume
continues after a cancelled run. Nothing in these files is a picture of the Earth; they say so in their provenance.`,
    )
    .action((options: SampleArguments, command: Command) =>
      printFinding(command, context, async () => {
        const report = await make(options, context)
        return { json: report, text: nameValueLines(Object.entries(report)) }
      }),
    )
}

async function make(options: SampleArguments, context: CliContext): Promise<object> {
  const { cells, fragments, out, patchPx, threads, resume, scene, core, sizeKm } = options
  const { signal } = context
  if (scene !== undefined) return writeSampleScene({ gridCell: scene, sizeKm, path: resolve(out), signal })
  if (core !== undefined) return writeSampleCore({ gridCells: core.split(','), path: resolve(out), signal })
  const line = createProgressLine(context)
  const started = Date.now()
  const common = {
    out: resolve(out),
    appVersion: applicationVersion(),
    card: await readModelCard('rcf-64', [join(resourcesDir(), 'models')]),
    patchPx,
    threads,
    resume,
    signal,
    onProgress: (progress: SampleProgress) => line.show(jobOf(progress, started)),
  } satisfies Omit<SampleOptions, 'cells' | 'fragments'>
  try {
    if (cells === undefined) return { out: common.out, ...(await makeShippedSample(common)) }
    return await makeSample({ ...common, cells, fragments: Number(fragments) as 1 | 9 | 25 })
  } finally {
    line.clear()
  }
}

/** Progress in the form that every other long command shows. */
function jobOf({ stage, done, total }: SampleProgress, startedMs: number) {
  const seconds = (Date.now() - startedMs) / 1000
  const rate = done > 0 && seconds > 2 ? done / seconds : undefined
  return {
    title: 'Sample',
    stage,
    done,
    unit: 'cells',
    ...(total > 0 ? { total } : {}),
    ...(rate === undefined ? {} : { ratePerSecond: rate, secondsLeft: (total - done) / rate }),
  }
}

function cellCount(text: string): number | 'all' {
  if (text === 'all') return 'all'
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= 3_000_000) return count
  throw new InvalidArgumentError(`expected a number of cells or "all", got "${text}"`)
}
