import { rm, rmdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { RemoveReport } from '../../../shared/contract.ts'
import { type LibraryPlace, storedFiles } from './stored-files.ts'
import type { LibraryModel } from './weights-source.ts'

export interface RemoveOptions {
  /** models that may share the weights; those that do are named in the report */
  readonly others?: readonly LibraryModel[]
  /** further files, e.g. the user's own card and the network beside it */
  readonly also?: readonly string[]
}

/**
 * Deletes what the library has of a model: its network, its weights, what came of them. Cards stay, and so does the
 * record of the hash. Files that the user put elsewhere are not touched.
 */
export async function removeModel(
  model: LibraryModel,
  place: LibraryPlace,
  { others = [], also = [] }: RemoveOptions = {},
): Promise<RemoveReport> {
  const { network, weights } = storedFiles(model, place)
  const [whole] = weights
  const removed: string[] = []
  let freedBytes = 0
  for (const path of [...network, ...weights, ...also]) {
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) continue
    await rm(path)
    removed.push(path)
    freedBytes += found.size
  }
  // only when it is empty
  if (whole !== undefined) await rmdir(dirname(whole)).catch(() => {})
  const isShared = (other: LibraryModel) => other.id !== model.id && storedFiles(other, place).weights[0] === whole
  const hasRemovedWeights = weights.some((path) => removed.includes(path))
  const sharedWith = hasRemovedWeights ? others.filter(isShared).map(({ id }) => id) : []
  return { model: model.id, removed, freedBytes, sharedWith }
}
