import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ImageQuery, ImageQueryRequest, SearchAnswer, SetSummary } from '../../../shared/contract.ts'
import type { EngineHost } from '../../engine.ts'
import { rowAtPlace, rowOfUniqueId } from './choose-rows.ts'
import { type CliContext, jsonOption, printFinding } from './context.ts'
import { bboxOf, bboxPart, commaList, isoTime, numberBetween, repeated, wholeBetween } from './parse-values.ts'
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
      '\nPrints {hits: [{row, uniqueId, similarity or (l2) distance, gridCell, lat, lon, timestamp}], exact, recall}, best first. Example:\n  ground-control search sample-planet --lat 24.5 --lon 30.2 --top-k 5\n  ground-control search sample-planet --image chip.tif --unit reflectance-1e4',
    )
    .action((file: string, options: SearchArguments, command: Command) =>
      printFinding(command, context, async () => {
        requireUsable(options)
        const answer = await withEngine(async (host) => {
          const set = await openSet(host, context, file)
          return await searchSet(host, context, { set, options })
        })
        return { json: answer, text: answerText(answer) }
      }),
    )
}

function requireUsable({ row, uniqueId, lat, lon, image, positive, negative, bbox }: SearchArguments): void {
  if (bbox !== undefined) bboxOf(bbox)
  if ((lat === undefined) !== (lon === undefined))
    throw new InvalidArgumentError('search: expected --lat and --lon together, got one of them')
  if (image !== undefined) {
    const other = row ?? uniqueId ?? lat ?? positive ?? negative
    if (other === undefined) return
    throw new InvalidArgumentError('search: expected --image or examples of the file, got both; search for one of them')
  }
  if (row ?? uniqueId ?? lat ?? positive) return
  if (row === 0 || lat === 0) return
  throw new InvalidArgumentError(
    'search: expected an example, got none; give --row, --unique-id, --lat with --lon, --image, or --positive',
  )
}

/** The answer with the query that it answers, so that an export of its rows can carry it. */
async function searchSet(
  host: EngineHost,
  context: CliContext,
  { set, options }: { readonly set: SetSummary; readonly options: SearchArguments },
) {
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
  const found = options.image === undefined ? undefined : await embedImage(host, context, { set, options })
  const { vector: values, ...image } = found ?? {}
  const vector = values === undefined ? {} : { vector: values }
  const answer = await host.engine.search({ setId: set.setId, ...query, ...vector })
  // a picture has its address in a window only
  const hits = answer.hits.map(({ thumbnailUrl: _, ...hit }) => hit)
  return {
    ...answer,
    hits,
    query: { file: basename(set.path), ...query, ...(found === undefined ? {} : { ...vector, image }) },
  }
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

function answerText({ hits, compared, tookMs, exact, recall }: SearchAnswer): string {
  const lines = hits.map(({ row, similarity, distance, gridCell = '', lat, lon, timestamp = '' }) => {
    const likeness = distance === undefined ? similarity?.toFixed(4) : `L2 distance ${distance.toFixed(4)}`
    const place = lat === undefined || lon === undefined ? '' : `${lat.toFixed(4)} ${lon.toFixed(4)}`
    return `${likeness}  row ${String(row).padEnd(8)} ${gridCell.padEnd(14)} ${place.padEnd(20)} ${timestamp}`.trimEnd()
  })
  const how = exact ? 'exact' : `recall ${recall.toFixed(3)}`
  return [...lines, `${hits.length} of ${compared} rows compared, ${how}, ${tookMs.toFixed(0)} ms`].join('\n')
}
