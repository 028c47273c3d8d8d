import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ExportReport, SearchHit } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import { rowsInBbox } from './choose-rows.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { bboxOf, bboxPart } from './parse-values.ts'
import { openSet, runJob, withEngine } from './with-engine.ts'

interface ExportArguments {
  readonly rows?: string
  readonly bbox?: readonly number[]
  readonly format: 'geoparquet' | 'geojson' | 'csv' | 'npy'
  readonly out: string
}

/** Rows to export, and the search that found them when the file of rows is a search's answer. */
interface Selection {
  readonly rows: number[]
  readonly similarity?: number[]
  readonly distance?: number[]
  readonly query?: unknown
}

export function addExportCommand(program: Command, context: CliContext): void {
  jsonOption(program.command('export'))
    .description('write rows of an embeddings file as GeoParquet, GeoJSON, CSV or NumPy')
    .argument('<file>', 'embeddings Parquet, or sample-planet')
    .addOption(
      new Option('--format <format>', 'kind of file')
        .choices(['geoparquet', 'geojson', 'csv', 'npy'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'file to write')
    .option(
      '--rows <file>',
      'row numbers as a JSON list or one a line, or what "search --json" printed; all rows when absent',
    )
    .option('--bbox <degrees...>', 'rows whose centre is in the box WEST SOUTH EAST NORTH', bboxPart)
    .addHelpText('after', '\nPrints {path, rows, byteLength}. The file carries the query that chose its rows.')
    .action((file: string, options: ExportArguments, command: Command) =>
      printFinding(command, context, async () => {
        if (options.rows !== undefined && options.bbox !== undefined) {
          throw new InvalidArgumentError('export: expected --rows or --bbox, got both')
        }
        if (options.bbox !== undefined) bboxOf(options.bbox)
        const report = await withEngine(async (host) => {
          const set = await openSet(host, context, file)
          const selection = await selectionOf(set.path, options)
          const request = { setId: set.setId, format: options.format, path: resolve(options.out), ...selection }
          return runJob<ExportReport>(host, context, () => host.engine.exportRows(request))
        })
        return { json: report, text: nameValueLines(Object.entries(report)) }
      }),
    )
}

async function selectionOf(file: string, { rows, bbox }: ExportArguments): Promise<Selection | undefined> {
  if (rows !== undefined) return parseSelection(await readFile(resolve(rows), 'utf8').catch(notReadable(rows)), rows)
  if (bbox === undefined) return undefined
  const box = bboxOf(bbox)
  return { rows: await rowsInBbox(file, box), query: { bbox: box } }
}

function notReadable(path: string) {
  return (cause: NodeJS.ErrnoException): never => {
    throw new EngineError('not-found', `${path}: expected a file of row numbers, got ${cause.code ?? cause.message}`, {
      cause,
    })
  }
}

/** A JSON list, the JSON of a search, or one number a line. */
export function parseSelection(text: string, place: string): Selection {
  const parsed = parseJson(text) ?? text.trim().split(/\s+/).map(wholeNumber)
  const hits = (parsed as { hits?: Pick<SearchHit, 'row' | 'similarity' | 'distance'>[] }).hits
  const rows = hits === undefined ? parsed : hits.map(({ row }) => row)
  if (!Array.isArray(rows) || !rows.every((row) => Number.isInteger(row) && row >= 0)) {
    throw new EngineError(
      'invalid-input',
      `${place}: expected row numbers as a JSON list or one a line, got something else`,
    )
  }
  if (hits === undefined) return { rows }
  const { query } = parsed as { query?: unknown }
  return { rows, ...likenessOf(hits), ...(query === undefined ? {} : { query }) }
}

/** The column that a search has given its hits; none where a hit is without. */
function likenessOf(hits: readonly Pick<SearchHit, 'similarity' | 'distance'>[]) {
  const valuesOf = (name: 'similarity' | 'distance') => {
    const values = hits.map((hit) => hit[name])
    return values.length > 0 && values.every((value) => value !== undefined) ? { [name]: values } : {}
  }
  return { ...valuesOf('similarity'), ...valuesOf('distance') }
}

/** Unlike Number, no 0 for nothing: an empty file is no selection of row 0. */
const wholeNumber = (word: string) => (/^\d+$/.test(word) ? Number(word) : Number.NaN)

function parseJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
