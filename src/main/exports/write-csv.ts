import type { FileHandle } from 'node:fs/promises'
import { wktOfFootprint } from '../geoparquet/wkt.ts'
import { rowFootprint } from '../store/set-rows.ts'
import { attributeNames, type ExportRow, type ExportTable, exportRows } from './export-table.ts'
import { plainValue } from './plain-value.ts'

/** Holds the query and the source as JSON in the first row and is empty below: a comment line would break RFC 4180 readers. */
export const originColumn = 'ground_control'

/** Comma-separated values after RFC 4180 in UTF-8: CRLF line ends, geometry as WKT in degrees, lists as JSON. */
export async function writeCsv(file: FileHandle, table: ExportTable): Promise<void> {
  const names = attributeNames(table.set)
  const hasSimilarity = table.similarity !== undefined
  const header = [...names, ...(hasSimilarity ? ['similarity'] : []), 'geometry_wkt', originColumn]
  await file.writeFile(csvLine(header))
  let origin: string | null = JSON.stringify(table.origin)
  for await (const block of exportRows(table)) {
    let text = ''
    for (const row of block) {
      text += csvLine(cells(table, row, hasSimilarity, origin))
      origin = null
    }
    await file.writeFile(text)
  }
}

function cells(
  table: ExportTable,
  { row, attributes, similarity }: ExportRow,
  hasSimilarity: boolean,
  origin: string | null,
) {
  const footprint = rowFootprint(table.set, row)
  return [
    ...attributes.map(cellText),
    ...(hasSimilarity ? [cellText(similarity)] : []),
    footprint ? wktOfFootprint(footprint) : '',
    origin ?? '',
  ]
}

function cellText(value: unknown): string {
  const plain = plainValue(value)
  if (plain === null) return ''
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain)
}

function csvLine(values: readonly string[]): string {
  return `${values.map(quoted).join(',')}\r\n`
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
