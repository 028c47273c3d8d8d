/**
 * Milliseconds since 1970 (UTC) of a timestamp text: `YYYYMMDDTHHMMSS` as in Major TOM, a date, or ISO 8601.
 * NaN when the text is none of these.
 */
export function timeMs(text: string): number {
  const compact = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2}))?Z?$/.exec(text)
  if (compact) {
    const [, year, month, day, hour = '0', minute = '0', second = '0'] = compact
    return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  }
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return Number.NaN
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text)
  const hasTime = text.includes('T') || text.includes(' ')
  return Date.parse(hasTime && !hasZone ? `${text.replace(' ', 'T')}Z` : text)
}

const DAY_MS = 86_400_000

/** The first millisecond after a timestamp: a bare date stands for its whole day. NaN as in `timeMs`. */
export function timeEndMs(text: string): number {
  const isBareDate = /^\d{4}-?\d{2}-?\d{2}$/.test(text)
  return timeMs(text) + (isBareDate ? DAY_MS : 1)
}
