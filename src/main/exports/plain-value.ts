type PlainValue = string | number | boolean | null | readonly PlainValue[]

/** A Parquet value as JSON can hold it: dates as ISO text, big integers as numbers, bytes and NaN as null. */
export function plainValue(value: unknown): PlainValue {
  if (value === null || value === undefined || value instanceof Uint8Array) return null
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as ArrayLike<unknown>, plainValue)
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part))
}
