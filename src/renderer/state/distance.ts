interface Place {
  readonly lat: number
  readonly lon: number
}

const earthRadiusKm = 6371.0088

/** Great-circle distance in km on the mean sphere. */
export function distanceKm(a: Place, b: Place): number {
  const radians = Math.PI / 180
  const half = (degrees: number) => Math.sin((degrees * radians) / 2) ** 2
  const chord = half(b.lat - a.lat) + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * half(b.lon - a.lon)
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(chord)))
}
