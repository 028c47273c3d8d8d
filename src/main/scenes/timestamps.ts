// The standard's timestamps are text, `YYYYMMDDTHHMMSS` in UTC.

/**
 * Rewrites a date as the standard does.
 * @param text ISO 8601 in any common dress, a compact date, or a date-time without zone (taken as UTC)
 * @returns undefined when it is no date
 */
export function timestampOf(text: string | undefined | null): string | undefined {
  if (text === undefined || text === null) return undefined
  const plain = text.trim()
  const match =
    /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2}))?(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
      plain,
    )
  if (match === null) return undefined
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = 'Z'] = match
  const shift = zone === 'Z' ? 'Z' : zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${shift}`)
  if (Number.isNaN(date.getTime())) return undefined
  return date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
}

/** Sensing start in the name of a Sentinel-1, Sentinel-2 or Landsat product; undefined in any other name. */
export function timestampOfProductName(name: string): string | undefined {
  const sentinel = /(?:^|_)(\d{8}T\d{6})(?:_|\.|$)/.exec(name)
  if (sentinel !== null) return timestampOf(sentinel[1])
  const landsat = /^L[COTEM]0\d_\w{4}_\d{6}_(\d{8})_/.exec(name)
  return timestampOf(landsat?.[1])
}
