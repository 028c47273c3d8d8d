// Selections of the places file, against DuckDB reading the same file.

import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SelectRowsRequest } from '../../shared/contract.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { readSet } from './read-set.ts'
import { RowSelections } from './row-selections.ts'
import { searchedSet } from './searched-set.ts'

const file = join(import.meta.dirname, '../../../fixtures/screen/places.parquet')
const context = { signal: new AbortController().signal, onProgress: () => {} }
let set: EmbeddingSet
let selections: RowSelections
let duckdb: DuckDBConnection

beforeAll(async () => {
  set = await readSet(file, context)
  selections = new RowSelections(searchedSet(set))
  duckdb = await (await DuckDBInstance.create(':memory:')).connect()
})
afterAll(() => set.source.close())

const select = (request: Partial<Omit<SelectRowsRequest, 'setId'>>) =>
  selections.select({ choice: {}, combine: 'replace', ...request }, context.signal)
const rowsWhere = async (sql: string) => {
  const answer = await duckdb.runAndReadAll(`select file_row_number from read_parquet('${file}', file_row_number = true)
    where ${sql} order by 1`)
  return answer.getRows().map(([row]) => Number(row))
}
const forests = "product_id like '%forest'"
const north = 'centre_lat > 0'

describe('a selection of rows', () => {
  it.each([
    [{ where: "contains(product_id, 'forest')" }, forests],
    [
      { where: "grid_cell in ('267U_101R', '283U_120R') or grid_row_u < -40" },
      "grid_cell in ('267U_101R', '283U_120R') or grid_row_u < -40",
    ],
    [{ bbox: [-70, -10, 20, 27] as const }, 'centre_lat between -10 and 27 and centre_lon between -70 and 20'],
    [{ cells: ['283U_120R'] }, "grid_cell = '283U_120R'"],
    [{ cells: ['283U_120R'], where: 'centre_lon < 14.02' }, "grid_cell = '283U_120R' and centre_lon < 14.02"],
    [{}, 'true'],
  ])('by %j has the rows that DuckDB finds', async (choice, sql) => {
    const { selectionId, count } = await select({ choice })
    const expected = await rowsWhere(sql)
    expect([...selections.rows(selectionId)]).toEqual(expected)
    expect(count).toBe(expected.length)
  })

  it('is added to, taken from and turned around', async () => {
    const [byForest, byNorth] = [{ where: "contains(product_id, 'forest')" }, { where: 'centre_lat > 0' }]
    const base = (await select({ choice: byForest })).selectionId
    const made = async (request: Parameters<typeof select>[0]) => [
      ...selections.rows((await select({ base, ...request })).selectionId),
    ]
    expect(await made({ choice: byNorth, combine: 'add' })).toEqual(await rowsWhere(`${forests} or ${north}`))
    expect(await made({ choice: { where: 'centre_lat > -3' }, combine: 'subtract' })).toEqual(
      await rowsWhere(`${forests} and not (centre_lat > -3)`),
    )
    expect(await made({ combine: 'invert' })).toEqual(await rowsWhere(`not (${forests})`))
  })

  it('says where its rows are, pages through them and marks them', async () => {
    const { selectionId, extent, count } = await select({ choice: { where: "contains(product_id, 'forest')" } })
    const answer = await duckdb.runAndReadAll(
      `select min(centre_lon), min(centre_lat), max(centre_lon), max(centre_lat) from '${file}' where ${forests}`,
    )
    for (const [index, edge] of answer.getRows()[0]!.entries()) expect(extent![index]).toBeCloseTo(Number(edge), 6)
    const page = await selections.page(selectionId, 5, 3)
    expect(page.map(({ row }) => row)).toEqual((await rowsWhere(forests)).slice(5, 8))
    expect((await selections.marks(selectionId)).length).toBe(2 * count)
  })

  it('names the cells that the set has no rows in, and refuses what is no cell', async () => {
    const { absentCells } = await select({ choice: { cells: ['283U_120R', '0U_0R'] } })
    expect(absentCells).toEqual(['0U_0R'])
    await expect(select({ choice: { cells: ['Berlin'] } })).rejects.toThrow('expected grid cells like 922D_249L')
  })

  it('is gone when many newer ones have been made, and says so', async () => {
    const { selectionId } = await select({})
    for (let times = 0; times < 120; times++) await select({ combine: 'invert' })
    expect(() => selections.rows(selectionId)).toThrow('select again')
  })
})
