// NeuCo-Bench label files: a folder of `<task>__<type>.csv`, each with the columns id and label.

import { readdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { EngineError } from '../../../shared/errors.ts'
import { csvRows } from '../tables/csv-rows.ts'

export interface TaskLabels {
  readonly task: string
  readonly type: 'classification' | 'regression'
  readonly ids: readonly string[]
  readonly labels: Float64Array
  /** rows without a label, which are skipped */
  readonly blankCount: number
  /** ids that come more than once; each row counts, as in the original */
  readonly repeatedCount: number
}

const types = {
  classification: 'classification',
  cls: 'classification',
  regression: 'regression',
  regr: 'regression',
} as const

/**
 * The tasks of a folder, by name.
 * @throws EngineError when the folder holds no label file, or one has another name, other columns, or a label that is no number
 */
export async function readTaskLabels(folder: string, signal?: AbortSignal): Promise<TaskLabels[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    throw new EngineError('not-found', `${folder}: expected a folder of label files, got ${cause.code}`, { cause })
  })
  const files = names.filter((name) => name.endsWith('.csv')).sort()
  if (files.length === 0) {
    throw new EngineError('not-found', `${folder}: expected label files <task>__<type>.csv, got none`)
  }
  const tasks: TaskLabels[] = []
  for (const file of files) tasks.push(await readTask(folder, file, signal))
  tasks.sort((a, b) => (a.task < b.task ? -1 : 1))
  const twice = tasks.find((each, index) => each.task === tasks[index - 1]?.task)
  if (twice === undefined) return tasks
  throw new EngineError('invalid-input', `${folder}: expected one label file a task, got two for "${twice.task}"`)
}

async function readTask(folder: string, file: string, signal: AbortSignal | undefined): Promise<TaskLabels> {
  const [, task, typeName = ''] = /^(.+?)__(.+)\.csv$/.exec(file) ?? []
  const type = types[typeName.toLowerCase() as keyof typeof types]
  if (task === undefined || type === undefined) {
    throw new EngineError(
      'invalid-input',
      `${file}: expected a name <task>__<type>.csv with the type ${Object.keys(types).join(', ')}, got "${parse(file).name}"`,
    )
  }
  const ids: string[] = []
  const labels: number[] = []
  let blankCount = 0
  let columns: { id: number; label: number } | undefined
  for await (const { line, cells } of csvRows(join(folder, file), signal)) {
    if (columns === undefined) {
      columns = columnsOf(file, cells)
      continue
    }
    const text = cells[columns.label] ?? ''
    if (text === '') blankCount++
    else {
      ids.push(cells[columns.id] ?? '')
      labels.push(labelOf(file, line, text))
    }
  }
  const repeatedCount = ids.length - new Set(ids).size
  return { task, type, ids, labels: Float64Array.from(labels), blankCount, repeatedCount }
}

function columnsOf(file: string, header: readonly string[]): { id: number; label: number } {
  const columns = { id: header.indexOf('id'), label: header.indexOf('label') }
  if (columns.id >= 0 && columns.label >= 0) return columns
  throw new EngineError('unsupported-format', `${file}: expected the columns id and label, got ${header.join(', ')}`)
}

function labelOf(file: string, line: number, text: string): number {
  const label = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(label)) return label
  throw new EngineError('invalid-input', `${file}: expected a finite number as label in line ${line}, got "${text}"`)
}
