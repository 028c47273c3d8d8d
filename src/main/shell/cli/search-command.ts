import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type {
  CallInput,
  ImageQuery,
  ImageQueryRequest,
  SearchAnswer,
  SearchCheck,
  SearchHit,
  SetSummary,
} from '../../../shared/contract.ts'
import type { EngineHost } from '../../engine.ts'
import { rowAtPlace, rowOfUniqueId } from './choose-rows.ts'
import { type CliContext, jsonOption, printFinding } from './context.ts'
import { parseSelection } from './export-command.ts'
import {
  bboxOf,
  bboxPart,
  commaList,
  isoTime,
  numberBetween,
  repeated,
  weightedRow,
  wholeBetween,
} from './parse-values.ts'
import { readCellsFile, readPolygonFile, readQueriesFile, textOf } from './search-files.ts'
import { openSet, runJob, withEngine } from './with-engine.ts'

interface SearchArguments {
  readonly row?: number
  readonly uniqueId?: string
  readonly lat?: number
  readonly lon?: number
  readonly image?: string
  readonly model?: string
  readonly card?: string
  readonly recipe?: string
  readonly bands?: readonly string[]
  readonly unit?: NonNullable<ImageQueryRequest['unit']>
  readonly device: 'auto' | 'cuda' | 'webgpu' | 'cpu'
  readonly queries?: string
  readonly positive?: readonly WeightedRow[]
  readonly negative?: readonly WeightedRow[]
  readonly topK: number
  readonly bbox?: readonly number[]
  readonly from?: string
  readonly to?: string
  readonly polygon?: string
  readonly cells?: string
  readonly rows?: string
  readonly onePerCell?: boolean
  readonly mergeOverlapping?: boolean
  readonly apartKm?: number
  readonly where?: string
  readonly combine: NonNullable<CallInput<'search'>['combine']>
  readonly metric: SearchAnswer['metric']
  readonly includeExamples?: boolean
  readonly exact?: boolean
  readonly verify?: boolean
}

type WeightedRow = ReturnType<typeof weightedRow>

/** An answer as it is printed: with its query, and what a check said of it. */
type PrintedAnswer = SearchAnswer & { readonly check?: SearchCheck; readonly query: object }

const rowNumber = wholeBetween(0, Number.MAX_SAFE_INTEGER)

export function addSearchCommand(program: Command, context: CliContext): void {
  jsonOption(program.command('search'))
    .description('the rows of an embeddings file that look most like examples')
    .argument('<file>', 'embeddings Parquet, or sample-planet')
    .option('--row <n>', 'example: a row of the file, counted from 0', rowNumber)
    .option('--unique-id <id>', 'example: the row with this unique_id')
    .option('--lat <degrees>', 'example: the row nearest to a place (with --lon)', numberBetween(-90, 90))
    .option('--lon <degrees>', 'longitude of that place', numberBetween(-360, 360))
    .option('--image <file>', 'example: an image that is embedded with the model of the set')
    .option(
      '--model <model>',
      'with --image: id of a model, a card or a network; absent: the model that the file names',
    )
    .option('--card <file>', 'with --image: card of the network')
    .option('--recipe <name>', 'with --image: a recipe of the card; absent: the one that the file was made with')
    .option('--bands <list>', 'with --image: its bands in the order of the model, with commas', commaList)
    .addOption(
      new Option('--unit <unit>', 'with --image: unit of its pixel values, otherwise as embed tells it').choices([
        ...['reflectance-1e4', '0-1', 'linear', 'db', 'u8'],
      ]),
    )
    .addOption(
      new Option('--device <device>', 'with --image: where the network runs')
        .choices(['auto', 'cuda', 'webgpu', 'cpu'])
        .default('auto'),
    )
    .option('--queries <file>', 'many queries: a matrix of numpy.save (.npy), or a row number or JSON query a line')
    .option('--positive <n>', 'a further example row, N or N:WEIGHT; may be repeated', repeated(weightedRow))
    .option('--negative <n>', 'a row to keep away from, with N:WEIGHT too; may be repeated', repeated(weightedRow))
    .option('--top-k <n>', 'rows to find', wholeBetween(1, 10_000), 10)
    .option('--bbox <degrees...>', 'only rows in the box WEST SOUTH EAST NORTH', bboxPart)
    .option('--polygon <file>', 'only rows inside the polygons of a GeoJSON file')
    .option('--cells <file>', 'only rows of the grid cells named in a file')
    .option('--rows <file>', 'only these rows: a JSON list, one a line, or what "search --json" printed')
    .option('--where <condition>', 'only rows that pass a condition on the columns (docs/selection.md)')
    .option('--from <date>', 'only rows of this date or later', isoTime)
    .option('--to <date>', 'only rows of this date or earlier', isoTime)
    .option('--one-per-cell', 'only the best row of each grid cell')
    .option('--merge-overlapping', 'leave out rows whose outline overlaps that of a better one')
    .option('--apart-km <km>', 'no two rows nearer to each other than this', numberBetween(0.001, 20_100))
    .addOption(
      new Option('--combine <how>', 'several examples: their weighted mean, the best of each, or for minus against')
        .choices(['mean', 'max', 'difference'])
        .default('mean'),
    )
    .addOption(
      new Option('--metric <metric>', 'how alike is measured')
        .choices(['cosine', 'cosine-centred', 'l2', 'whitened'])
        .default('cosine'),
    )
    .option('--include-examples', 'let the examples themselves be found')
    .option('--exact', 'compare every row')
    .option('--verify', 'compare every row afterwards and say whether the answer lacks any')
    .addHelpText(
      'after',
      '\nPrints {hits: [{row, uniqueId, similarity or (l2) distance, percentile, gridCell, lat, lon, timestamp}], exact, recall}, best first;\nwith --queries {answers: [...]} in the order of the file. Example:\n  ground-control search sample-planet --lat 24.5 --lon 30.2 --top-k 5\n  ground-control search sample-planet --image chip.tif --unit reflectance-1e4',
    )
    .action((file: string, options: SearchArguments, command: Command) =>
      printFinding(command, context, async () => {
        requireUsable(options)
        return withEngine(async (host) => {
          const set = await openSet(host, context, file)
          if (options.queries !== undefined) {
            const answers = await searchMany(host, context, { set, options, queries: options.queries })
            return { json: { answers }, text: answers.map(numberedText).join('\n\n') }
          }
          const answer = await searchSet(host, context, { set, options })
          return { json: answer, text: answerText(answer) }
        })
      }),
    )
}

