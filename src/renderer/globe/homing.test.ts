import { describe, expect, it } from 'vitest'
import { fittingZoom } from './camera.ts'
import { homeOf, placesOf } from './homing.ts'
import { prepareCellMap } from './layers/cell-map.ts'

const size = { width: 1000, height: 640 }
const libya = { lat: 27, lon: 17, zoom: 9 }
const home = { lat: 47, lon: 10, zoom: 6 }

describe('the view of a set that is put on the globe', () => {
  it('stays where one place of the set is seen', () => {
    const places = [
      { lat: 27.1, lon: 17.1 },
      { lat: -30, lon: 140 },
    ]
    expect(homeOf(libya, { home, places }, size)).toBeUndefined()
  })

  it('is the whole set where none is seen', () => {
    expect(homeOf(libya, { home, places: [{ lat: 47, lon: 10 }] }, size)).toEqual(home)
  })

  it('is one side of the globe for a set as wide as the globe: this side, or the one that has the nearest place', () => {
    const zoom = fittingZoom(libya.lat, size.width, size.height)
    const near = [
      { lat: 0, lon: 0 },
      { lat: 0, lon: 170 },
    ]
    expect(homeOf(libya, { home: undefined, places: near }, size)).toEqual({ ...libya, zoom })
    const far = [
      { lat: 0, lon: -140 },
      { lat: 0, lon: 178 },
    ]
    expect(homeOf(libya, { home: undefined, places: far }, size)).toMatchObject({ lat: 0, lon: -140 })
  })

  it('stays where a set has no place', () => {
    expect(homeOf(libya, { home: undefined, places: [] }, size)).toBeUndefined()
  })
})

describe('the places of a map', () => {
  it('are the centres of its opaque texels', () => {
    const rgba = new Uint8Array(4 * 3 * 2)
    rgba.set([10, 20, 30, 255], 4 * 4)
    const grid = { width: 3, height: 2, bbox: [-180, 0, 180, 20] as const, cellsOfRow: [3, 3] }
    expect(placesOf(prepareCellMap(rgba, grid))).toEqual([{ lat: 5, lon: 0 }])
  })
})
