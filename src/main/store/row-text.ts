/** Longest list that is written out in full. */
const LONGEST_LIST = 16

/** A value of a Parquet row as text for a table: empty for null, ISO dates, lists in brackets, bytes by their count. */
export function displayText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return `${value.byteLength.toLocaleString('en')} bytes`
  if (ArrayBuffer.isView(value)) return displayText([...(value as unknown as Iterable<unknown>)])
  if (Array.isArray(value)) return listText(value)
  if (typeof value === 'object') {
    const fields = Object.entries(value).map(([name, field]) => `${name}: ${displayText(field)}`)
    return `{${fields.join(', ')}}`
  }
  return String(value)
}

function listText(values: readonly unknown[]): string {
  const shown = values.slice(0, LONGEST_LIST).map(displayText).join(', ')
  return values.length > LONGEST_LIST ? `[${shown}, ... ${values.length} values]` : `[${shown}]`
}
