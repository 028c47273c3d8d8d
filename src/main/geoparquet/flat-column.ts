// Flat columns (one value a row) as the bytes and numbers that their pages hold: no text and no object is made of a value,
// so that the columns of millions of rows can be carried over.

import type { ColumnMetaData, SchemaElement, SchemaTree } from 'hyparquet'
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js'
import { type FlatColumn, type FlatLayout, type FlatRows, numberArrays, rowsOf } from './flat-rows.ts'
import { checkRuns, decodeLevels, isOneRun, levelBits } from './levels.ts'
import { causeText, damaged, type ParquetFile } from './open-parquet.ts'
import { dataPages, type Page, pagesOf } from './page-stream.ts'

/**
 * Rows `[rowStart, rowEnd)` of a column.
 * @returns undefined for a column that is not flat, or of a type or encoding that `readColumns` has to read
 * @throws EngineError `unreadable-file` for damage
 */
export async function readFlatColumn(
  file: ParquetFile,
  name: string,
  range: { readonly rowStart: number; readonly rowEnd: number; readonly signal?: AbortSignal | undefined },
): Promise<FlatColumn | undefined> {
  const leaf = file.schema.children.find((child) => child.element.name === name)
  const layout = leaf && flatLayout(leaf)
  if (layout === undefined) return undefined
  const { rowStart, rowEnd, signal } = range
  const rows = rowsOf(layout, rowEnd - rowStart)
  try {
    for (const [index, group] of file.rowGroups.entries()) {
      const from = Math.max(0, rowStart - group.rowStart)
      const to = Math.min(group.rowCount, rowEnd - group.rowStart)
      if (from >= to) continue
      const chunk = file.metadata.row_groups[index]!.columns.find(
        ({ meta_data }) => meta_data?.path_in_schema.length === 1 && meta_data.path_in_schema[0] === name,
      )?.meta_data
      if (chunk === undefined) throw new Error(`row group ${index} does not have it`)
      if (!(await readChunk(file, chunk, { layout, from, to, rows, signal }))) return undefined
    }
    return rows.end()
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw damaged(file.source, `column "${name}" that cannot be read (${causeText(cause)})`, cause)
  }
}

/** Undefined for whatever needs more than its bytes to be understood: lists, decimals, times, unsigned numbers. */
function flatLayout({ element, children }: SchemaTree): FlatLayout | undefined {
  if (children.length > 0 || element.repetition_type === 'REPEATED') return undefined
  const { type, converted_type, logical_type } = element
  const isOptional = element.repetition_type === 'OPTIONAL'
  if (type === 'BYTE_ARRAY' && isPlainBytes(element)) return { physical: type, isOptional }
  if (type === 'FLOAT' || type === 'DOUBLE') return { physical: type, isOptional }
  const isSigned = converted_type === undefined ? logical_type === undefined : /^INT_(8|16|32|64)$/.test(converted_type)
  if ((type === 'INT32' || type === 'INT64') && isSigned) return { physical: type, isOptional }
  return undefined
}

function isPlainBytes({ converted_type, logical_type }: SchemaElement): boolean {
  if (converted_type !== undefined && converted_type !== 'UTF8') return false
  return logical_type === undefined || ['STRING', 'GEOMETRY', 'GEOGRAPHY'].includes(logical_type.type)
}

type Dictionary = { readonly at: Int32Array; readonly bytes: Uint8Array; readonly width: number }

async function readChunk(
  file: ParquetFile,
  chunk: ColumnMetaData,
  options: {
    readonly layout: FlatLayout
    readonly from: number
    readonly to: number
    readonly rows: FlatRows
    readonly signal: AbortSignal | undefined
  },
): Promise<boolean> {
  const { layout, from, to, rows, signal } = options
  let row = 0
  let start: number | undefined
  if (from > 0) {
    for (const page of await dataPages(file.source, chunk, signal)) {
      if (row + page.values > from) {
        start = page.start
        break
      }
      row += page.values
    }
  }
  let dictionary: Dictionary | undefined
  for await (const page of pagesOf(file.source, chunk, { signal, from: start })) {
    const dictionaryHeader = page.header.dictionary_page_header
    if (dictionaryHeader !== undefined) {
      dictionary = dictionaryOf(page.bytes.slice(), layout, dictionaryHeader.num_values)
      continue
    }
    const split = splitFlatPage(page, layout)
    if (!isKnown(split.encoding)) return false
    addPage(split, { layout, dictionary, rows, from: Math.max(0, from - row), to: Math.min(split.count, to - row) })
    row += split.count
    if (row >= to) return true
  }
  throw new RangeError(`it ends at row ${row} of a row group`)
}

function isKnown(encoding: string): boolean {
  return encoding === 'PLAIN' || encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY'
}

interface FlatPage {
  readonly definition: Uint8Array | undefined
  readonly values: Uint8Array
  readonly encoding: string
  readonly count: number
}

