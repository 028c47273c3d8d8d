import { isAbsolute, join } from 'node:path'
import { partFile, partNoteFile, sizeOf } from '../../downloads/part-file.ts'
import { builtFolder, networkFileName, precisions } from '../built-models.ts'
import type { AnyModelCard } from '../model-card.ts'
import { externalDataPath } from '../onnx/write-model.ts'
import { weightsFile } from './library-places.ts'
import { type LibraryModel, weightsSource } from './weights-source.ts'

export interface LibraryPlace {
  /** the user's folder of models */
  readonly modelsFolder: string
  readonly endpoint: string
}

/** Where the library has things of a model, whether they are there or not. */
export interface StoredFiles {
  readonly network: readonly string[]
  /** whole or in part, with what is noted beside; other models may share them */
  readonly weights: readonly string[]
}

export function storedFiles(model: LibraryModel, place: LibraryPlace): StoredFiles {
  const folder = builtFolder(place.modelsFolder)
  const networks = precisions.map((precision) => join(folder, networkFileName(model.id, precision)))
  const source = weightsSource(model, place.endpoint)
  const weights = source === undefined ? undefined : weightsFile(place.modelsFolder, source)
  return {
    network: networks.flatMap((path) => [path, externalDataPath(path)]),
    weights: weights === undefined ? [] : [weights, partFile(weights), partNoteFile(weights)],
  }
}

/** The network that stands beside a card in the user's folder; none where the card names a file elsewhere. */
export function ownNetworkFile({ onnx }: Pick<AnyModelCard, 'onnx'>, modelsFolder: string): string | undefined {
  return onnx.kind === 'file' && !isAbsolute(onnx.file) ? join(modelsFolder, onnx.file) : undefined
}

export async function bytesOf(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map(sizeOf))
  return sizes.reduce((sum, size) => sum + size, 0)
}
