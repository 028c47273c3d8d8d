import { describe, expect, it } from 'vitest'
import { fittingZoom, limbRadiusPx, screenPointOf } from '../camera.ts'
import { nameOpacity } from './names-at-limb.ts'

const size = { width: 900, height: 700 }
const camera = { lat: 0, lon: 0, zoom: fittingZoom(0, size.width, size.height) }

describe('a name on the globe', () => {
  it('is whole in the middle and gone behind the limb', () => {
    expect(nameOpacity({ lat: 10, lon: 10, name: 'Chad' }, camera, size)).toBe(1)
    expect(nameOpacity({ lat: 0, lon: 120, name: 'Kiribati' }, camera, size)).toBe(0)
  })

  it('is gone before its letters reach the limb, a long one sooner', () => {
    const limb = limbRadiusPx(camera.lat, camera.zoom, size.height)
    const opacities = (name: string) =>
      Array.from({ length: 75 }, (_, lon) => ({ lon, opacity: nameOpacity({ lat: 0, lon, name }, camera, size) }))
    for (const { lon, opacity } of opacities('Saint Lucia').filter(({ opacity }) => opacity > 0)) {
      // eleven letters of at least 5 px
      expect(
        screenPointOf({ lat: 0, lon }, camera, size)!.x - size.width / 2 + 27,
        `at ${lon}, ${opacity}`,
      ).toBeLessThan(limb)
    }
    const shown = (name: string) => opacities(name).filter(({ opacity }) => opacity > 0.5).length
    expect(shown('Saint Lucia')).toBeLessThan(shown('Fiji'))
  })

  it('is whole everywhere on a near view, where the limb is outside of the window', () => {
    const near = { lat: 40, lon: 5, zoom: 6 }
    expect(nameOpacity({ lat: 41.5, lon: 9, name: 'Mediterranean Sea' }, near, size)).toBe(1)
  })
})
