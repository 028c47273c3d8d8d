import { existsSync } from 'node:fs'
import type { WeightsState } from '../../../shared/contract.ts'
import { partFile, sizeOf } from '../../downloads/part-file.ts'
import { weightsFile } from './library-places.ts'
import { readLockEntry } from './weights-lock.ts'
import { type LibraryModel, weightsSource } from './weights-source.ts'

/** What the library has of the weights of a model, and how large they are where that is known. */
export async function weightsState(
  model: LibraryModel,
  { modelsFolder, endpoint }: { readonly modelsFolder: string; readonly endpoint: string },
): Promise<WeightsState> {
  const source = weightsSource(model, endpoint)
  if (source === undefined) return { state: 'no-address' }
  const file = weightsFile(modelsFolder, source)
  if (existsSync(file)) {
    const byteLength = await sizeOf(file)
    return { state: 'fetched', byteLength, fetchedBytes: byteLength, from: source.address }
  }
  const fetchedBytes = await sizeOf(partFile(file))
  const byteLength = source.byteLength ?? (await readLockEntry(modelsFolder, source))?.byteLength
  const known = { from: source.address, ...(byteLength === undefined ? {} : { byteLength }) }
  return fetchedBytes === 0 ? { state: 'downloadable', ...known } : { state: 'partial', fetchedBytes, ...known }
}
