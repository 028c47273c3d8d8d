// What the schema and the pages of a column of number lists mean: levels, values, missing entries (Dremel's encoding).

import type { ColumnMetaData, SchemaElement, SchemaTree } from 'hyparquet'
import { decodeLevels, isOneRun, levelBits } from './levels.ts'
import type { ParquetFile } from './open-parquet.ts'
import type { Page } from './page-stream.ts'
import { type NumberLayout, numberLayoutOf } from './page-values.ts'

/** What an entry without a value says, by its definition level. */
export type Missing = 'null' | 'empty' | 'element'

export interface VectorLeaf {
  readonly path: string
  readonly layout: NumberLayout
  readonly maxRepetition: number
  readonly maxDefinition: number
  /** what a definition level below the maximum says */
  readonly missing: readonly Missing[]
}

/** Undefined when the column holds anything but lists of numbers. */
export function vectorLeaf(file: ParquetFile, name: string): VectorLeaf | undefined {
  let node = file.schema.children.find((child) => child.element.name === name)
  const elements: SchemaElement[] = []
  let last: SchemaTree | undefined
  while (node !== undefined) {
    if (node.children.length > 1) return undefined
    elements.push(node.element)
    last = node
    node = node.children[0]
  }
  const layout = last && numberLayoutOf(last.element)
  if (last === undefined || layout === undefined) return undefined
  const levels = elements.filter(({ repetition_type }) => repetition_type !== 'REQUIRED')
  const maxRepetition = levels.filter(({ repetition_type }) => repetition_type === 'REPEATED').length
  if (maxRepetition === 0) return undefined
  const missing = levels.map((element): Missing => {
    if (element.repetition_type === 'REPEATED') return 'empty'
    return element === last.element ? 'element' : 'null'
  })
  return { path: last.path.join('\0'), layout, maxRepetition, maxDefinition: levels.length, missing }
}

/** @throws Error when the row group lacks the column */
export function chunkOf(file: ParquetFile, group: number, leaf: VectorLeaf): ColumnMetaData {
  const { columns } = file.metadata.row_groups[group]!
  const chunk = columns.find(({ meta_data }) => meta_data?.path_in_schema.join('\0') === leaf.path)?.meta_data
  if (chunk === undefined) throw new Error(`row group ${group} does not have it`)
  return chunk
}

export interface SplitPage {
  readonly repetition: Uint8Array
  /** undefined when no value is missing */
  readonly definition: Uint8Array | undefined
  /** not decoded yet */
  readonly values: Uint8Array
  readonly encoding: string
  readonly count: number
}

/** Levels and values of a data page. */
export function splitPage(page: Page, leaf: VectorLeaf): SplitPage {
  const v1 = page.header.data_page_header
  const v2 = page.header.data_page_header_v2
  const repetitionBits = levelBits(leaf.maxRepetition)
  const definitionBits = levelBits(leaf.maxDefinition)
  const definitionOf = (bytes: Uint8Array, start: number, end: number) => {
    const count = (v1 ?? v2)!.num_values
    if (isOneRun(bytes, start, end, definitionBits, { count, level: leaf.maxDefinition })) return undefined
    return decodeLevels(bytes, start, end, definitionBits, count)
  }
  if (v2 !== undefined && page.levels !== undefined) {
    const count = v2.num_values
    const split = v2.repetition_levels_byte_length
    return {
      repetition: decodeLevels(page.levels, 0, split, repetitionBits, count),
      definition: definitionOf(page.levels, split, page.levels.length),
      values: page.bytes,
      encoding: v2.encoding,
      count,
    }
  }
  if (v1 === undefined) throw new Error(`it has a page of the unknown kind ${page.header.type}`)
  const count = v1.num_values
  const { bytes } = page
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = 0
  const nextSpan = (): readonly [start: number, end: number] => {
    const start = offset + 4
    const end = start + view.getUint32(offset, true)
    if (end > bytes.byteLength) throw new RangeError('a page ends early')
    offset = end
    return [start, end]
  }
  const repetition = decodeLevels(bytes, ...nextSpan(), repetitionBits, count)
  const definition = definitionOf(bytes, ...nextSpan())
  return { repetition, definition, values: bytes.subarray(offset), encoding: v1.encoding, count }
}
