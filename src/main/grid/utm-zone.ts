/**
 * UTM zone of a place as MajorTOM/grid.py tells it: with the exceptions for Norway and Svalbard, without the polar CRS.
 * @returns e.g. `EPSG:32629`; the equator counts as north
 */
export function utmCrsAt(lat: number, lon: number): string {
  return `EPSG:${lat >= 0 ? 326 : 327}${String(utmZoneAt(lat, lon)).padStart(2, '0')}`
}

function utmZoneAt(lat: number, lon: number): number {
  if (lat >= 56 && lat < 64 && lon >= 3 && lon < 12) return 32
  if (lat >= 72 && lat < 84) {
    if (lon >= 0 && lon < 9) return 31
    if (lon >= 9 && lon < 21) return 33
    if (lon >= 21 && lon < 33) return 35
    if (lon >= 33 && lon < 42) return 37
  }
  const sixDegrees = Math.floor((lon + 180) / 6) % 60
  return (sixDegrees < 0 ? sixDegrees + 60 : sixDegrees) + 1
}
