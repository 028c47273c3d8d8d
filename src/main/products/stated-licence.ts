/** The licence that a file states in its own metadata, under the names that writers use; undefined where it states none. */
export function statedLicence(metadata: ReadonlyMap<string, string>): string | undefined {
  for (const [key, value] of metadata) {
    const text = value.replaceAll('\0', '').trim()
    if (/^(?:licen[cs]e|dc:?licen[cs]e|tifftag_licen[cs]e)$/i.test(key) && text !== '') return text
  }
  return undefined
}

/** The field of a description, absent where no licence is known. */
export function licenceField(licence: string | undefined): { licence?: string } {
  return licence === undefined ? {} : { licence }
}
