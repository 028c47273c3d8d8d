// What was fetched under which name, kept when the file itself is removed: weights whose hash no card knows must at
// least not change unnoticed. Losing the lock loses only that.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeOutputFile } from '../../bytes/output-file.ts'
import { weightsFolder } from './library-places.ts'
import type { WeightsSource } from './weights-source.ts'

const lockEntry = z.object({
  sha256: z.string(),
  byteLength: z.number(),
  address: z.string(),
  /** ISO 8601 */
  recordedAt: z.string(),
})
export type LockEntry = z.infer<typeof lockEntry>
const lockFile = z.object({ version: z.literal(1), files: z.record(z.string(), lockEntry) })

/** What is recorded for the file, undefined when nothing is. */
export async function readLockEntry(modelsFolder: string, source: WeightsSource): Promise<LockEntry | undefined> {
  return (await readLock(modelsFolder))[keyOf(source)]
}

export async function writeLockEntry(modelsFolder: string, source: WeightsSource, entry: LockEntry): Promise<void> {
  const files = { ...(await readLock(modelsFolder)), [keyOf(source)]: entry }
  const text = `${JSON.stringify({ version: 1, files }, undefined, 2)}\n`
  await writeOutputFile(lockPath(modelsFolder), (file) => file.writeFile(text))
}

async function readLock(modelsFolder: string): Promise<Readonly<Record<string, LockEntry>>> {
  const text = await readFile(lockPath(modelsFolder), 'utf8').catch(() => undefined)
  if (text === undefined) return {}
  try {
    return lockFile.parse(JSON.parse(text)).files
  } catch {
    return {}
  }
}

const lockPath = (modelsFolder: string) => join(weightsFolder(modelsFolder), 'lock.json')
const keyOf = ({ folder, fileName }: WeightsSource) => `${folder}/${fileName}`
