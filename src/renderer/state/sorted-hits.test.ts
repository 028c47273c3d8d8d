import { describe, expect, it } from 'vitest'
import type { SearchHit } from '../../shared/contract.ts'
import { type SortColumn, sortedHits } from './sorted-hits.ts'

const answer = (hits: readonly SearchHit[], metric: 'cosine' | 'l2' = 'cosine') => ({
  hits: [...hits],
  exact: true,
  recall: 1,
  compared: hits.length,
  tookMs: 1,
  metric,
})

describe('results', () => {
  const hits: SearchHit[] = [
    { row: 1, similarity: 0.9, gridCell: '10U_2R', distanceKm: 50, fragmentRow: 1, fragmentCol: 2, lat: 1, lon: 5 },
    { row: 2, similarity: 0.8, gridCell: '9U_2R', fragmentRow: 1, fragmentCol: 0, lat: 1, lon: -5 },
    { row: 3, similarity: 0.7, gridCell: '100U_2R', distanceKm: 5, fragmentRow: 0, fragmentCol: 4, lat: -1, lon: 9 },
  ]
  const rowsBy = (column: SortColumn, direction: 'ascending' | 'descending' = 'ascending') =>
    sortedHits({ answer: answer(hits), sort: { column, direction } }).map((hit) => hit.row)

  it('sort by any column, missing values last', () => {
    expect(rowsBy('rank', 'descending')).toEqual([3, 2, 1])
    expect(rowsBy('likeness')).toEqual([3, 2, 1])
    expect(rowsBy('distanceKm')).toEqual([3, 1, 2])
    expect(rowsBy('distanceKm', 'descending')).toEqual([1, 3, 2])
  })

  it('sort fragments by row and column, centres from the south and the west', () => {
    expect(rowsBy('fragment')).toEqual([3, 2, 1])
    expect(rowsBy('place')).toEqual([3, 2, 1])
    expect(rowsBy('place', 'descending')).toEqual([1, 2, 3])
  })

  it('sort cells as the rows and columns of the grid follow each other, from the south and the west', () => {
    // neighbours in the order of the original code: fixtures/golden/grid_10km_row_longitudes, all_row_names and cols
    const inOrder = ['12D_0R', '10D_0R', '9D_10L', '9D_9L', '9D_1L', '9D_0R', '9D_10R', '0U_5L', '2U_5L', '10U_5L']
    const shuffled = inOrder.map((gridCell, row) => ({ row, gridCell })).toSorted((a, b) => (a.row % 3) - (b.row % 3))
    const cells = [{ row: 99 }, ...shuffled]
    const sorted = sortedHits({ answer: answer(cells), sort: { column: 'gridCell', direction: 'ascending' } })
    expect(sorted.map(({ gridCell }) => gridCell)).toEqual([...inOrder, undefined])
  })

  it('of an L2 search begin with the least distance', () => {
    const far = answer(
      [
        { row: 1, distance: 0.5 },
        { row: 2, distance: 2 },
      ],
      'l2',
    )
    expect(sortedHits({ answer: far, sort: { column: 'likeness', direction: 'descending' } })[0]?.row).toBe(2)
    expect(sortedHits({ answer: far, sort: { column: 'likeness', direction: 'ascending' } })[0]?.row).toBe(1)
  })
})
