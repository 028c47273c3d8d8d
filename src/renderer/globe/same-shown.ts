/** The same value, or a list built anew with the same entries: pointing at a mark must not send ten thousand others again. */
export function isSameShown(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
  return a.every((entry, index) => isSameEntry(entry, b[index]))
}

function isSameEntry(a: object, b: object): boolean {
  return a === b || Object.entries(a).every(([key, value]) => value === b[key as keyof typeof b])
}
