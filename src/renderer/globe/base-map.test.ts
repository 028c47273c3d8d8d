import { describe, expect, it } from 'vitest'
import assetText from './assets/base-map.json?raw'
import { type BaseMapAsset, decodeBaseMap, graticule, withoutCuts } from './base-map.ts'

const asset = JSON.parse(assetText) as BaseMapAsset
const map = decodeBaseMap(asset)

describe('the packaged base map', () => {
  it('has no coast or border that jumps across the map', () => {
    for (const line of [...map.coast.coordinates, ...map.borders.coordinates]) {
      for (let i = 1; i < line.length; i++) expect(Math.abs(line[i]![0]! - line[i - 1]![0]!)).toBeLessThan(20)
    }
  })

  it.each([
    ['Kansas', 38.5, -98, true],
    ['the Sahara', 23, 10, true],
    ['Chukotka, west of 180', 67, 179, true],
    ['Chukotka, east of 180', 66.5, -176, true],
    ['the South Pole', -89.5, 40, true],
    ['the North Pole', 89.5, 40, false],
    ['the mid Atlantic', 30, -40, false],
    ['the Caspian Sea', 42, 50.5, false],
    ['the mid Pacific at 180', 0, 179.9, false],
  ])('knows whether %s is land', (_name, lat, lon, isLand) => {
    expect(map.land.coordinates.some((rings) => isInside(rings, lon, lat))).toBe(isLand)
  })

  it.each([
    ['Algeria', 28, 2],
    ['Antarctica', -80, 30],
    ['Russia', 62, 100],
    ['New Zealand', -41, 173],
  ])('puts the name of %s inside it', (name, lat, lon) => {
    const place = asset.names.find((entry) => entry.name === name)
    expect(place).toBeDefined()
    expect(Math.abs(place!.lat - lat)).toBeLessThan(12)
    expect(map.land.coordinates.some((rings) => isInside(rings, place!.lon, place!.lat))).toBe(true)
    if (name !== 'Antarctica') expect(Math.abs(place!.lon - lon)).toBeLessThan(20)
  })

  it('writes names out', () => {
    const names = asset.names.map(({ name }) => name)
    expect(names).toContain('DR Congo')
    expect(names.filter((name) => name.includes('.'))).toEqual([])
  })

  it('shows large countries first', () => {
    const zoomOf = (name: string) => map.names.features.find(({ properties }) => properties.name === name)!.properties
    expect(zoomOf('Algeria').minZoom).toBeLessThanOrEqual(2)
    expect(zoomOf('Luxembourg').minZoom).toBeGreaterThan(4)
    expect(zoomOf('Russia').order).toBeLessThan(zoomOf('Spain').order)
  })
})

it('takes the cuts out of a coast', () => {
  const ring = [
    [170, 60],
    [180, 61],
    [180, 65],
    [175, 66],
    [170, 60],
  ]
  expect(withoutCuts(ring)).toEqual([
    [
      [170, 60],
      [180, 61],
    ],
    [
      [180, 65],
      [175, 66],
      [170, 60],
    ],
  ])
})

it('draws meridians that stop short of the poles, except four', () => {
  const meridians = graticule(15).coordinates.filter((line) => line[0]![0] === line.at(-1)![0])
  expect(meridians).toHaveLength(24)
  expect(meridians.filter((line) => line.at(-1)![1] === 90)).toHaveLength(4)
})

function isInside(rings: number[][][], x: number, y: number): boolean {
  return rings.filter((ring) => crosses(ring, x, y)).length % 2 === 1
}

function crosses(ring: number[][], x: number, y: number): boolean {
  let inside = false
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = ring[i - 1] as [number, number]
    const [bx, by] = ring[i] as [number, number]
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}
