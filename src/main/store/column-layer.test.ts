// Columns of the sample planet a grid cell, against DuckDB grouping the same file.

import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CellLayers } from './cell-layers.ts'
import { cellTexture, texelAt } from './cell-texture.ts'
import { columnLayer } from './column-layer.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { readSet } from './read-set.ts'
import { searchedSet } from './searched-set.ts'
import { valueSpread } from './value-spread.ts'

const file = join(import.meta.dirname, '../../../sample/sample-planet.parquet')
const context = { signal: new AbortController().signal, onProgress: () => {} }
let set: EmbeddingSet
let duckdb: DuckDBConnection

beforeAll(async () => {
  set = await readSet(file, context)
  duckdb = await (await DuckDBInstance.create(':memory:')).connect()
})
afterAll(() => set.source.close())

const layer = (column: string, asCategories = false) =>
  columnLayer({ ...set, ...searchedSet(set) }, { column, asCategories })
const ofCells = async (expression: string) => {
  const answer = await duckdb.runAndReadAll(`select grid_cell, ${expression} from '${file}' group by 1`)
  return new Map(answer.getRows().map(([cell, value]) => [String(cell), value]))
}

describe('a column as a layer', () => {
  it('has the mean of numbers in every cell', async () => {
    const { ofCell, missingRows, values } = await layer('centre_lat')
    const expected = await ofCells('avg(centre_lat::double)')
    expect(expected.size).toBe(set.cells.cells.length)
    set.cells.cells.forEach(({ name }, index) => {
      expect(ofCell[index], name).toBeCloseTo(Number(expected.get(name)), 4)
    })
    expect(missingRows).toBe(0)
    const sorted = [...expected.values()].map(Number).sort((a, b) => a - b)
    expect(values).toMatchObject({ kind: 'number' })
    if (values.kind !== 'number') return
    expect(values.low).toBeCloseTo(sorted[0]!, 4)
    expect(values.high).toBeCloseTo(sorted.at(-1)!, 4)
    expect(values.histogram.reduce((sum, count) => sum + count)).toBe(expected.size)
  })

  it('has the latest of dates, in days', async () => {
    const { ofCell, values } = await layer('timestamp')
    expect(values.kind).toBe('date')
    const expected = await ofCells("epoch(strptime(max(timestamp), '%Y%m%dT%H%M%S')) / 86400")
    set.cells.cells.forEach(({ name }, index) => {
      expect(ofCell[index], name).toBeCloseTo(Number(expected.get(name)), 2)
    })
  })

  it('has the most frequent of texts, and counts rows and cells of each', async () => {
    const { ofCell, values } = await layer('utm_crs')
    expect(values.kind).toBe('category')
    if (values.kind !== 'category') return
    const answer = await duckdb.runAndReadAll(`select utm_crs, count(*)::int, count(distinct grid_cell)::int
      from '${file}' group by 1 order by 2 desc, 1 limit 60`)
    const largest = answer.getRows().map(([name, rows, cells]) => ({ name, rows, cells }))
    // all rows of a cell lie in one zone, so that the cells of a zone are the distinct ones
    expect(values.categories.slice(0, 60)).toEqual(largest)
    const expected = await ofCells('mode(utm_crs)')
    set.cells.cells.forEach(({ name }, index) => {
      const category = values.categories[ofCell[index]!]!
      if (ofCell[index]! < 60) expect(category.name).toBe(expected.get(name))
      else expect(category.name).toBe(`${values.merged} others`)
    })
  })

  it('takes numbers one by one when asked to', async () => {
    const { values } = await layer('grid_row_u', true)
    if (values.kind !== 'category') throw new Error('expected categories')
    const answer = await duckdb.runAndReadAll(
      `select grid_row_u::text, count(*)::int from '${file}' group by 1 order by 2 desc, 1 limit 1`,
    )
    expect([values.categories[0]?.name, values.categories[0]?.rows]).toEqual(answer.getRows()[0])
  })

  it('is refused for what has no single value a row', async () => {
    await expect(layer('embedding')).rejects.toThrow(/layer embedding: expected a column with one number, .* got a/)
    await expect(layer('nothing')).rejects.toThrow(/\(unique_id, .*\), got none of that name/)
  })
})

describe('the texels of a layer', () => {
  it('lie where the cells are, and nowhere else', async () => {
    const layers = new CellLayers(set.cells)
    const made = await layer('centre_lat')
    const { layerId, cellCount, width, height } = layers.add(made)
    const texels = layers.texels(layerId)
    expect([cellCount, texels.length]).toEqual([set.cells.cells.length, width * height])
    const texture = cellTexture(set.cells)
    for (const [index, { lat, lon }] of set.cells.cells.entries()) {
      if (index % 100 === 0) expect(texels[texelAt(texture, lat, lon)]).toBe(made.ofCell[index])
    }
    expect(texels.filter((value) => !Number.isNaN(value))).toHaveLength(
      texture.cellOfTexel.filter((cell) => cell >= 0).length,
    )
    expect(() => layers.texels('v9')).toThrow(/layer v9: .* add it again/)
  })
})

describe('the spread of values', () => {
  it('has the percentiles of numpy and passes NaN over', () => {
    // numpy.percentile([3, 1, 4, 1, 5, 9, 2, 6], [2, 98])
    const { low, high, middle, histogram } = valueSpread(Float32Array.from([3, 1, 4, Number.NaN, 1, 5, 9, 2, 6]))
    expect([low, high]).toEqual([1, 9])
    expect(middle[0]).toBeCloseTo(1, 6)
    expect(middle[1]).toBeCloseTo(8.58, 6)
    expect([histogram[0], histogram.at(-1), histogram.length]).toEqual([2, 1, 64])
  })
})
