import { basename } from 'node:path'
import type { FileDescription } from '../../shared/contract.ts'
import type { ByteSource } from '../bytes/byte-source.ts'
import { openParquet, type ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { findVectorColumn } from '../geoparquet/read-vectors.ts'
import { timeMs } from '../store/time-of-row.ts'

/** Columns by which a Parquet file is known as imagery in the layout of Major TOM Core. */
const bandColumn = /^(B\d{2}|B8A|vv|vh)$/

/** What a Parquet file holds, from its footer and its timestamps. */
export async function describeParquet(path: string, source: ByteSource): Promise<FileDescription> {
  const file = await openParquet(source)
  const names = file.columns.map((column) => column.name)
  const dates = await datesOf(file, names)
  const found = { file: path, rows: file.rowCount, ...(dates === undefined ? {} : { dates }) }
  if (names.some((name) => bandColumn.test(name))) {
    return { ...found, product: 'core-parquet', kind: 'imagery', problems: [] }
  }
  const column = findVectorColumn(file)
  if (column === undefined) {
    const problem = `${basename(path)}: expected a column "embedding" or bands of imagery, got the columns ${names.join(', ')}`
    return { ...found, product: 'generic-parquet', kind: 'unknown', problems: [problem] }
  }
  const dimensions = await firstLength(file, column)
  const isMajorTom = names.includes('grid_cell') && names.includes('unique_id')
  return {
    ...found,
    product: isMajorTom ? 'major-tom' : 'generic-parquet',
    kind: 'patch',
    ...(dimensions === undefined ? {} : { dimensions }),
    dtype: dtypeOf(file, column),
    ...(file.geo === undefined ? {} : { crs: file.geo.crs }),
    ...(file.geo?.bbox === undefined ? {} : { extent: file.geo.bbox }),
    problems: [],
  }
}

async function firstLength(file: ParquetFile, column: string): Promise<number | undefined> {
  if (file.rowCount === 0) return undefined
  const values = await readColumns(file, [column], { rowStart: 0, rowEnd: 1 })
  return (values[column]?.[0] as ArrayLike<number> | null | undefined)?.length
}

async function datesOf(file: ParquetFile, names: readonly string[]): Promise<FileDescription['dates']> {
  const name = ['timestamp', 'product_datetime', 'datetime', 'date'].find((choice) => names.includes(choice))
  if (name === undefined) return undefined
  const values = (await readColumns(file, [name]))[name] ?? []
  const texts = values.filter((value) => typeof value === 'string' && !Number.isNaN(timeMs(value))) as string[]
  texts.sort((a, b) => timeMs(a) - timeMs(b))
  const first = texts[0]
  const last = texts.at(-1)
  return first === undefined || last === undefined ? undefined : { first, last }
}

/** `float32` of `List<Float32>` */
function dtypeOf(file: ParquetFile, column: string): string {
  const type = file.columns.find(({ name }) => name === column)?.type ?? ''
  return (/(\w+)>*$/.exec(type)?.[1] ?? type).toLowerCase()
}
