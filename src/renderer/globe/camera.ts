// Arithmetic of MapLibre's globe camera: scale, the apparent radius of the globe, and the zoom at which it fits.

import type { GlobeCamera, GlobeInsets, GlobePlace } from './globe-scene.ts'

export interface ScreenSize {
  readonly width: number
  readonly height: number
}

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

/** How far around the centre the ground is seen, degrees of arc. */
export function horizonDegrees(lat: number, zoom: number, heightPx: number): number {
  const radius = globeRadiusPx(lat, zoom)
  return (Math.acos(radius / (radius + cameraDistancePx(heightPx))) * 180) / Math.PI
}

/** Where a place lies on the screen, CSS pixels; undefined behind the limb. */
export function screenPointOf(
  place: GlobePlace,
  camera: GlobeCamera,
  { width, height }: ScreenSize,
): { readonly x: number; readonly y: number } | undefined {
  const [phi, phi0, dLambda] = [place.lat, camera.lat, place.lon - camera.lon].map(
    (degrees) => (degrees * Math.PI) / 180,
  ) as [number, number, number]
  const up = Math.sin(phi0) * Math.sin(phi) + Math.cos(phi0) * Math.cos(phi) * Math.cos(dLambda)
  const radius = globeRadiusPx(camera.lat, camera.zoom)
  const distance = cameraDistancePx(height)
  if (up * (radius + distance) < radius) return undefined
  const scale = (distance * radius) / (distance + radius * (1 - up))
  const east = Math.cos(phi) * Math.sin(dLambda)
  const north = Math.cos(phi0) * Math.sin(phi) - Math.sin(phi0) * Math.cos(phi) * Math.cos(dLambda)
  return { x: width / 2 + east * scale, y: height / 2 - north * scale }
}

/** @param margin pixels along the edges that do not count */
export function isOnScreen(place: GlobePlace, camera: GlobeCamera, size: ScreenSize, margin: number): boolean {
  const point = screenPointOf(place, camera, size)
  return (
    point !== undefined &&
    point.x >= margin &&
    point.y >= margin &&
    point.x <= size.width - margin &&
    point.y <= size.height - margin
  )
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

/** Of the shorter side: well seen, with its neighbours around it, and clear of the legend in the corner. */
const footprintShare = 1 / 3

/** Zoom at which a square on the ground takes a third of the shorter side of what panels leave free of the map. */
export function footprintZoom(
  lat: number,
  sideMeters: number,
  { width, height, insets }: ScreenSize & { readonly insets?: GlobeInsets | undefined },
): number {
  const freeWidth = width - (insets ? insets.left + insets.right : 0)
  const freeHeight = height - (insets ? insets.top + insets.bottom : 0)
  const sidePx = footprintShare * Math.max(Math.min(freeWidth, freeHeight), 120)
  return Math.log2((metersPerPixel(lat, 0) * sidePx) / sideMeters)
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
