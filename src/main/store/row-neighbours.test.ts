// What lies around rows of the sample planet, against DuckDB over the same file.

import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EmbeddingSet } from './embedding-set.ts'
import { readSet } from './read-set.ts'
import { rowNeighbours } from './row-neighbours.ts'
import { searchedSet } from './searched-set.ts'
import { SetSearch } from './set-search.ts'

const file = join(import.meta.dirname, '../../../sample/sample-planet.parquet')
const { signal } = new AbortController()
let set: EmbeddingSet
let search: SetSearch
let duckdb: DuckDBConnection
/** of a region with two dates, and alone in its cell */
let [dated, lone] = [0, 0]

beforeAll(async () => {
  set = await readSet(file, { signal, onProgress: () => {} })
  search = new SetSearch(searchedSet(set))
  duckdb = await (await DuckDBInstance.create(':memory:')).connect()
  await duckdb.run(
    `create table r as select *, file_row_number as row from read_parquet('${file}', file_row_number = true)`,
  )
  dated = (
    await numbers(`select row from r where grid_cell in
    (select grid_cell from r group by 1 having count(distinct timestamp) = 2 order by 1 limit 1) order by row limit 1`)
  )[0]!
  lone = (
    await numbers(
      'select row from r where grid_cell in (select grid_cell from r group by 1 having count(*) = 1 order by 1 limit 1)',
    )
  )[0]!
})
afterAll(async () => {
  await search.dispose()
  await set.source.close()
})

const numbers = async (sql: string) => (await duckdb.runAndReadAll(sql)).getRows().map(([value]) => Number(value))
const at = (row: number) => `(select * from r where row = ${row})`
/** great-circle distance on a sphere of the Earth's mean radius */
const km = `2 * 6371.0088 * asin(sqrt(pow(sin(radians(r.centre_lat - o.centre_lat) / 2), 2)
  + cos(radians(r.centre_lat)) * cos(radians(o.centre_lat)) * pow(sin(radians(r.centre_lon - o.centre_lon) / 2), 2)))`

describe('what lies around a row', () => {
  it('is the same ground at its dates, with cosines to the first', async () => {
    const { dates } = await rowNeighbours(set, search, dated, signal)
    const expected =
      await duckdb.runAndReadAll(`select r.row::int as row, list_cosine_similarity(r.embedding, f.embedding)::double
      from r join ${at(dated)} o on r.grid_cell = o.grid_cell and r.pixel_bbox = o.pixel_bbox,
      lateral (select embedding from r f where f.grid_cell = o.grid_cell and f.pixel_bbox = o.pixel_bbox order by timestamp limit 1) f
      order by r.timestamp`)
    expect(dates.map(({ row }) => row)).toEqual(expected.getRows().map(([row]) => row))
    expect(dates.length).toBe(2)
    dates.forEach(({ similarity }, index) => {
      expect(similarity).toBeCloseTo(Number(expected.getRows()[index]![1]), 5)
    })
    expect((await rowNeighbours(set, search, lone, signal)).dates).toHaveLength(1)
  })

  it('is the nearest ground, one row of each footprint', async () => {
    for (const row of [dated, lone]) {
      const { near } = await rowNeighbours(set, search, row, signal)
      const expected = await numbers(`select min(${km}) as km from r, ${at(row)} o
        where r.grid_cell != o.grid_cell or r.pixel_bbox != o.pixel_bbox group by r.centre_lat, r.centre_lon order by km limit 6`)
      expect(near).toHaveLength(6)
      near.forEach(({ distanceKm }, index) => {
        expect(distanceKm).toBeCloseTo(expected[index]!, 1)
      })
    }
  })

  it('is what is most alike elsewhere', async () => {
    const { alike } = await rowNeighbours(set, search, lone, signal)
    const expected =
      await numbers(`select list_cosine_similarity(r.embedding, o.embedding)::double as score from r, ${at(lone)} o
      where r.grid_cell != o.grid_cell order by score desc limit 6`)
    alike.forEach(({ similarity }, index) => {
      expect(similarity).toBeCloseTo(expected[index]!, 5)
    })
    expect(alike).toHaveLength(6)
  })

  it('of a row that is not there is refused', async () => {
    await expect(rowNeighbours(set, search, 1e6, signal)).rejects.toThrow('row 1000000: expected a row below 24095')
  })
})
