import type { LonLat } from '../../../shared/terms.ts'
import type { GlobePlace } from '../globe-scene.ts'

/** Mean of places on the sphere, so that 179 E and 179 W average to 180, and the pole is no special case. Degrees. */
export function meanPlace(places: readonly LonLat[]): GlobePlace {
  let x = 0
  let y = 0
  let z = 0
  for (const [lon, lat] of places) {
    const [lambda, phi] = [(lon * Math.PI) / 180, (lat * Math.PI) / 180]
    x += Math.cos(phi) * Math.cos(lambda)
    y += Math.cos(phi) * Math.sin(lambda)
    z += Math.sin(phi)
  }
  return { lat: (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI, lon: (Math.atan2(y, x) * 180) / Math.PI }
}
