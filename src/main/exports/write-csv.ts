import type { FileHandle } from 'node:fs/promises'
import { wktOfFootprint } from '../geoparquet/wkt.ts'
import { rowFootprint } from '../store/set-rows.ts'
import { attributeNames, type ExportRow, type ExportTable, exportRows } from './export-table.ts'
import { plainValue } from './plain-value.ts'

/**
 * The query and the source as JSON, the same in every row: a comment line would break RFC 4180 readers, and a cell of the
 * first row alone is lost when rows are sorted or filtered.
 */
export const originColumn = 'ground_control'

/** Comma-separated values after RFC 4180 in UTF-8: CRLF line ends, geometry as WKT in degrees, lists as JSON. */
export async function writeCsv(file: FileHandle, table: ExportTable): Promise<void> {
  const names = attributeNames(table.set)
  const header = [...names, ...table.added.map(({ name }) => name), 'geometry_wkt', originColumn]
  await file.writeFile(csvLine(header.map(quoted)))
  const origin = quoted(JSON.stringify(table.origin))
  for await (const block of exportRows(table)) {
    let text = ''
    for (const row of block) text += csvLine([...cells(table, row), origin])
    await file.writeFile(text)
  }
}

function cells(table: ExportTable, { row, attributes, added }: ExportRow): string[] {
  const footprint = rowFootprint(table.set, row)
  const texts = [...attributes.map(cellText), ...added.map(cellText), footprint ? wktOfFootprint(footprint) : '']
  return texts.map(quoted)
}

function cellText(value: unknown): string {
  const plain = plainValue(value)
  if (plain === null) return ''
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain)
}

function csvLine(quotedCells: readonly string[]): string {
  return `${quotedCells.join(',')}\r\n`
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
