import { describe, expect, it } from 'vitest'
import { fittingZoom, footprintZoom, insetOffset, limbRadiusPx, metersPerPixel, zoomOfLimb } from './camera.ts'
import { scaleOf } from './scale.ts'

it('has 78,271.5 m a pixel at the equator at zoom 0 with 512 px tiles', () => {
  expect(metersPerPixel(0, 0)).toBeCloseTo(78_271.517, 2)
  expect(metersPerPixel(60, 3)).toBeCloseTo(78_271.517 / 16, 2)
})

it('finds the zoom of a limb radius and the limb radius of a zoom', () => {
  for (const lat of [0, 45, -80]) {
    for (const limb of [80, 300]) expect(limbRadiusPx(lat, zoomOfLimb(lat, limb, 700), 700)).toBeCloseTo(limb, 6)
  }
})

describe('fitting the whole globe', () => {
  it('leaves a margin for the glow in the shorter direction', () => {
    expect(limbRadiusPx(20, fittingZoom(20, 1000, 640), 640)).toBeCloseTo(640 * 0.47, 6)
    expect(limbRadiusPx(20, fittingZoom(20, 400, 640), 640)).toBeCloseTo(400 * 0.47, 6)
  })

  it('stays finite while the map has no size yet', () => {
    expect(Number.isFinite(fittingZoom(20, 0, 0))).toBe(true)
  })
})

describe('flying to a fragment', () => {
  it('gives it a third of the shorter side that panels leave free', () => {
    const insets = { left: 100, right: 200, top: 0, bottom: 100 }
    for (const lat of [0, 52, -70]) {
      const zoom = footprintZoom(lat, 2_240, { width: 1000, height: 700, insets })
      expect(2_240 / metersPerPixel(lat, zoom)).toBeCloseTo(200, 6)
    }
  })

  it('stays finite while the map has no size yet', () => {
    expect(Number.isFinite(footprintZoom(20, 10_000, { width: 0, height: 0 }))).toBe(true)
  })
})

it('centres a flight in what panels leave free', () => {
  expect(insetOffset(undefined)).toEqual([0, 0])
  expect(insetOffset({ left: 200, right: 0, top: 0, bottom: 100 })).toEqual([100, -50])
})

it.each([
  [12_010, '1,000 km'],
  [30.1, '2 km'],
  [5.3, '500 m'],
  [0.9, '50 m'],
])('picks a round length for %f m a pixel', (metersPerPx, label) => {
  const scale = scaleOf(metersPerPx, 96)
  expect(scale.label).toBe(label)
  expect(scale.widthPx).toBeLessThanOrEqual(96)
  expect(scale.widthPx).toBeGreaterThan(38)
})
