// The pages of one column chunk, decompressed, read through a window: a chunk of a million vectors is larger than any
// buffer we want to hold.

import type { ColumnMetaData, PageHeader } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import type { ByteSource } from '../bytes/byte-source.ts'
import { decompressors } from './decompress.ts'

export interface Page {
  readonly header: PageHeader
  /** version 1 data pages: levels and values; dictionary pages: values; version 2: values only */
  readonly bytes: Uint8Array
  /** version 2 data pages keep their levels outside the compressed part */
  readonly levels?: Uint8Array
}

const usualWindowBytes = 16 * 1024 * 1024
const headerBytes = 64 * 1024

/** @throws RangeError or Error for damage; the caller knows column and file */
export async function* pagesOf(
  source: ByteSource,
  column: ColumnMetaData,
  options: { readonly signal?: AbortSignal | undefined; readonly windowBytes?: number } = {},
): AsyncGenerator<Page> {
  const { signal, windowBytes = usualWindowBytes } = options
  const dictionaryOffset = Number(column.dictionary_page_offset ?? 0)
  const dataOffset = Number(column.data_page_offset)
  let position = dictionaryOffset > 0 ? Math.min(dictionaryOffset, dataOffset) : dataOffset
  const end = position + Number(column.total_compressed_size)
  if (position < 4 || end > source.byteLength) throw new RangeError('its pages lie outside the file')
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
    position += reader.offset
    const length = header.compressed_page_size
    if (!(length >= 0) || position + length > end) throw new RangeError('a page is longer than its column')
    const body = (await bytesAt(length)).subarray(0, length)
    position += length
    const count = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values ?? 0
    if (count > Number(column.num_values)) throw new RangeError('a page has more values than its column')
    yield openPage(header, body, column)
  }
}

function openPage(header: PageHeader, body: Uint8Array, column: ColumnMetaData): Page {
  const size = header.uncompressed_page_size
  const v2 = header.data_page_header_v2
  if (v2 === undefined) return { header, bytes: decompress(body, size, column) }
  const levelBytes = v2.repetition_levels_byte_length + v2.definition_levels_byte_length
  const values = body.subarray(levelBytes)
  return {
    header,
    levels: body.subarray(0, levelBytes),
    bytes: v2.is_compressed === false ? values : decompress(values, size - levelBytes, column),
  }
}

function decompress(body: Uint8Array, size: number, column: ColumnMetaData): Uint8Array {
  if (column.codec === 'UNCOMPRESSED' || size === 0) return body
  // Snappy's densest element makes 64 bytes of 3; a header that promises more would only cost memory.
  if (column.codec === 'SNAPPY' && size > 22 * body.byteLength + 64)
    throw new RangeError('a page claims an impossible size')
  const decompressor = decompressors[column.codec]
  if (decompressor === undefined) throw new Error(`it uses the compression ${column.codec}, which is not supported`)
  const bytes = decompressor(body, size)
  if (bytes.byteLength !== size)
    throw new RangeError(`a page has ${bytes.byteLength} bytes where its header says ${size}`)
  return bytes
}
