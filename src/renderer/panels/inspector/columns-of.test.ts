import { describe, expect, it } from 'vitest'
import { columnLines } from './columns-of.ts'

const row = {
  row: 7,
  fragmentRow: 2,
  fragmentCol: 3,
  embedding: { dimensions: 64, norm: 1, first: [] },
  columns: [
    { name: 'unique_id', value: 'abc' },
    { name: 'timestamp', value: '20200219T112111' },
    { name: 'grid_cell', value: '277U_118L' },
    { name: 'grid_row_u', value: '277' },
    { name: 'grid_col_r', value: '-118' },
    { name: 'centre_lat', value: '24.92621' },
    { name: 'centre_lon', value: '-11.63472' },
    { name: 'cloud', value: '0.1' },
  ],
}

describe('columns of a row in the inspector', () => {
  const lines = columnLines(row, { hit: { similarity: 0.9412 }, fragmentsPerSide: 5 })

  it('leave out nothing of the file', () => {
    const shown = lines.flatMap((line) => line.columns)
    expect(new Set(shown)).toEqual(new Set(row.columns.map((column) => column.name)))
  })

  it('say what belongs together on one line, in the order a person reads', () => {
    const values = Object.fromEntries(lines.map((line) => [line.label, line.value]))
    expect(values).toMatchObject({
      Centre: '24.9262 N 11.6347 W',
      'Grid row, col': '277, -118',
      Date: '2020-02-19 11:21 UTC',
      Fragment: 'row 2, column 3 of 5 × 5',
      Similarity: '0.941',
      cloud: '0.1',
    })
    expect(lines[0]?.label).toBe('Grid cell')
  })

  it('call what an L2 search measures a distance', () => {
    const found = columnLines(row, { hit: { distance: 1.25, distanceKm: 40 } })
    const values = Object.fromEntries(found.map((line) => [line.label, line.value]))
    expect(values).toMatchObject({ 'L2 distance': '1.250', Distance: '40 km from example 1' })
    expect(values).not.toHaveProperty('Similarity')
  })
})
