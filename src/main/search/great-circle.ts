const earthRadiusKm = 6371.0088
const radians = Math.PI / 180

/** Great-circle distance in km on a sphere of the earth's mean radius (haversine); arguments in degrees. */
export function distanceKm(latA: number, lonA: number, latB: number, lonB: number): number {
  const sinLat = Math.sin(((latB - latA) * radians) / 2)
  const sinLon = Math.sin(((lonB - lonA) * radians) / 2)
  const a = sinLat * sinLat + Math.cos(latA * radians) * Math.cos(latB * radians) * sinLon * sinLon
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(a)))
}

/** Whether a place lies in `[west, south, east, north]`, edges included; `west > east` crosses 180 degrees. */
export function isInBbox(lat: number, lon: number, bbox: readonly [number, number, number, number]): boolean {
  const [west, south, east, north] = bbox
  if (!(lat >= south && lat <= north)) return false
  return west <= east ? lon >= west && lon <= east : lon >= west || lon <= east
}
