// Whether a camera sees anything of a set that has just been put on the globe, and where it goes if not.

import { fittingZoom, isOnScreen, type ScreenSize } from './camera.ts'
import type { GlobeCamera, GlobePlace } from './globe-scene.ts'
import { type CellMap, texelCentre } from './layers/cell-map.ts'

/**
 * @param home the view of the whole set; undefined for one that is as wide as the globe
 * @param places of the set, as many as there are
 * @returns undefined where the camera stays, since it sees one of them or there is none
 */
export function homeOf(
  camera: GlobeCamera,
  { home, places }: { readonly home: GlobeCamera | undefined; readonly places: readonly GlobePlace[] },
  size: ScreenSize,
): GlobeCamera | undefined {
  const sees = (from: GlobeCamera) => places.some((place) => isOnScreen(place, from, size, 0))
  if (places.length === 0 || sees(camera)) return undefined
  if (home !== undefined) return home
  const whole = { ...camera, zoom: fittingZoom(camera.lat, size.width, size.height) }
  if (sees(whole)) return whole
  const { lat, lon } = places.reduce((near, place) =>
    arcDegrees(camera, place) < arcDegrees(camera, near) ? place : near,
  )
  return { lat, lon, zoom: fittingZoom(lat, size.width, size.height) }
}

/** Centres of the texels that hold a cell. */
export function placesOf({ grid, pixels }: CellMap): readonly GlobePlace[] {
  const places: GlobePlace[] = []
  for (let texel = 0; texel < grid.width * grid.height; texel++) {
    if (pixels[4 * texel + 3] !== 0) places.push(texelCentre(grid, texel))
  }
  return places
}

/** Degrees of arc between two places. */
export function arcDegrees(a: GlobePlace, b: GlobePlace): number {
  const radians = Math.PI / 180
  const cosine =
    Math.sin(a.lat * radians) * Math.sin(b.lat * radians) +
    Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * Math.cos((a.lon - b.lon) * radians)
  return Math.acos(Math.min(1, Math.max(-1, cosine))) / radians
}
