// Used by tests only: what the scripts of fixtures/evaluation wrote.

import { readFileSync } from 'node:fs'

/** A file of fixtures/evaluation; the caller states its shape. */
export function readEvaluationFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/evaluation/${name}.json`, import.meta.url), 'utf8')) as T
}
