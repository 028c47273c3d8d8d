// An independent reckoning of where a place of the sphere lies on the screen: a camera over the centre of the view with MapLibre's
// documented field of view (36.87 degrees) and scale (512 px times 2^zoom around the parallel of the centre, beyond 85.05 degrees of that one).

export interface Place {
  readonly lat: number
  readonly lon: number
}

export interface View extends Place {
  readonly zoom: number
}

/** @returns CSS pixels; undefined behind the limb */
export function screenPoint(
  place: Place,
  view: View,
  { width, height }: { readonly width: number; readonly height: number },
): { x: number; y: number } | undefined {
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const [phi, phi0, dLambda] = [radians(place.lat), radians(view.lat), radians(place.lon - view.lon)]
  const east = Math.cos(phi) * Math.sin(dLambda)
  const north = Math.cos(phi0) * Math.sin(phi) - Math.sin(phi0) * Math.cos(phi) * Math.cos(dLambda)
  const up = Math.sin(phi0) * Math.sin(phi) + Math.cos(phi0) * Math.cos(phi) * Math.cos(dLambda)
  const radius = (512 * 2 ** view.zoom) / (2 * Math.PI * Math.cos(Math.min(Math.abs(phi0), radians(85.051129))))
  const distance = height / 2 / Math.tan(radians(36.87) / 2)
  if (up < radius / (radius + distance)) return undefined
  const scale = (distance * radius) / (distance + radius * (1 - up))
  return { x: width / 2 + east * scale, y: height / 2 - north * scale }
}

/** The same on the flat map beyond zoom 12: spherical mercator, 512 px times 2^zoom wide. */
export function flatPoint(
  place: Place,
  view: View,
  { width, height }: { readonly width: number; readonly height: number },
): { x: number; y: number } {
  const scale = (512 * 2 ** view.zoom) / (2 * Math.PI)
  const mercator = (lat: number) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360))
  const dLambda = ((place.lon - view.lon) * Math.PI) / 180
  return { x: width / 2 + dLambda * scale, y: height / 2 - (mercator(place.lat) - mercator(view.lat)) * scale }
}
