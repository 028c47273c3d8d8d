// Rows of a comma-separated file (RFC 4180), read in pieces: submissions have a thousand columns and may not fit a string.

import { createReadStream } from 'node:fs'
import { EngineError } from '../../../shared/errors.ts'

export interface CsvRow {
  /** number of the line that the row begins on, from 1 */
  readonly line: number
  readonly cells: readonly string[]
}

/**
 * Every row of a file, the header included; empty lines are left out.
 * @throws EngineError `not-found`, or `unsupported-format` where a quoted cell never ends
 */
export async function* csvRows(path: string, signal?: AbortSignal): AsyncGenerator<CsvRow> {
  let rest = ''
  let line = 1
  let isFirst = true
  for await (const piece of textPieces(path, signal)) {
    rest = isFirst ? piece.replace(/^\uFEFF/, '') : rest + piece
    isFirst = false
    let start = 0
    for (let end = endOfRow(rest, start); end >= 0; end = endOfRow(rest, start)) {
      const text = rest.slice(start, end)
      if (text.trim() !== '') yield { line, cells: cellsOf(text) }
      line += linesIn(text)
      start = end + 1
    }
    rest = rest.slice(start)
  }
  if (rest.trim() === '') return
  if (hasOpenQuote(rest)) {
    throw new EngineError(
      'unsupported-format',
      `${path}: expected the quoted cell of line ${line} to end, got the end of the file`,
    )
  }
  yield { line, cells: cellsOf(rest) }
}

async function* textPieces(path: string, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const options = { encoding: 'utf8' as const, highWaterMark: 1 << 20 }
  try {
    for await (const piece of createReadStream(path, options)) {
      signal?.throwIfAborted()
      yield piece as string
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ENOENT' && code !== 'EISDIR' && code !== 'EACCES') throw error
    throw new EngineError('not-found', `${path}: expected a CSV file, got ${code}`, { cause: error })
  }
}

/** Index of the newline that ends the row, -1 while it is not here yet; those inside quotes end none. */
function endOfRow(text: string, start: number): number {
  let end = text.indexOf('\n', start)
  while (end >= 0 && hasOpenQuote(text.slice(start, end))) end = text.indexOf('\n', end + 1)
  return end
}

function hasOpenQuote(text: string): boolean {
  let isOpen = false
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) isOpen = !isOpen
  return isOpen
}

function linesIn(text: string): number {
  return text.includes('"') ? text.split('\n').length : 1
}

function cellsOf(row: string): string[] {
  const text = row.endsWith('\r') ? row.slice(0, -1) : row
  return text.includes('"') ? quotedCells(text) : text.split(',')
}

function quotedCells(text: string): string[] {
  const cells: string[] = []
  const pattern = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/gy
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '') break
  }
  return cells
}
