// The rows of a set that have a label, with everything that keeps a row out counted.

import type { ParsedInput, ProbeReport } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import { readColumns } from '../../geoparquet/read-columns.ts'
import type { CallContext } from '../../threads/thread-calls.ts'
import { type EvaluatedSet, readEvaluatedSet, usableRows } from '../sets/evaluated-set.ts'
import { type LabelTable, labelText, readLabelTable } from '../tables/label-table.ts'

export type ParsedProbeRequest = ParsedInput<'evaluateProbe'>

export interface LabelledSamples {
  readonly set: EvaluatedSet
  /** rows of the set, ascending */
  readonly rows: Int32Array
  /** as text, one a row; undefined where several labels may apply and none does */
  readonly labels: readonly (string | undefined)[]
  readonly leftOut: ProbeReport['leftOut']
  /** names the labels in a sentence */
  readonly source: string
}

/** @throws EngineError when nothing can be joined */
export async function labelledSamples(request: ParsedProbeRequest, context: CallContext): Promise<LabelledSamples> {
  const { labels: source, task } = request
  const table = source.table === undefined ? undefined : await readTable(source, source.table, context.signal)
  const { set, more: own } = await readEvaluatedSet(request.set, context, async (file) =>
    table === undefined ? (await readColumns(file, [source.label], { signal: context.signal }))[source.label]! : [],
  )
  const { labelOf, unknownIds, repeated } = table === undefined ? labelsOfColumn(own) : joinTable(set, table, source)
  const usable = usableRows(set)
  const rows: number[] = []
  const labels: (string | undefined)[] = []
  let [unlabelled, unusableVectors] = [0, 0]
  for (let row = 0; row < set.count; row++) {
    if (repeated.has(row)) continue
    const { isKnown, label } = labelOf(row)
    // a row that stands in the table without a label has none of several, but is no sample of one class
    if (!isKnown || (label === undefined && task !== 'labels')) unlabelled++
    else if (usable[row] === 0) unusableVectors++
    else {
      rows.push(row)
      labels.push(label)
    }
  }
  requireSamples(request, set, rows.length, unknownIds)
  const leftOut = { unlabelled, unknownIds, repeatedIds: repeated.size, unusableVectors }
  return { set, rows: Int32Array.from(rows), labels, leftOut, source: sourceText(request, set) }
}

type LabelOf = (row: number) => { readonly isKnown: boolean; readonly label: string | undefined }

export interface Joined {
  readonly labelOf: LabelOf
  readonly unknownIds: number
  /** rows that repeat the id of an earlier one: they would stand in a training and a test part at once */
  readonly repeated: ReadonlySet<number>
}

function labelsOfColumn(values: readonly unknown[]): Joined {
  const labelOf = (row: number) => ({ isKnown: true, label: labelText(values[row]) })
  return { labelOf, unknownIds: 0, repeated: new Set() }
}

export type LabelSource = Pick<ParsedProbeRequest['labels'], 'id' | 'label' | 'match'>

export function readTable({ id, label, match }: LabelSource, table: string, signal: AbortSignal): Promise<LabelTable> {
  return readLabelTable(table, { id, candidates: [match, 'id', `${match}_prefix`], label }, signal)
}

export function joinTable(set: EvaluatedSet, { ids, labels }: LabelTable, source: LabelSource): Joined {
  const { columns } = set
  const own = { unique_id: columns.uniqueId, product_id: columns.productId, grid_cell: columns.gridCell }[source.match]
  if (own === undefined) {
    throw new EngineError('not-found', `${set.name}: expected the column ${source.match} to join labels by, got none`)
  }
  const length = prefixLength(ids, own)
  const indexOfId = new Map(ids.map((id, index) => [id, index]))
  const seen = new Set<string>()
  const repeated = new Set<number>()
  const met = new Set<number>()
  const indexOfRow = Int32Array.from(own, (full, row) => {
    const id = full?.slice(0, length) ?? ''
    if (source.match === 'unique_id' && full !== null) {
      if (seen.has(full)) repeated.add(row)
      seen.add(full)
    }
    const index = indexOfId.get(id) ?? -1
    if (index >= 0) met.add(index)
    return index
  })
  const labelOf = (row: number) => ({ isKnown: indexOfRow[row]! >= 0, label: labels[indexOfRow[row]!] })
  return { labelOf, unknownIds: ids.length - met.size, repeated }
}

/** Ids of one length that are shorter than the set's are taken as their beginnings. */
function prefixLength(ids: readonly string[], own: readonly (string | null)[]): number | undefined {
  const length = ids[0]?.length ?? 0
  const isShorter = own.every((id) => id === null || id.length > length)
  return length >= 8 && isShorter && ids.every((id) => id.length === length) ? length : undefined
}

function requireSamples(
  { labels }: ParsedProbeRequest,
  { name }: EvaluatedSet,
  count: number,
  unknownIds: number,
): void {
  if (count > 0) return
  const got = labels.table === undefined ? `none in the column "${labels.label}"` : `${unknownIds} labels for other ids`
  throw new EngineError('invalid-input', `${name}: expected rows with a label and a usable vector, got ${got}`)
}

function sourceText({ labels }: ParsedProbeRequest, { name }: EvaluatedSet): string {
  return `${labels.table === undefined ? name : labels.table.replace(/^.*[\\/]/, '')} column "${labels.label}"`
}
