// Used by tests only: no bundle entry imports it.

import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** A file of fixtures/golden by its name without extension, gzipped or not; the caller states its shape. */
export function readGolden<T>(name: string): T {
  const path = (suffix: string) => new URL(`../../../fixtures/golden/${name}.json${suffix}`, import.meta.url)
  if (existsSync(path(''))) return JSON.parse(readFileSync(path(''), 'utf8')) as T
  return JSON.parse(gunzipSync(readFileSync(path('.gz'))).toString('utf8')) as T
}
