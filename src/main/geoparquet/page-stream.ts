// The pages of one column chunk, decompressed, read through a window: a chunk of a million vectors is larger than any
// buffer we want to hold.

import type { ColumnMetaData, PageHeader } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import type { ByteSource } from '../bytes/byte-source.ts'
import { decompressors } from './decompress.ts'
import { snappyInto } from './snappy.ts'

export interface Page {
  readonly header: PageHeader
  /** where its header begins in the file */
  readonly start: number
  /** version 1 data pages: levels and values; dictionary pages: values; version 2: values only; valid until the next page */
  readonly bytes: Uint8Array
  /** version 2 data pages keep their levels outside the compressed part */
  readonly levels?: Uint8Array
}

export interface PagesOptions {
  readonly signal?: AbortSignal | undefined
  readonly windowBytes?: number
  /** where the first wanted data page begins, from `dataPages`; a dictionary page is given before it */
  readonly from?: number | undefined
}

const usualWindowBytes = 16 * 1024 * 1024
const headerBytes = 64 * 1024

/** @throws RangeError or Error for damage; the caller knows column and file */
export async function* pagesOf(
  source: ByteSource,
  column: ColumnMetaData,
  options: PagesOptions = {},
): AsyncGenerator<Page> {
  const { signal, windowBytes = usualWindowBytes } = options
  const { start, end } = chunkSpan(source, column)
  let position = start
  let from = options.from ?? start
  const room = new PageRoom()
  let window = new Uint8Array(0)
  let windowStart = position

  const bytesAt = async (length: number): Promise<Uint8Array> => {
    const wanted = Math.min(length, end - position)
    if (position + wanted > windowStart + window.length) {
      window = await source.slice(position, Math.min(end, position + Math.max(windowBytes, wanted)), signal)
      windowStart = position
    }
    return window.subarray(position - windowStart)
  }

  while (position < end - 1) {
    const head = await bytesAt(headerBytes)
    const reader = { view: new DataView(head.buffer, head.byteOffset, head.byteLength), offset: 0 }
    const header = parquetHeader(reader)
    const pageStart = position
    position += reader.offset
    const length = header.compressed_page_size
    if (!(length >= 0) || position + length > end) throw new RangeError('a page is longer than its column')
    if (pageStart < from && header.dictionary_page_header === undefined) {
      // the dictionary, where there is one, comes first; what lies between it and the wanted pages is not read
      position = from
      from = 0
      continue
    }
    const body = (await bytesAt(length)).subarray(0, length)
    position += length
    const count = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values ?? 0
    if (count > Number(column.num_values)) throw new RangeError('a page has more values than its column')
    yield { ...openPage(header, body, column, room), start: pageStart }
  }
}

function chunkSpan(source: ByteSource, column: ColumnMetaData): { readonly start: number; readonly end: number } {
  const dictionaryOffset = Number(column.dictionary_page_offset ?? 0)
  const dataOffset = Number(column.data_page_offset)
  const start = dictionaryOffset > 0 ? Math.min(dictionaryOffset, dataOffset) : dataOffset
  const end = start + Number(column.total_compressed_size)
  if (start < 4 || end > source.byteLength) throw new RangeError('its pages lie outside the file')
  return { start, end }
}

/** A header is a few dozen bytes, more with long statistics. */
const usualHeaderBytes = 1024

/**
 * Where the data pages of a chunk begin, and how many values each has: from the headers alone.
 * @throws RangeError or Error for damage
 */
export async function dataPages(
  source: ByteSource,
  column: ColumnMetaData,
  signal?: AbortSignal,
): Promise<readonly { readonly start: number; readonly values: number }[]> {
  const { start, end } = chunkSpan(source, column)
  const pages: { start: number; values: number }[] = []
  for (let position = start; position < end - 1; ) {
    const { header, length } = await headerAt(source, position, { end, signal })
    const values = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values
    if (values !== undefined) pages.push({ start: position, values })
    if (!(header.compressed_page_size >= 0)) throw new RangeError('a page is longer than its column')
    position += length + header.compressed_page_size
    if (position > end) throw new RangeError('a page is longer than its column')
  }
  return pages
}

async function headerAt(
  source: ByteSource,
  position: number,
  { end, signal }: { readonly end: number; readonly signal: AbortSignal | undefined },
): Promise<{ readonly header: PageHeader; readonly length: number }> {
  for (const bytes of [usualHeaderBytes, headerBytes]) {
    const head = await source.slice(position, Math.min(end, position + bytes), signal)
    const reader = { view: new DataView(head.buffer, head.byteOffset, head.byteLength), offset: 0 }
    try {
      return { header: parquetHeader(reader), length: reader.offset }
    } catch (error) {
      if (bytes === headerBytes) throw error
    }
  }
  throw new RangeError('a page header cannot be read')
}

function openPage(header: PageHeader, body: Uint8Array, column: ColumnMetaData, room: PageRoom): Omit<Page, 'start'> {
  const size = header.uncompressed_page_size
  const v2 = header.data_page_header_v2
  if (v2 === undefined) return { header, bytes: decompress(body, size, { column, room }) }
  const levelBytes = v2.repetition_levels_byte_length + v2.definition_levels_byte_length
  const values = body.subarray(levelBytes)
  return {
    header,
    levels: body.subarray(0, levelBytes),
    bytes: v2.is_compressed === false ? values : decompress(values, size - levelBytes, { column, room }),
  }
}

/** Memory for one decompressed page, used again for the next: new memory for every page costs as much as the decompression. */
class PageRoom {
  #bytes = new Uint8Array(0)

  of(size: number): Uint8Array {
    if (this.#bytes.length < size) this.#bytes = new Uint8Array(Math.ceil(size * 1.25))
    return this.#bytes.subarray(0, size)
  }
}

function decompress(
  body: Uint8Array,
  size: number,
  { column, room }: { readonly column: ColumnMetaData; readonly room: PageRoom },
): Uint8Array {
  if (column.codec === 'UNCOMPRESSED' || size === 0) return body
  // Snappy's densest element makes 64 bytes of 3; a header that promises more would only cost memory.
  if (column.codec === 'SNAPPY' && size > 22 * body.byteLength + 64)
    throw new RangeError('a page claims an impossible size')
  if (column.codec === 'SNAPPY') {
    const output = room.of(size)
    return requireSize(output.subarray(0, snappyInto(body, output)), size)
  }
  const decompressor = decompressors[column.codec]
  if (decompressor === undefined) throw new Error(`it uses the compression ${column.codec}, which is not supported`)
  return requireSize(decompressor(body, size), size)
}

function requireSize(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.byteLength !== size)
    throw new RangeError(`a page has ${bytes.byteLength} bytes where its header says ${size}`)
  return bytes
}
