import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, it } from 'vitest'
import { resultBalance } from './result-balance.ts'

const file = join(import.meta.dirname, '../../../sample/sample-planet.parquet')

/** Cairo, Paris, Lima, Sydney, Denver, Beijing, the South Pole, the middle of the Pacific, and nowhere */
const lat = Float64Array.of(30.05, 48.86, -12.05, -33.87, 39.74, 39.9, -89.5, -20, Number.NaN)
const lon = Float64Array.of(31.24, 2.35, -77.03, 151.21, -104.99, 116.4, 0, -130, 10)

it('counts places by continent, those at sea apart, and passes over rows without a place', () => {
  const { groups, data, results } = resultBalance({ lat, lon }, [0, 1, 1, 8])
  const byContinent = groups
    .filter(({ by }) => by === 'continent')
    .map(({ name, data, results }) => [name, data, results])
  expect([data, results]).toEqual([8, 3])
  expect(byContinent).toEqual([
    ['Africa', 1, 1],
    ['Asia', 1, 0],
    ['Europe', 1, 2],
    ['North America', 1, 0],
    ['South America', 1, 0],
    ['Oceania', 1, 0],
    ['Antarctica', 1, 0],
    ['Sea', 1, 0],
  ])
  const europe = groups.find(({ name }) => name === 'Europe')!
  // two of three results against one of eight rows; statsmodels' Wilson interval of 2 of 3 is 0.2077 to 0.9385
  expect(europe.ratio).toBeCloseTo(16 / 3, 6)
  expect(europe.interval![0]).toBeCloseTo(8 * 0.2076596, 5)
  expect(europe.interval![1]).toBeCloseTo(8 * 0.9385081, 5)
})

it('counts the sample planet by latitude as DuckDB does', async () => {
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect()
  const places = await duckdb.runAndReadAll(`select centre_lat::double, centre_lon::double from '${file}'`)
  const rows = places.getRows().map(([a, b]) => [Number(a), Number(b)] as const)
  const columns = { lat: Float64Array.from(rows, ([a]) => a), lon: Float64Array.from(rows, ([, b]) => b) }
  const { groups } = resultBalance(columns, [])
  const counted = await duckdb.runAndReadAll(
    `select floor(centre_lat / 15)::int as band, count(*)::int from '${file}' group by 1 order by 1 desc`,
  )
  const bands = groups.filter(({ by }) => by === 'latitude').map(({ data }) => data)
  expect(bands).toEqual(counted.getRows().map(([, count]) => count))
  expect(groups.every(({ ratio }) => ratio === undefined)).toBe(true)
})
