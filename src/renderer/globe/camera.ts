// Arithmetic of MapLibre's globe camera: scale, the apparent radius of the globe, and the zoom at which it fits.

import type { GlobeInsets } from './globe-scene.ts'

const equatorMeters = 2 * Math.PI * 6_378_137
const worldPx = 512
/** Beyond the end of mercator MapLibre's globe keeps the size it has there. */
const lastMercatorLat = 85.051129
/** MapLibre's default field of view */
const fovRadians = (36.87 * Math.PI) / 180

/** Ground metres of one CSS pixel at the centre of the map. */
export function metersPerPixel(lat: number, zoom: number): number {
  return (equatorMeters * cosOfScale(lat)) / (worldPx * 2 ** zoom)
}

/** Radius of the sphere in pixels at the distance of its nearest point. */
export function globeRadiusPx(lat: number, zoom: number): number {
  return (worldPx * 2 ** zoom) / (2 * Math.PI * cosOfScale(lat))
}

const cosOfScale = (lat: number) => Math.cos((Math.min(Math.abs(lat), lastMercatorLat) * Math.PI) / 180)

const cameraDistancePx = (heightPx: number) => heightPx / 2 / Math.tan(fovRadians / 2)

/** Radius of the globe's outline on the screen, in CSS pixels. */
export function limbRadiusPx(lat: number, zoom: number, heightPx: number): number {
  const radius = globeRadiusPx(lat, zoom)
  const distance = cameraDistancePx(heightPx)
  return (distance * radius) / Math.sqrt(distance * distance + 2 * distance * radius)
}

/** Zoom at which the outline of the globe has the radius `limbPx`. */
export function zoomOfLimb(lat: number, limbPx: number, heightPx: number): number {
  const distance = cameraDistancePx(heightPx)
  const radius = (limbPx * limbPx + limbPx * Math.hypot(limbPx, distance)) / distance
  return Math.log2((radius * 2 * Math.PI * cosOfScale(lat)) / worldPx)
}

/** Zoom that shows the whole globe with a margin for the glow. */
export function fittingZoom(lat: number, widthPx: number, heightPx: number): number {
  const limbPx = Math.max(Math.min(widthPx, heightPx) * 0.47, 60)
  return Math.max(zoomOfLimb(lat, limbPx, Math.max(heightPx, 120)), 0)
}

/** Where a flight's target should come to lie: the middle of what panels leave free, as an offset from the centre. */
export function insetOffset(insets: GlobeInsets | undefined): [x: number, y: number] {
  if (!insets) return [0, 0]
  return [(insets.left - insets.right) / 2, (insets.top - insets.bottom) / 2]
}

/** 1 while the whole globe is seen, 0 from zoom 6 on. */
export function atmosphereStrength(zoom: number): number {
  return Math.min(Math.max((6 - zoom) / 3.5, 0), 1)
}