function requireUsable(options: SearchArguments): void {
  const { row, uniqueId, lat, lon, image, queries, positive, negative, bbox } = options
  if (bbox !== undefined) bboxOf(bbox)
  if ((lat === undefined) !== (lon === undefined))
    throw new InvalidArgumentError('search: expected --lat and --lon together, got one of them')
  if (queries !== undefined) {
    const other = row ?? uniqueId ?? lat ?? image ?? positive ?? negative
    if (other === undefined) return
    throw new InvalidArgumentError('search: expected --queries or one query, got both; put all of them into the file')
  }
  if (image !== undefined) {
    const other = row ?? uniqueId ?? lat ?? positive ?? negative
    if (other === undefined) return
    throw new InvalidArgumentError('search: expected --image or examples of the file, got both; search for one of them')
  }
  if (row ?? uniqueId ?? lat ?? positive) return
  if (row === 0 || lat === 0) return
  throw new InvalidArgumentError(
    'search: expected an example, got none; give --row, --unique-id, --lat with --lon, --image, --queries, or --positive',
  )
}

/** The answer with the query that it answers, so that an export of its rows can carry it. */
async function searchSet(
  host: EngineHost,
  context: CliContext,
  { set, options }: { readonly set: SetSummary; readonly options: SearchArguments },
) {
  const { row, uniqueId, lat, lon, positive = [], negative = [] } = options
  const examples = [
    ...(row === undefined ? [] : [row]),
    ...(uniqueId === undefined ? [] : [await rowOfUniqueId(set.path, uniqueId)]),
    ...(lat === undefined || lon === undefined ? [] : [await rowAtPlace(host, set.setId, { lat, lon })]),
  ]
  const found = options.image === undefined ? undefined : await embedImage(host, context, { set, options })
  const { vector, ...image } = found ?? {}
  const query = {
    ...(await querySettings(options)),
    rows: [
      ...examples.map((each) => ({ row: each, weight: 1 })),
      ...positive,
      ...negative.map((each) => ({ row: each.row, weight: -each.weight })),
    ],
    ...(vector === undefined ? {} : { vector }),
  }
  const answer = await answerOf(host, context, { set, query, options })
  return found === undefined ? answer : { ...answer, query: { ...answer.query, image } }
}

/** Every query of a file, one after the other. */
async function searchMany(
  host: EngineHost,
  context: CliContext,
  { set, options, queries }: { readonly set: SetSummary; readonly options: SearchArguments; readonly queries: string },
): Promise<PrintedAnswer[]> {
  const settings = await querySettings(options)
  const answers: PrintedAnswer[] = []
  for (const { uniqueId, rows = [], vector } of await readQueriesFile(queries)) {
    const own = uniqueId === undefined ? [] : [{ row: await rowOfUniqueId(set.path, uniqueId), weight: 1 }]
    const query = { ...settings, rows: [...own, ...rows], ...(vector === undefined ? {} : { vector: [...vector] }) }
    answers.push(await answerOf(host, context, { set, query, options }))
  }
  return answers
}

