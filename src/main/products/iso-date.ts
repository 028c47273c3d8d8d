import { timestampOf } from '../scenes/timestamps.ts'

/**
 * A date of any product in the one form that descriptions have: `YYYY-MM-DD` where the text is a bare date, otherwise
 * `YYYY-MM-DDTHH:MM:SSZ`; fractions of seconds are dropped, a text without zone is UTC.
 * @returns undefined when it is no date
 */
export function isoDate(text: string): string | undefined {
  const compact = timestampOf(text)
  if (compact === undefined) return undefined
  const [date, time] = compact.split('T') as [string, string]
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`
  const isBareDate = /^\s*\d{4}-?\d{2}-?\d{2}\s*$/.test(text)
  return isBareDate ? day : `${day}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}Z`
}