function splitFlatPage(page: Page, { isOptional }: FlatLayout): FlatPage {
  const v1 = page.header.data_page_header
  const v2 = page.header.data_page_header_v2
  const header = v1 ?? v2
  if (header === undefined) throw new Error(`it has a page of the unknown kind ${page.header.type}`)
  const { num_values: count, encoding } = header
  const levels = (bytes: Uint8Array, start: number, end: number) => {
    const bits = levelBits(1)
    if (isOneRun(bytes, start, end, bits, { count, level: 1 })) return undefined
    return decodeLevels(bytes, start, end, bits, count)
  }
  if (v2 !== undefined && page.levels !== undefined) {
    const start = v2.repetition_levels_byte_length
    return {
      definition: isOptional ? levels(page.levels, start, page.levels.length) : undefined,
      values: page.bytes,
      encoding,
      count,
    }
  }
  if (!isOptional) return { definition: undefined, values: page.bytes, encoding, count }
  const end = 4 + new DataView(page.bytes.buffer, page.bytes.byteOffset, page.bytes.byteLength).getUint32(0, true)
  if (end > page.bytes.byteLength) throw new RangeError('a page ends early')
  return { definition: levels(page.bytes, 4, end), values: page.bytes.subarray(end), encoding, count }
}

function dictionaryOf(bytes: Uint8Array, { physical }: FlatLayout, count: number): Dictionary {
  if (physical === 'BYTE_ARRAY') return { at: byteArrayStarts(bytes, count), bytes, width: 0 }
  const width = numberArrays[physical].BYTES_PER_ELEMENT
  if (count * width > bytes.length) throw new RangeError('a page ends early')
  return { at: Int32Array.from({ length: count }, (_, index) => index * width), bytes, width }
}

/** Where each length-prefixed value begins, and where the last one ends. */
function byteArrayStarts(bytes: Uint8Array, count: number): Int32Array {
  if (count > bytes.length / 4) throw new RangeError('a page ends early')
  const starts = new Int32Array(count + 1)
  let position = 0
  for (let index = 0; index < count; index++) {
    starts[index] = position
    position += 4 + lengthAt(bytes, position)
    if (position > bytes.length) throw new RangeError('a page ends early')
  }
  starts[count] = position
  return starts
}

function lengthAt(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw new RangeError('a page ends early')
  return bytes[at]! + bytes[at + 1]! * 256 + bytes[at + 2]! * 65_536 + bytes[at + 3]! * 16_777_216
}

function addPage(
  page: FlatPage,
  options: {
    readonly layout: FlatLayout
    readonly dictionary: Dictionary | undefined
    readonly rows: FlatRows
    readonly from: number
    readonly to: number
  },
): void {
  const { definition, values, encoding, count } = page
  const { layout, dictionary, rows, from, to } = options
  let present = count
  if (definition !== undefined) present = definition.reduce((sum, level) => sum + level, 0)
  const isDictionary = encoding !== 'PLAIN'
  const indices = isDictionary ? dictionaryIndices(values, present) : undefined
  if (indices !== undefined && dictionary === undefined) throw new Error('its dictionary page is missing')
  const width = layout.physical === 'BYTE_ARRAY' ? 0 : numberArrays[layout.physical].BYTES_PER_ELEMENT
  if (!isDictionary && width > 0 && present * width > values.length) throw new RangeError('a page ends early')
  if (!isDictionary && width > 0 && definition === undefined) {
    rows.addNumbers(values.subarray(from * width, to * width), to - from)
    return
  }
  let next = 0
  let position = 0
  for (let row = 0; row < to; row++) {
    if (definition !== undefined && definition[row] !== 1) {
      if (row >= from) rows.addMissing()
      continue
    }
    let bytes = values
    let at = position
    if (indices !== undefined) {
      const entry = indices[next]!
      if (entry >= dictionary!.at.length - (width === 0 ? 1 : 0))
        throw new RangeError('a page refers beyond its dictionary')
      bytes = dictionary!.bytes
      at = dictionary!.at[entry]!
    }
    next++
    const length = width === 0 ? lengthAt(bytes, at) : width
    const start = width === 0 ? at + 4 : at
    if (start + length > bytes.length) throw new RangeError('a page ends early')
    if (indices === undefined) position = start + length
    if (row < from) continue
    if (width === 0) rows.addBytes(bytes.subarray(start, start + length))
    else rows.addNumbers(bytes.subarray(start, start + length), 1)
  }
}

function dictionaryIndices(bytes: Uint8Array, count: number): Uint32Array {
  const indices = new Uint32Array(count)
  if (count === 0) return indices
  const bits = bytes[0]
  if (bits === undefined || bits > 32) throw new RangeError('a page ends early')
  if (bits === 0) return indices
  checkRuns(bytes, 1, bytes.byteLength, bits, count)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  readRleBitPackedHybrid({ view, offset: 1 }, bits, indices as never, bytes.byteLength - 1)
  return indices
}