/** What holds for every query of a command. */
async function querySettings(options: SearchArguments) {
  const { bbox, polygon, cells, rows, from, to, topK, metric, where, apartKm, combine } = options
  return {
    ...{ topK, metric },
    ...(combine === 'mean' ? {} : { combine }),
    ...(where === undefined ? {} : { where }),
    ...(apartKm === undefined ? {} : { apartKm }),
    onePerCell: options.onePerCell === true,
    excludeExamples: options.includeExamples !== true,
    ...(options.mergeOverlapping ? { mergeOverlapping: true } : {}),
    ...(options.exact ? { exact: true } : {}),
    ...(bbox === undefined ? {} : { bbox: bboxOf(bbox) }),
    ...(polygon === undefined ? {} : { polygon: await readPolygonFile(polygon) }),
    ...(cells === undefined ? {} : { cells: await readCellsFile(cells) }),
    ...(rows === undefined ? {} : { onlyRows: parseSelection(await textOf(rows), rows).rows }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
}

async function answerOf(
  host: EngineHost,
  context: CliContext,
  {
    set,
    query,
    options,
  }: {
    readonly set: SetSummary
    readonly query: Omit<CallInput<'search'>, 'setId'>
    readonly options: SearchArguments
  },
): Promise<PrintedAnswer> {
  context.signal.throwIfAborted()
  const asked = { setId: set.setId, ...query }
  const answer = await host.engine.search(asked)
  const check =
    options.verify &&
    (await runJob<SearchCheck>(host, context, () =>
      host.engine.checkSearch({ query: asked, hits: answer.hits.map(({ row }) => row) }),
    ))
  return {
    ...answer,
    hits: answer.hits.map(withoutPicture),
    ...(check ? { check: { ...check, missed: check.missed.map(withoutPicture) } } : {}),
    query: { file: basename(set.path), ...query },
  }
}

/** A picture has its address in a window only. */
function withoutPicture({ thumbnailUrl: _, ...hit }: SearchHit): SearchHit {
  return hit
}

/** What an export can tell of an image query: everything but the place of its file. */
async function embedImage(
  host: EngineHost,
  context: CliContext,
  { set, options }: { readonly set: SetSummary; readonly options: SearchArguments },
) {
  const { image = '', model = set.model, card, recipe, bands, unit, device } = options
  if (model === undefined) {
    throw new InvalidArgumentError(
      `search: expected --model with --image, got none; ${basename(set.path)} does not say which model made it`,
    )
  }
  const request: ImageQueryRequest = {
    ...{ setId: set.setId, image: resolve(image), device },
    model: existsSync(model) ? resolve(model) : model,
    ...(card === undefined ? {} : { card: resolve(card) }),
    ...(recipe === undefined ? {} : { recipe }),
    ...(bands === undefined ? {} : { bands: [...bands] }),
    ...(unit === undefined ? {} : { unit }),
  }
  const { warnings, ...found } = await runJob<ImageQuery>(host, context, () => host.engine.embedImage(request))
  for (const warning of warnings) context.err(`warning: ${warning}\n`)
  return { file: basename(image), ...found }
}

function numberedText(answer: PrintedAnswer, index: number): string {
  return `query ${index + 1}\n${answerText(answer)}`
}

function answerText({ hits, compared, tookMs, exact, recall, measured, note, check }: PrintedAnswer): string {
  const how = exact
    ? `every row compared${note === undefined ? '' : ` (${note})`}`
    : `recall ${recall.toFixed(4)} on average, ${measured?.worst.toFixed(2)} at worst`
  return [
    ...hits.map(hitText),
    `${hits.length} of ${compared} rows, ${how}, ${tookMs.toFixed(0)} ms`,
    ...(check === undefined ? [] : [checkText(check)]),
  ].join('\n')
}

function hitText({
  row,
  similarity,
  distance,
  percentile,
  gridCell = '',
  lat,
  lon,
  timestamp = '',
}: SearchHit): string {
  const likeness = distance === undefined ? similarity?.toFixed(4) : `L2 distance ${distance.toFixed(4)}`
  const share = percentile === undefined ? '' : `${percentile.toFixed(2)} %`
  const place = lat === undefined || lon === undefined ? '' : `${lat.toFixed(4)} ${lon.toFixed(4)}`
  return `${likeness}  ${share.padStart(8)}  row ${String(row).padEnd(8)} ${gridCell.padEnd(14)} ${place.padEnd(20)} ${timestamp}`.trimEnd()
}

function checkText({ verified, missed, compared }: SearchCheck): string {
  if (verified) return `verified: all ${compared} rows were compared, none is missing`
  return [`${missed.length} rows are missing:`, ...missed.map(hitText)].join('\n')
}
