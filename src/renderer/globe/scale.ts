export interface Scale {
  /** e.g. `500 km` */
  readonly label: string
  readonly widthPx: number
}

/** The longest of 1, 2 or 5 times a power of ten that fits into `maxPx`. */
export function scaleOf(metersPerPixel: number, maxPx: number): Scale {
  const longest = metersPerPixel * maxPx
  const power = 10 ** Math.floor(Math.log10(longest))
  const meters = power * (longest >= 5 * power ? 5 : longest >= 2 * power ? 2 : 1)
  const label = meters >= 1000 ? `${(meters / 1000).toLocaleString('en-GB')} km` : `${meters} m`
  return { label, widthPx: meters / metersPerPixel }
}
