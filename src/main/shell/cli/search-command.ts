import { basename } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { SearchAnswer, SetSummary } from '../../../shared/contract.ts'
import type { EngineHost } from '../../engine.ts'
import { rowAtPlace, rowOfUniqueId } from './choose-rows.ts'
import { type CliContext, jsonOption, printFinding } from './context.ts'
import { bboxOf, bboxPart, isoTime, numberBetween, repeated, wholeBetween } from './parse-values.ts'
import { openSet, withEngine } from './with-engine.ts'

interface SearchArguments {
  readonly row?: number
  readonly uniqueId?: string
  readonly lat?: number
  readonly lon?: number
  readonly positive?: readonly number[]
  readonly negative?: readonly number[]
  readonly topK: number
  readonly bbox?: readonly number[]
  readonly from?: string
  readonly to?: string
  readonly onePerCell?: boolean
  readonly metric: 'cosine' | 'cosine-centred' | 'l2'
  readonly includeExamples?: boolean
}

const rowNumber = wholeBetween(0, Number.MAX_SAFE_INTEGER)

export function addSearchCommand(program: Command, context: CliContext): void {
  jsonOption(program.command('search'))
    .description('the rows of an embeddings file that look most like examples')
    .argument('<file>', 'embeddings Parquet, or sample-planet')
    .option('--row <n>', 'example: a row of the file, counted from 0', rowNumber)
    .option('--unique-id <id>', 'example: the row with this unique_id')
    .option('--lat <degrees>', 'example: the row nearest to a place (with --lon)', numberBetween(-90, 90))
    .option('--lon <degrees>', 'longitude of that place', numberBetween(-360, 360))
    .option('--positive <n>', 'a further example row; may be repeated', repeated(rowNumber))
    .option('--negative <n>', 'a row to keep away from; may be repeated', repeated(rowNumber))
    .option('--top-k <n>', 'rows to find', wholeBetween(1, 10_000), 10)
    .option('--bbox <degrees...>', 'only rows in the box WEST SOUTH EAST NORTH', bboxPart)
    .option('--from <date>', 'only rows of this date or later', isoTime)
    .option('--to <date>', 'only rows of this date or earlier', isoTime)
    .option('--one-per-cell', 'only the best row of each grid cell')
    .addOption(
      new Option('--metric <metric>', 'how alike is measured')
        .choices(['cosine', 'cosine-centred', 'l2'])
        .default('cosine'),
    )
    .option('--include-examples', 'let the examples themselves be found')
    .option('--exact', 'compare every row; every search is exact so far')
    .addHelpText(
      'after',
      '\nPrints {hits: [{row, uniqueId, similarity or (l2) distance, gridCell, lat, lon, timestamp}], exact, recall}, best first. Example:\n  ground-control search sample-planet --lat 24.5 --lon 30.2 --top-k 5',
    )
    .action((file: string, options: SearchArguments, command: Command) =>
      printFinding(command, context, async () => {
        requireUsable(options)
        const answer = await withEngine(async (host) => {
          const set = await openSet(host, context, file)
          return searchSet(host, set, options)
        })
        return { json: answer, text: answerText(answer) }
      }),
    )
}

function requireUsable({ row, uniqueId, lat, lon, positive, bbox }: SearchArguments): void {
  if (bbox !== undefined) bboxOf(bbox)
  if ((lat === undefined) !== (lon === undefined))
    throw new InvalidArgumentError('search: expected --lat and --lon together, got one of them')
  if (row ?? uniqueId ?? lat ?? positive) return
  if (row === 0 || lat === 0) return
  throw new InvalidArgumentError(
    'search: expected an example, got none; give --row, --unique-id, --lat with --lon, or --positive',
  )
}

/** The answer with the query that it answers, so that an export of its rows can carry it. */
async function searchSet(host: EngineHost, set: SetSummary, options: SearchArguments) {
  const { row, uniqueId, lat, lon, positive = [], negative = [], bbox, from, to } = options
  const examples = [
    ...(row === undefined ? [] : [row]),
    ...(uniqueId === undefined ? [] : [await rowOfUniqueId(set.path, uniqueId)]),
    ...(lat === undefined || lon === undefined ? [] : [await rowAtPlace(host, set.setId, { lat, lon })]),
    ...positive,
  ]
  const query = {
    rows: [
      ...examples.map((each) => ({ row: each, weight: 1 })),
      ...negative.map((each) => ({ row: each, weight: -1 })),
    ],
    topK: options.topK,
    metric: options.metric,
    onePerCell: options.onePerCell === true,
    excludeExamples: options.includeExamples !== true,
    ...(bbox === undefined ? {} : { bbox: bboxOf(bbox) }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
  const answer = await host.engine.search({ setId: set.setId, ...query })
  // a picture has its address in a window only
  const hits = answer.hits.map(({ thumbnailUrl: _, ...hit }) => hit)
  return { ...answer, hits, query: { file: basename(set.path), ...query } }
}

function answerText({ hits, compared, tookMs, exact, recall }: SearchAnswer): string {
  const lines = hits.map(({ row, similarity, distance, gridCell = '', lat, lon, timestamp = '' }) => {
    const likeness = distance === undefined ? similarity?.toFixed(4) : `L2 distance ${distance.toFixed(4)}`
    const place = lat === undefined || lon === undefined ? '' : `${lat.toFixed(4)} ${lon.toFixed(4)}`
    return `${likeness}  row ${String(row).padEnd(8)} ${gridCell.padEnd(14)} ${place.padEnd(20)} ${timestamp}`.trimEnd()
  })
  const how = exact ? 'exact' : `recall ${recall.toFixed(3)}`
  return [...lines, `${hits.length} of ${compared} rows compared, ${how}, ${tookMs.toFixed(0)} ms`].join('\n')
}
