import { describe, expect, it } from 'vitest'
import type { EngineClient } from '../engine-client.ts'
import { createApp } from './app.ts'
import { distanceKm } from './distance.ts'
import { namedPlace } from './named-place.ts'
import { patch } from './store.ts'

/** An engine with rows in one cell, which answers as the contract says. */
function appWithCell(gridCell: string, at: { lat: number; lon: number }) {
  const engine = {
    locate: async ({ lat, lon }: { lat: number; lon: number }) => ({ gridCell: '267U_101R', lat, lon, utmCrs: '' }),
    cellRows: async (query: { lat?: number; lon?: number; withinKm?: number }) =>
      distanceKm(query as typeof at, at) < (query.withinKm ?? 15) ? { gridCell, rows: [{ row: 3, ...at }] } : undefined,
    row: async () => ({ row: 3, gridCell, columns: [], embedding: { dimensions: 1, norm: 1, first: [1] } }),
  }
  const client: EngineClient = {
    door: 'browser',
    engine: engine as unknown as EngineClient['engine'],
    onEvent: () => () => {},
    onConnection: () => () => {},
  }
  const app = createApp(client)
  patch(app.store, 'sets', { currentId: 'one' })
  return app
}

describe('a place that was typed', () => {
  it('selects the nearest cell with rows and flies to it, saying how far it is', async () => {
    const app = appWithCell('270U_101R', { lat: 24.3, lon: 10 })
    const arrival = await app.going.toPlace({ lat: 24, lon: 10 })
    expect(arrival).toMatchObject({ lat: 24, lon: 10, gridCell: '270U_101R' })
    expect(arrival.distanceKm).toBeCloseTo(33.36, 1)
    const { view, selection } = app.store.getState()
    expect(view.flight).toMatchObject({ lat: 24.3, lon: 10 })
    expect(selection.row?.row).toBe(3)
  })

  it('is no distance away inside its cell, and selects nothing where no row is near', async () => {
    const inside = appWithCell('267U_101R', { lat: 24.04, lon: 10 })
    expect((await inside.going.toPlace({ lat: 24, lon: 10 })).distanceKm).toBe(0)
    const far = appWithCell('300U_101R', { lat: 25, lon: 10 })
    expect((await far.going.toPlace({ lat: 24, lon: 10 })).gridCell).toBeUndefined()
    expect(far.store.getState().selection.cell).toBeUndefined()
  })
})

describe('a name that was typed', () => {
  const places = ['Congo', 'DR Congo', 'Côte d’Ivoire', 'Chad'].map((name) => ({ name, lat: 0, lon: 0, zoom: 3 }))
  it.each([
    ['congo', 'Congo'],
    [' cote d', 'Côte d’Ivoire'],
    ['DR', undefined],
    ['Atlantis', undefined],
  ])('%j is %s', (text, name) => {
    expect(namedPlace(text, places)?.name).toBe(name)
  })
})

describe('distance', () => {
  it('is the great circle', () => {
    // pyproj.Geod(a=6371008.8, b=6371008.8).inv(-9.1, 38.9, 13.4, 52.5)[2]
    expect(distanceKm({ lat: 38.9, lon: -9.1 }, { lat: 52.5, lon: 13.4 })).toBeCloseTo(2293.5449, 3)
    expect(distanceKm({ lat: 0, lon: 179 }, { lat: 0, lon: -179 })).toBeCloseTo(222.39, 2)
  })
})
