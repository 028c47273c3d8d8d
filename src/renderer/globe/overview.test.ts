import { describe, expect, it } from 'vitest'
import { fittingZoom, horizonDegrees } from './camera.ts'
import type { GlobePlace } from './globe-scene.ts'
import { overviewOf } from './overview.ts'

const size = { width: 1000, height: 640 }
const near = { lat: 46, lon: 22, zoom: 9 }
const around = { lat: 46, lon: 22 }
const grid = (lats: readonly number[], lons: readonly number[]): GlobePlace[] =>
  lats.flatMap((lat) => lons.map((lon) => ({ lat, lon })))

/** Degrees of arc, by the law of cosines. */
function arc(a: GlobePlace, b: GlobePlace): number {
  const radians = Math.PI / 180
  const cosine =
    Math.sin(a.lat * radians) * Math.sin(b.lat * radians) +
    Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * Math.cos((a.lon - b.lon) * radians)
  return Math.acos(Math.min(1, cosine)) / radians
}

describe('the overview of results', () => {
  const africa = grid([-30, -10, 5, 15], [12, 22, 34])

  it('shows the example and all results that one side of the globe can', () => {
    const places = [...africa, { lat: -20, lon: -160 }]
    const view = overviewOf(near, { around, places }, size)!
    expect(view.zoom).toBeGreaterThanOrEqual(fittingZoom(view.lat, size.width, size.height) - 1e-9)
    const seen = horizonDegrees(view.lat, view.zoom, size.height)
    for (const place of [around, ...africa]) expect(arc(view, place)).toBeLessThan(seen)
    expect(arc(view, places.at(-1)!)).toBeGreaterThan(seen)
  })

  it('comes no farther out than needed', () => {
    const places = grid([44, 48], [19, 22, 25])
    const view = overviewOf(near, { around, places }, size)!
    expect(view.zoom).toBeGreaterThan(4)
    expect(view.zoom).toBeLessThan(8)
    expect(arc(view, { lat: 46, lon: 22 })).toBeLessThan(1)
  })

  it('turns to where most results are, with the example still in view', () => {
    const places = grid([-40, -30, -20], [100, 115, 130])
    const view = overviewOf(near, { around: { lat: 20, lon: 60 }, places }, size)!
    const seen = horizonDegrees(view.lat, view.zoom, size.height)
    for (const place of [{ lat: 20, lon: 60 }, ...places]) expect(arc(view, place)).toBeLessThan(seen)
  })

  it('is not wanted where at least half of the results are in view', () => {
    const here = grid([46, 46.02], [21.99, 22, 22.01])
    expect(overviewOf(near, { around, places: [...here, ...africa.slice(0, here.length)] }, size)).toBeUndefined()
    expect(
      overviewOf(near, { around, places: [...here.slice(1), ...africa.slice(0, here.length)] }, size),
    ).toBeDefined()
  })

  it('is wanted where only some of a handful are', () => {
    expect(overviewOf(near, { around, places: [{ lat: 46, lon: 22.01 }, ...africa] }, size)).toBeDefined()
    expect(overviewOf(near, { around, places: [{ lat: 46, lon: 22.01 }] }, size)).toBeUndefined()
  })

  it('is not wanted where the globe is seen from afar, nor where it would show nothing more', () => {
    const far = { ...near, zoom: fittingZoom(46, size.width, size.height) + 0.5 }
    expect(overviewOf(far, { around, places: africa }, size)).toBeUndefined()
    expect(overviewOf(near, { around, places: [{ lat: -46, lon: -158 }] }, size)).toBeUndefined()
  })
})
