import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openFileSource } from '../bytes/byte-source.ts'
import { readFlatColumn } from './flat-column.ts'
import type { FlatColumn } from './flat-rows.ts'
import { openParquet } from './open-parquet.ts'
import { readColumns } from './read-columns.ts'

const fixtures = fileURLToPath(new URL('../../../fixtures/geoparquet/', import.meta.url))
const readable = readdirSync(fixtures).filter(
  (name) => name.endsWith('.parquet') && !/^(empty|not-parquet|truncated|damaged-page)\./.test(name),
)

function valuesOf(column: FlatColumn): unknown[] {
  return Array.from({ length: column.count }, (_, row) => {
    if (column.present !== undefined && column.present[row] !== 1) return null
    if (column.kind === 'numbers') return Number(column.values[row])
    return Buffer.from(column.data.subarray(column.offsets[row], column.offsets[row + 1])).toString('latin1')
  })
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  return typeof value === 'string' ? Buffer.from(value, 'utf8').toString('latin1') : value
}

/** Both ways to read every column, over all rows and over a run in their middle. */
async function compare(path: string): Promise<string[]> {
  const source = await openFileSource(path)
  const flat: string[] = []
  try {
    const file = await openParquet(source)
    for (const { name } of file.columns) {
      for (const [rowStart, rowEnd] of [
        [0, file.rowCount],
        [Math.floor(file.rowCount / 3), Math.ceil(file.rowCount / 2)],
      ] as const) {
        const column = await readFlatColumn(file, name, { rowStart, rowEnd })
        if (column === undefined) continue
        const expected = (await readColumns(file, [name], { rowStart, rowEnd }))[name]!
        expect(valuesOf(column), `${name} of ${path}, rows ${rowStart} to ${rowEnd}`).toEqual(expected.map(plain))
        if (rowStart === 0) flat.push(name)
      }
    }
    return flat
  } finally {
    await source.close()
  }
}

describe('readFlatColumn', () => {
  it.each(readable)('reads the flat columns of %s as the library does', async (name) => {
    await compare(join(fixtures, name))
  })

  it('keeps nulls apart from empty text', async () => {
    const source = await openFileSource(join(fixtures, 'columns.parquet'))
    const file = await openParquet(source)
    const { rowCount } = file
    const names = file.columns.map(({ name }) => name)
    const withNulls = await Promise.all(
      names.map((name) => readFlatColumn(file, name, { rowStart: 0, rowEnd: rowCount })),
    )
    expect(withNulls.some((column) => column?.present?.includes(0))).toBe(true)
    await source.close()
  })

  it('tells damage in a sentence with file and column', async () => {
    const source = await openFileSource(join(fixtures, 'damaged-page.parquet'))
    const file = await openParquet(source)
    for (const { name } of file.columns) {
      const read = readFlatColumn(file, name, { rowStart: 0, rowEnd: file.rowCount })
      await read.catch((error: unknown) => expect(String(error)).toMatch(/damaged-page.*copy or download it again/))
    }
    await source.close()
  })
})
