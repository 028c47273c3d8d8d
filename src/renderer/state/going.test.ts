import { describe, expect, it } from 'vitest'
import type { EngineClient } from '../engine-client.ts'
import citiesText from '../globe/assets/cities.json?raw'
import { createApp } from './app.ts'
import { distanceKm } from './distance.ts'
import { fullName, type NamedPlace, namedPlaces } from './named-place.ts'
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
  const place = (name: string, country?: string): NamedPlace =>
    country === undefined ? { name, lat: 0, lon: 0, zoom: 3 } : { name, country, lat: 1, lon: 2, zoom: 9 }
  const places = [
    ...['Congo', 'DR Congo', 'Côte d’Ivoire', 'Chad', 'Paraguay'].map((name) => place(name)),
    ...[place('Paris', 'France'), place('Parisville', 'Canada'), place('Paris', 'United States')],
  ]
  it.each([
    ['congo', ['Congo']],
    [' cote d', ['Côte d’Ivoire']],
    ['DR', []],
    ['Atlantis', []],
    ['par', ['Paraguay', 'Paris, France', 'Parisville, Canada', 'Paris, United States']],
    ['PARIS', ['Paris, France', 'Paris, United States', 'Parisville, Canada']],
    ['Paris,united', ['Paris, United States']],
  ])('%j is %j', (text, expected) => {
    expect(namedPlaces(text, places, 9).map(fullName)).toEqual(expected)
  })

  it('of a country moves the globe only, that of a city selects the nearest cell', async () => {
    const app = appWithCell('270U_101R', { lat: 1.2, lon: 2 })
    expect(await app.going.toNamed(places[0]!)).toBeUndefined()
    expect(app.store.getState().view.flight).toMatchObject({ lat: 0, lon: 0, zoom: 3 })
    expect(await app.going.toNamed(places[5]!)).toMatchObject({ gridCell: '270U_101R' })
    expect(app.store.getState().selection.row?.row).toBe(3)
  })
})

describe('the cities that come with the application', () => {
  const { countries, cities } = JSON.parse(citiesText) as {
    countries: string[]
    cities: [string, number, number, number][]
  }
  // Wikipedia's coordinates, within what a map shows as the same city
  it.each([
    ['Nairobi', 'Kenya', -1.29, 36.82],
    ['Quito', 'Ecuador', -0.22, -78.51],
    ['Reykjavík', 'Iceland', 64.15, -21.94],
    ['Suva', 'Fiji', -18.14, 178.44],
    ['Tokyo', 'Japan', 35.68, 139.69],
  ])('have %s in %s', (name, country, lat, lon) => {
    const found = cities.find((city) => city[0] === name && countries[city[1]] === country)!
    expect(distanceKm({ lat: found[2], lon: found[3] }, { lat, lon })).toBeLessThan(15)
  })
})

describe('distance', () => {
  it('is the great circle', () => {
    // pyproj.Geod(a=6371008.8, b=6371008.8).inv(-9.1, 38.9, 13.4, 52.5)[2]
    expect(distanceKm({ lat: 38.9, lon: -9.1 }, { lat: 52.5, lon: 13.4 })).toBeCloseTo(2293.5449, 3)
    expect(distanceKm({ lat: 0, lon: 179 }, { lat: 0, lon: -179 })).toBeCloseTo(222.39, 2)
  })
})
