// hyparquet believes the run lengths inside a page; damaged ones make it loop for minutes or for ever. This walks the
// runs of a column before it does, without decoding them.

import type { ColumnMetaData, SchemaElement } from 'hyparquet'
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getSchemaPath } from 'hyparquet/src/schema.js'
import { checkRuns, levelBits } from './levels.ts'
import type { ParquetFile } from './open-parquet.ts'
import { type Page, pagesOf } from './page-stream.ts'

/**
 * Checks the pages of a top-level column that hold rows `[rowStart, rowEnd)`.
 * @throws RangeError or Error for damage; the caller knows file and column
 */
export async function checkPages(
  file: ParquetFile,
  column: string,
  range: { readonly rowStart: number; readonly rowEnd: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  for (const [index, group] of file.rowGroups.entries()) {
    const isWanted = group.rowStart < range.rowEnd && group.rowStart + group.rowCount > range.rowStart
    if (!isWanted) continue
    for (const { meta_data } of file.metadata.row_groups[index]!.columns) {
      if (meta_data?.path_in_schema[0] === column) await checkChunk(file, meta_data, range.signal)
    }
  }
}

async function checkChunk(file: ParquetFile, chunk: ColumnMetaData, signal: AbortSignal | undefined): Promise<void> {
  const path = getSchemaPath(file.metadata.schema, chunk.path_in_schema)
  const levels = {
    repetition: levelBits(getMaxRepetitionLevel(path)),
    definition: levelBits(getMaxDefinitionLevel(path)),
    type: path.at(-1)!.element.type,
  }
  for await (const page of pagesOf(file.source, chunk, { signal })) checkPage(page, levels)
}

interface Levels {
  readonly repetition: number
  readonly definition: number
  readonly type: SchemaElement['type']
}

function checkPage(page: Page, { repetition, definition, type }: Levels): void {
  const v1 = page.header.data_page_header
  const v2 = page.header.data_page_header_v2
  const { bytes } = page
  let start = 0
  if (v2 !== undefined && page.levels !== undefined) {
    const split = v2.repetition_levels_byte_length
    if (repetition > 0) checkRuns(page.levels, 0, split, repetition, v2.num_values)
    if (definition > 0) checkRuns(page.levels, split, page.levels.length, definition, v2.num_values)
  } else if (v1 !== undefined) {
    for (const bits of [repetition, definition]) {
      if (bits === 0) continue
      const end = lengthPrefixed(bytes, start)
      checkRuns(bytes, start + 4, end, bits, v1.num_values)
      start = end
    }
  }
  const header = v2 ?? v1
  if (header === undefined || header.num_values === 0) return
  const isDictionary = header.encoding === 'RLE_DICTIONARY' || header.encoding === 'PLAIN_DICTIONARY'
  const mostValues = header.num_values
  if (isDictionary && bytes[start] !== 0 && bytes.length > start + 1) {
    checkRuns(bytes, start + 1, bytes.length, bytes[start]!, mostValues, { mayEndEarly: true })
  } else if (header.encoding === 'RLE' && type === 'BOOLEAN') {
    checkRuns(bytes, start + 4, bytes.length, 1, mostValues, { mayEndEarly: true })
  }
}

function lengthPrefixed(bytes: Uint8Array, start: number): number {
  const end = start + 4 + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(start, true)
  if (end > bytes.length) throw new RangeError('a page ends early')
  return end
}
