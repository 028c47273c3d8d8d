// Columns that a file has beyond the standard's, so that an export loses none of them.

import type { ExtraColumn } from '../geoparquet/arrow-batch.ts'
import type { EmbeddingSet } from '../store/embedding-set.ts'
import { plainValue } from './plain-value.ts'

const standardNames = new Set([
  'unique_id',
  'embedding',
  'timestamp',
  'product_id',
  'grid_cell',
  'grid_row_u',
  'grid_col_r',
  'geometry',
  'centre_lat',
  'centre_lon',
  'utm_footprint',
  'utm_crs',
  'pixel_bbox',
])

type ExtraValue = string | number | boolean | Uint8Array | null

/**
 * Numbers, text, booleans and bytes keep their kind; dates become ISO text, lists and structs JSON text.
 * @param taken names that the export writes itself; a column of the file that is called so gets `source_` in front
 */
export function extraColumnsOf(
  set: EmbeddingSet,
  taken: readonly string[],
): readonly (ExtraColumn & { readonly source: string })[] {
  const used = new Set([...taken, ...standardNames])
  const isExtra = ({ name }: { name: string }) =>
    !standardNames.has(name) && name !== set.embeddingColumn && name !== set.columns.geometryColumn
  return set.file.columns.filter(isExtra).map(({ name: source, type }) => {
    let name = source
    while (used.has(name)) name = `source_${name}`
    used.add(name)
    return { source, name, type: kindOf(type) }
  })
}

/** Values as the column's type holds them; what cannot be is null. */
export function extraValues(values: readonly unknown[], type: ExtraColumn['type']): ExtraValue[] {
  return values.map((value) => extraValue(value, type))
}

function extraValue(value: unknown, type: ExtraColumn['type']): ExtraValue {
  if (value === null || value === undefined) return null
  if (type === 'binary') return value instanceof Uint8Array ? value : null
  if (type === 'boolean') return value === true
  if (type === 'string') return textOf(value)
  const number = Number(value)
  return type === 'int64' && !Number.isSafeInteger(number) ? null : number
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  const plain = plainValue(value)
  return typeof plain === 'string' ? plain : JSON.stringify(plain)
}

/** @param type as Arrow prints it */
function kindOf(type: string): ExtraColumn['type'] {
  if (/^U?[Ii]nt\d+$/.test(type)) return 'int64'
  if (type === 'Float32') return 'float'
  if (/^Float(16|64)$|^Decimal/.test(type)) return 'double'
  if (type === 'Bool') return 'boolean'
  return /^(FixedSize)?Binary/.test(type) ? 'binary' : 'string'
}
