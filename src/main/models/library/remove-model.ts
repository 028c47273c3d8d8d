import { rm, rmdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { RemoveReport } from '../../../shared/contract.ts'
import { builtModelPath } from '../built-models.ts'
import { externalDataPath } from '../onnx/write-model.ts'
import { partFile, partNoteFile, weightsFile } from './library-places.ts'
import { type LibraryModel, weightsSource } from './weights-source.ts'

/**
 * Deletes what the library has of a model: its network, its weights, what came of them. Cards stay, and so does the
 * record of the hash. Files that the user put elsewhere are not touched.
 * @param others models that may share the weights; those that do are named in the report
 */
export async function removeModel(
  model: LibraryModel,
  { modelsFolder, endpoint }: { readonly modelsFolder: string; readonly endpoint: string },
  others: readonly LibraryModel[] = [],
): Promise<RemoveReport> {
  const source = weightsSource(model, endpoint)
  const weights = source === undefined ? undefined : weightsFile(modelsFolder, source)
  const ofWeights = weights === undefined ? [] : [weights, partFile(weights), partNoteFile(weights)]
  const network = builtModelPath(modelsFolder, model)
  const removed: string[] = []
  let freedBytes = 0
  for (const path of [network, externalDataPath(network), ...ofWeights]) {
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) continue
    await rm(path)
    removed.push(path)
    freedBytes += found.size
  }
  // only when it is empty
  if (weights !== undefined) await rmdir(dirname(weights)).catch(() => {})
  const isShared = (other: LibraryModel) => {
    const its = weightsSource(other, endpoint)
    return other.id !== model.id && its !== undefined && weightsFile(modelsFolder, its) === weights
  }
  const sharedWith = ofWeights.some((path) => removed.includes(path)) ? others.filter(isShared).map(({ id }) => id) : []
  return { model: model.id, removed, freedBytes, sharedWith }
}
