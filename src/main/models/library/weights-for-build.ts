import { EngineError } from '../../../shared/errors.ts'
import { hashFile, sizeOf } from '../../downloads/part-file.ts'
import { hashError, judgeHash } from './check-hash.ts'
import { weightsFile } from './library-places.ts'
import { readLockEntry } from './weights-lock.ts'
import { type LibraryModel, weightsSource } from './weights-source.ts'

export interface FoundWeights {
  readonly path: string
  readonly sha256: string
}

/**
 * The file that a model's network is built from, its hash checked: the one the user names, else the library's.
 * @throws EngineError `model-missing` when there is none, `unreadable-file` when it is not the one that the card means,
 *   or not the one that was fetched
 */
export async function weightsForBuild(
  model: LibraryModel,
  place: { readonly modelsFolder: string; readonly endpoint: string; readonly file?: string | undefined },
  { signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes: (done: number, total: number) => void },
): Promise<FoundWeights> {
  const source = weightsSource(model, place.endpoint)
  const inLibrary = source === undefined ? undefined : weightsFile(place.modelsFolder, source)
  const path = place.file ?? inLibrary
  const byteLength = path === undefined ? 0 : await sizeOf(path)
  if (path === undefined || byteLength === 0) {
    const remedy = source === undefined ? model.weights.howToGet : `fetch them with: models fetch ${model.id}`
    throw new EngineError(
      'model-missing',
      `model ${model.id}: expected its weights${path === undefined ? '' : ` at ${path}`}, got none; ${remedy}`,
    )
  }
  const sha256 = await hashFile(path, { signal, onBytes: (done) => onBytes(done, byteLength) })
  if (source === undefined) return { path, sha256 }
  const lock = place.file === undefined ? await readLockEntry(place.modelsFolder, source) : undefined
  if (judgeHash(source, lock, sha256) === 'fits') return { path, sha256 }
  throw hashError(path, source, lock, sha256, 'it is not the file that the card means')
}
