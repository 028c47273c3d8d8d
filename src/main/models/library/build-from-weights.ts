import { basename } from 'node:path'
import type { BuildReport } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { FetchContext } from '../../downloads/fetch-file.ts'
import { builtFolder, type Precision } from '../built-models.ts'
import type { AnyModelCard } from '../model-card.ts'
import { buildModel } from '../networks/build-model.ts'
import { networkOf } from '../networks/networks.ts'
import { randomStateDict } from '../networks/random-state-dict.ts'
import type { WeightsRecord } from '../onnx/build-record.ts'
import { openStateDict } from '../state-dict/open-state-dict.ts'
import type { StateDict } from '../state-dict/state-dict.ts'
import { weightsForBuild } from './weights-for-build.ts'

export interface BuildRequest {
  readonly card: AnyModelCard
  /** the user's folder of models, with the library */
  readonly modelsFolder: string
  readonly endpoint: string
  /** published weights that the user has, instead of the library's */
  readonly file?: string | undefined
  /** seed of weights that are drawn, instead of published ones */
  readonly randomWeights?: number | undefined
  /** file of the band statistics, for networks whose weights do not hold them */
  readonly statistics?: string | undefined
  readonly precision?: Precision | undefined
  /** folder for the network, instead of the one where it is found by its id */
  readonly out?: string | undefined
}

/**
 * Builds the network of a card from the library's weights, the user's file or random ones; the hash of a file is checked.
 * @throws EngineError `invalid-input` for random weights without a folder of their own, as `weightsForBuild`,
 *   `openStateDict` and `buildModel`; AbortError
 */
export async function buildFromWeights(
  request: BuildRequest,
  { signal, onProgress }: Pick<FetchContext, 'signal' | 'onProgress'>,
): Promise<BuildReport> {
  const { card, statistics, out, precision } = request
  if (out === undefined && request.randomWeights !== undefined) {
    throw new EngineError(
      'invalid-input',
      `models build ${card.id}: expected --out for a network of random weights, got none; it must not be taken for the real one`,
    )
  }
  const { weights, record } = await openWeights(request, { signal, onProgress })
  try {
    const { files, byteLength, warnings } = await buildModel(card, weights, out ?? builtFolder(request.modelsFolder), {
      signal,
      statistics,
      record,
      precision,
      onProgress: ({ doneBytes, totalBytes }) => onProgress({ stage: 'writing', done: doneBytes, total: totalBytes }),
    })
    return { model: card.id, files: [...files], byteLength, warnings: [...warnings] }
  } finally {
    await weights.close()
  }
}

async function openWeights(
  { card, randomWeights, ...place }: BuildRequest,
  { signal, onProgress }: Pick<FetchContext, 'signal' | 'onProgress'>,
): Promise<{ readonly weights: StateDict; readonly record: WeightsRecord }> {
  if (randomWeights !== undefined) {
    if (place.file === undefined) {
      const weights = randomStateDict(networkOf(card), randomWeights)
      return { weights, record: { source: weights.place } }
    }
    throw new EngineError(
      'invalid-input',
      `models build ${card.id}: expected either --weights or --random-weights, got both`,
    )
  }
  const onBytes = (done: number, total: number) => onProgress({ stage: 'checking the weights', done, total })
  const { path, sha256 } = await weightsForBuild(card, place, { signal, onBytes })
  const weights = await openStateDict(path, { stubUnknown: card.weights.stubUnknown === true })
  return { weights, record: { source: place.file === undefined ? publishedPlace(card) : basename(path), sha256 } }
}

/** Where the library has them from. */
function publishedPlace({ weights: { repository, file, revision = 'main', url } }: AnyModelCard): string {
  return repository === undefined || file === undefined ? (url ?? 'unknown') : `${repository}/${file}@${revision}`
}
