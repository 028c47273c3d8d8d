import { expect, it } from 'vitest'
import { bandOrders } from './band-orders.ts'

it('three bands have all six orders, their own first', () => {
  const orders = bandOrders(['B04', 'B03', 'B02'])
  expect(orders.size).toBe(6)
  expect([...orders][0]).toEqual(['bands in the order of the card', [0, 1, 2]])
  expect(orders.get('bands B02, B03, B04')).toEqual([2, 1, 0])
  expect(new Set([...orders.values()].map(String)).size).toBe(6)
})

it('two bands can only be exchanged', () => {
  expect([...bandOrders(['vv', 'vh']).values()]).toEqual([
    [0, 1],
    [1, 0],
  ])
})

it('more bands are reversed, red and blue exchanged, and neighbours exchanged', () => {
  const bands = ['B01', 'B02', 'B03', 'B04', 'B05', 'B06', 'B07', 'B08', 'B8A', 'B09', 'B10', 'B11', 'B12']
  const orders = bandOrders(bands)
  // their own, reversed, red and blue, twelve pairs of neighbours
  expect(orders.size).toBe(15)
  expect(orders.get('bands B8A and B09 exchanged')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 9, 8, 10, 11, 12])
  expect(orders.get('bands B02 and B04 exchanged')).toEqual([0, 3, 2, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  expect(orders.get('bands reversed')![0]).toBe(12)
})

it('red and blue are found under other names', () => {
  expect(bandOrders(['red', 'green', 'blue', 'nir']).get('bands blue and red exchanged')).toEqual([2, 1, 0, 3])
})
