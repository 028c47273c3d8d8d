// Columns of a row as a person reads them. Nothing of the file is left out: what belongs together shares a line.

import type { RowDetail } from '../../../shared/contract.ts'
import type { Likeness } from '../../state/likeness.ts'
import { countText, dateTimeText, distanceText, likenessNames, likenessText, placeText } from '../wording.ts'

export interface ColumnLine {
  readonly label: string
  readonly value: string
  /** names of the file's columns on this line */
  readonly columns: readonly string[]
  readonly mono?: boolean
}

const known: Readonly<Record<string, { label: string; mono?: boolean; order: number }>> = {
  grid_cell: { label: 'Grid cell', order: 0 },
  timestamp: { label: 'Date', order: 2 },
  product_id: { label: 'Product', mono: true, order: 3 },
  centre_lat: { label: 'Centre', mono: true, order: 4 },
  utm_crs: { label: 'UTM', mono: true, order: 5 },
  pixel_bbox: { label: 'Pixels', mono: true, order: 6 },
  grid_row_u: { label: 'Grid row, col', mono: true, order: 7 },
  unique_id: { label: 'Unique id', mono: true, order: 90 },
  utm_footprint: { label: 'UTM footprint', mono: true, order: 91 },
  geometry: { label: 'Geometry', mono: true, order: 92 },
}
const otherOrder = 50

/** @param hit the row's place in the results, when it is one of them */
export function columnLines(
  row: RowDetail,
  context: {
    readonly hit?: (Likeness & { readonly distanceKm?: number | undefined }) | undefined
    readonly fragmentsPerSide?: number | undefined
    readonly model?: string | undefined
  },
): readonly ColumnLine[] {
  const values = new Map(row.columns.map((column) => [column.name, column.value]))
  const lines = row.columns
    .filter(({ name, value }) => value !== '' && !(name.startsWith('centre_') && value === 'NaN'))
    .filter(({ name }) => !(name === 'centre_lon' && values.has('centre_lat')))
    .filter(({ name }) => !(name === 'grid_col_r' && values.has('grid_row_u')))
    .map(({ name, value }) => ({ order: known[name]?.order ?? otherOrder, line: lineOf(name, value, values) }))
  const derived = derivedLines(row, context)
  return [...lines, ...derived].toSorted((a, b) => a.order - b.order).map(({ line }) => line)
}

function lineOf(name: string, value: string, values: ReadonlyMap<string, string>): ColumnLine {
  const about = known[name]
  const base = { label: about?.label ?? name, columns: [name], ...(about?.mono === true ? { mono: true } : {}) }
  if (name === 'timestamp') return { ...base, value: dateTimeText(value) }
  if (name === 'centre_lat' && values.has('centre_lon')) {
    const place = placeText(Number(value), Number(values.get('centre_lon')))
    return { ...base, value: place, columns: ['centre_lat', 'centre_lon'] }
  }
  if (name === 'grid_row_u' && values.has('grid_col_r')) {
    return { ...base, value: `${value}, ${values.get('grid_col_r')}`, columns: ['grid_row_u', 'grid_col_r'] }
  }
  return { ...base, value }
}

function derivedLines(row: RowDetail, context: Parameters<typeof columnLines>[1]) {
  const lines: { order: number; line: ColumnLine }[] = []
  const add = (order: number, label: string, value: string) =>
    lines.push({ order, line: { label, value, columns: [] } })
  if (row.fragmentRow !== undefined && row.fragmentCol !== undefined) {
    const side = context.fragmentsPerSide
    add(
      1,
      'Fragment',
      `row ${row.fragmentRow}, column ${row.fragmentCol}${side === undefined ? '' : ` of ${side} × ${side}`}`,
    )
  }
  if (context.hit !== undefined) {
    const { distance, distanceKm } = context.hit
    add(1.5, likenessNames[distance === undefined ? 'similarity' : 'distance'], likenessText(context.hit))
    if (distanceKm !== undefined) add(1.6, 'Distance', `${distanceText(distanceKm)} from example 1`)
  }
  const { dimensions, norm } = row.embedding
  const length = norm === undefined ? 'with NaN or infinity' : `length ${norm.toPrecision(3)}`
  add(80, 'Embedding', `${countText(dimensions)} dimensions, ${length}`)
  if (context.model !== undefined) add(79, 'Model', context.model)
  return lines
}
