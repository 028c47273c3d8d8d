// Conditions against DuckDB: the same words, asked of the same file.

import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { parseCondition } from './condition.ts'

const columns = [
  { name: 'id', type: 'Int32' },
  { name: 'kind', type: 'Utf8' },
  { name: 'taken', type: 'Timestamp' },
  { name: 'cover', type: 'Float64' },
  { name: 'odd name', type: 'Float32' },
  { name: 'is_land', type: 'Bool' },
  { name: 'embedding', type: 'List<Float32>' },
]

/** Rows with every kind of value, and with nothing where `id` is a multiple of seven. */
const rows = Array.from({ length: 60 }, (_, id) => {
  const isBare = id % 7 === 0
  return {
    id,
    kind: isBare ? null : ['desert', 'forest', "o'clock", 'FOREST'][id % 4]!,
    taken: isBare ? null : new Date(Date.UTC(2020, 1, 10 + (id % 20), id % 24)).toISOString(),
    cover: isBare ? null : (id * 37) % 100,
    'odd name': id / 2,
    is_land: isBare ? null : id % 3 === 0,
  }
})

const asked: readonly (readonly [condition: string, sql?: string])[] = [
  ["kind = 'desert'"],
  ["kind <> 'desert'"],
  ["not (kind = 'desert')"],
  ["kind in ('desert', 'forest') and cover >= 50"],
  ["kind NOT IN ('desert', 'forest')"],
  ["kind = 'desert' or kind = 'forest' and cover < 20"],
  ["(kind = 'desert' OR kind = 'forest') AND cover < 20"],
  ['cover * 2 - 10 > id + 30'],
  ['-cover < -90'],
  ["kind < 'e'"],
  ['is_land and id > 20'],
  ['not is_land'],
  ["col('odd name') <= 4.5", '"odd name" <= 4.5'],
  ["contains(kind, 'ores')"],
  ["starts_with(kind, 'des') or ends_with(kind, 'ock')"],
  ['missing(kind)', 'kind is null'],
  ['not missing(cover) and not (cover > 3 and is_land)', 'cover is not null and not (cover > 3 and is_land)'],
  ["taken >= '2020-02-19'", "taken >= timestamp '2020-02-19'"],
  ["taken > '2020-02-19'", "taken >= timestamp '2020-02-20'"],
  ["taken = '2020-02-19'", "taken::date = date '2020-02-19'"],
  ["taken != '2020-02-19'", "taken::date <> date '2020-02-19'"],
  ["'2020-02-19' <= taken and taken <= '2020-02-21'", "taken::date between date '2020-02-19' and date '2020-02-21'"],
  ["taken < '2020-02-19T05:00:00'", "taken < timestamp '2020-02-19 05:00:00'"],
  ['id in (1)'],
  ["kind = 'o\\'clock'", "kind = 'o''clock'"],
  ["kind = 'desert and forest'"],
]

describe('a condition', () => {
  it('passes the rows that DuckDB passes', async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    await connection.run(
      'create table t (id int, kind text, taken timestamp, cover double, "odd name" float, is_land boolean)',
    )
    const text = (value: string | null) => (value === null ? 'null' : `'${value.replaceAll("'", "''")}'`)
    for (const row of rows) {
      const values = [
        row.id,
        text(row.kind),
        text(row.taken?.replace(/Z$/, '') ?? null),
        row.cover,
        row['odd name'],
        row.is_land,
      ]
      await connection.run(`insert into t values (${values.map((value) => value ?? 'null').join(', ')})`)
    }
    for (const [condition, sql = condition] of asked) {
      const answer = await connection.runAndReadAll(`select id from t where ${sql} order by id`)
      const expected = answer.getRows().map(([id]) => Number(id))
      const { passes } = parseCondition(condition, columns)
      const passed = rows.filter((row) => passes((name) => row[name as keyof typeof row])).map(({ id }) => id)
      expect(passed, condition).toEqual(expected)
    }
  })

  it('tells the columns that it reads', () => {
    expect([...parseCondition("kind = 'a' or cover > id", columns).columns].sort()).toEqual(['cover', 'id', 'kind'])
  })

  it.each([
    ['', /got nothing/],
    ['kind =', /cannot be read at character \d+/],
    ['town = 3', /expected one of the columns id, kind, taken, cover, odd name, is_land, got town/],
    ["cover = 'many'", /both sides of = alike, got a number and a text/],
    ['embedding = 3', /column embedding holds List<Float32>, which cannot be compared/],
    ['cover', /expected a comparison, got only cover/],
    ["kind = 'a' kind = 'b'", /several values|cannot be read/],
    ["like(kind, 'a')", /expected contains\(column, 'text'\)/],
    ['kind = null', /missing\(column\)/],
    ['cover + kind > 2', /expected a number, got kind, which is a text/],
  ])('%s is answered in a sentence', (text, sentence) => {
    expect(() => parseCondition(text, columns)).toThrow(sentence)
  })

  it('reads dates as Major TOM writes them', async () => {
    const file = join(import.meta.dirname, '../../../sample/sample-planet.parquet')
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const answer = await connection.runAndReadAll(
      `select timestamp, strptime(timestamp, '%Y%m%dT%H%M%S') > timestamp '2020-02-19' from '${file}' limit 500`,
    )
    const { passes } = parseCondition("timestamp > '2020-02-18'", [{ name: 'timestamp', type: 'Utf8' }])
    for (const [timestamp, isLater] of answer.getRows()) expect(passes(() => timestamp)).toBe(isLater)
  })
})
