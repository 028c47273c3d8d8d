import { describe, expect, it } from 'vitest'
import { areaOf, boxOutline, closedRing } from './area-ring.ts'

/** A globe of 100 px radius in the middle of the screen, looked at from far above 0, 0. */
const placeAt = ({ x, y }: { x: number; y: number }) => {
  const [east, north] = [x / 100, -y / 100]
  const up = 1 - east * east - north * north
  if (up < 0) return undefined
  const degrees = 180 / Math.PI
  return { lat: Math.asin(north) * degrees, lon: Math.atan2(east, Math.sqrt(up)) * degrees }
}

describe('the ground under a drawn outline', () => {
  it('has edges that follow the screen, closed', () => {
    const area = areaOf(boxOutline({ x: -50, y: -50 }, { x: 50, y: 50 }), placeAt)!
    const ring = area.polygons[0]![0]!
    expect(ring[0]).toEqual(ring.at(-1))
    // orthographic: the corner of the box lies at asin(0.5) north, atan(0.5 / sqrt(0.5)) west
    expect(ring[0]![1]).toBeCloseTo(30, 9)
    expect(ring[0]![0]).toBeCloseTo(-35.2644, 4)
    expect(ring.length).toBeGreaterThan(30)
  })

  it('goes along the limb where the outline lies in space', () => {
    const area = areaOf(boxOutline({ x: 20, y: -20 }, { x: 300, y: 20 }), placeAt)!
    const lons = area.polygons[0]![0]!.map(([lon]) => lon)
    expect(Math.max(...lons)).toBeGreaterThan(85)
    expect(Math.min(...lons)).toBeGreaterThan(11)
  })

  it('is the visible side when it goes around the whole globe', () => {
    const lons = areaOf(boxOutline({ x: -150, y: -150 }, { x: 150, y: 150 }), placeAt)!.polygons[0]![0]!.map(
      ([lon]) => lon,
    )
    expect(Math.max(...lons)).toBeGreaterThan(80)
    expect(Math.min(...lons)).toBeLessThan(-80)
  })

  it('is nothing over space', () => {
    expect(areaOf(boxOutline({ x: 200, y: 200 }, { x: 300, y: 300 }), placeAt)).toBeUndefined()
  })

  it('is closed through the pole that it goes around', () => {
    const around = [0, 60, 120, 180, -120, -60].map((lon) => ({ lat: -70, lon }))
    const ring = closedRing(around)
    expect(ring.filter(([, lat]) => lat === -90).length).toBeGreaterThan(3)
    // no step of more than a third of the Earth, so that the shorter way is the meant one
    for (const [index, [lon]] of ring.slice(1).entries()) {
      const step = Math.abs(lon - ring[index]![0])
      expect(Math.min(step, 360 - step)).toBeLessThanOrEqual(120)
    }
    expect(closedRing(around, { lat: 20, lon: 5 }).some(([, lat]) => lat === 90)).toBe(true)
    expect(closedRing(around.slice(0, 3))).toHaveLength(4)
  })
})
