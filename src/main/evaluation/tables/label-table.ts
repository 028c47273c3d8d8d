// Labels from a table beside the embeddings: a CSV or a Parquet file with a column of ids and one of labels.

import { basename } from 'node:path'
import { EngineError } from '../../../shared/errors.ts'
import { openFileSource } from '../../bytes/byte-source.ts'
import { openParquet } from '../../geoparquet/open-parquet.ts'
import { readColumns } from '../../geoparquet/read-columns.ts'
import { csvRows } from './csv-rows.ts'

export interface LabelTable {
  readonly ids: readonly string[]
  /** as text; undefined where there is none */
  readonly labels: readonly (string | undefined)[]
}

export interface LabelColumns {
  /** absent: the first of `candidates` that the table has */
  readonly id: string | undefined
  readonly candidates: readonly string[]
  readonly label: string
}

/** @throws EngineError when there is no such table or column, or an id has two labels */
export async function readLabelTable(path: string, columns: LabelColumns, signal: AbortSignal): Promise<LabelTable> {
  const table = path.endsWith('.parquet')
    ? await fromParquet(path, columns, signal)
    : await fromCsv(path, columns, signal)
  requireDistinct(path, table.ids)
  return table
}

async function fromCsv(path: string, columns: LabelColumns, signal: AbortSignal): Promise<LabelTable> {
  const ids: string[] = []
  const labels: (string | undefined)[] = []
  let places: { id: number; label: number } | undefined
  for await (const { cells } of csvRows(path, signal)) {
    if (places === undefined) {
      const { id, label } = chosenNames(path, cells, columns)
      places = { id: cells.indexOf(id), label: cells.indexOf(label) }
      continue
    }
    ids.push(cells[places.id] ?? '')
    labels.push(labelText(cells[places.label]))
  }
  return { ids, labels }
}

async function fromParquet(path: string, columns: LabelColumns, signal: AbortSignal): Promise<LabelTable> {
  const source = await openFileSource(path)
  try {
    const file = await openParquet(source, signal)
    const names = chosenNames(
      path,
      file.columns.map(({ name }) => name),
      columns,
    )
    const data = await readColumns(file, [names.id, names.label], { signal })
    return { ids: data[names.id]!.map(String), labels: data[names.label]!.map(labelText) }
  } finally {
    await source.close()
  }
}

/** Whatever a file holds as a label, as text; NaN stays visible, for it is no absence that somebody chose. */
export function labelText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  const text = typeof value === 'string' ? value.trim() : String(value)
  return text === '' ? undefined : text
}

function chosenNames(path: string, names: readonly string[], { id, candidates, label }: LabelColumns) {
  const idName = id ?? candidates.find((name) => names.includes(name))
  if (idName !== undefined && names.includes(idName) && names.includes(label)) return { id: idName, label }
  const wanted = id ?? candidates.join(' or ')
  throw new EngineError(
    'not-found',
    `${basename(path)}: expected a column of ids (${wanted}) and the column "${label}", got ${names.join(', ')}`,
  )
}

function requireDistinct(path: string, ids: readonly string[]): void {
  const seen = new Set<string>()
  const repeated = ids.filter((id) => seen.size === seen.add(id).size)
  if (repeated.length === 0) return
  throw new EngineError(
    'invalid-input',
    `${basename(path)}: expected one label an id, got ${repeated.length} more for ids that have one, first "${repeated[0]}"`,
  )
}
