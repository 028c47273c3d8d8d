// From a card and its weights to the ONNX file that the application runs.

import { basename, join } from 'node:path'
import { EngineError } from '../../../shared/errors.ts'
import { networkFileName, type Precision } from '../built-models.ts'
import type { AnyModelCard } from '../model-card.ts'
import { type BuildRecord, builderVersion, buildRecordMetadata, type WeightsRecord } from '../onnx/build-record.ts'
import { toEightBit } from '../onnx/eight-bit.ts'
import type { Graph } from '../onnx/graph.ts'
import { toHalfPrecision } from '../onnx/half-precision.ts'
import { type WrittenModel, writeModel } from '../onnx/write-model.ts'
import type { StateDict } from '../state-dict/state-dict.ts'
import type { Network } from './network.ts'
import { networkOf } from './networks.ts'
import { statisticsNames, withStatistics } from './statistics.ts'
import { matchWeights } from './weights.ts'

export interface BuildOptions {
  readonly precision?: Precision | undefined
  /** file of the band statistics, for networks whose weights do not hold them */
  readonly statistics?: string | undefined
  /** where the weights are from, for the file to say; absent: what the weights call themselves */
  readonly record?: WeightsRecord | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: { readonly doneBytes: number; readonly totalBytes: number }) => void) | undefined
}

export interface BuiltModel extends WrittenModel {
  /** one sentence each */
  readonly warnings: readonly string[]
}

/**
 * Builds the network of a card with these weights as `<folder>/<id>.onnx`, with a data file beside it when it is large.
 * @throws EngineError as `networkOf` and `matchWeights`, `disk-full` and others of `writeOutputFile`
 */
export async function buildModel(
  card: AnyModelCard,
  weights: StateDict,
  folder: string,
  options: BuildOptions = {},
): Promise<BuiltModel> {
  const network = networkOf(card, weights)
  const matched = matchWeights(network, await completed(card, network, weights, options))
  const { precision = 'float32' } = options
  if (precision !== 'float32' && !network.fitsFloat16) throw tooCoarse(card.id, precision)
  const built = await network.build(matched.weights)
  const graph = inPrecision[precision](built)
  if (graph === undefined) throw withoutProducts(card.id)
  const metadata = { model: card.id, ...buildRecordMetadata(recordOf(card, weights, options)) }
  const written = await writeModel(graph, join(folder, networkFileName(card.id, precision)), {
    ...options,
    metadata,
  })
  return { ...written, warnings: matched.warnings }
}

const inPrecision: Readonly<Record<Precision, (graph: Graph) => Graph | undefined>> = {
  float32: (graph) => graph,
  float16: toHalfPrecision,
  int8: toEightBit,
}

/** Names only: a network that is passed on need not tell how its maker's disk is laid out. */
function recordOf({ onnx }: AnyModelCard, weights: StateDict, { record }: BuildOptions): BuildRecord {
  const builder = onnx.kind === 'build' ? onnx.builder : 'none'
  return { source: basename(weights.place), ...record, builder, builderVersion }
}

async function completed(
  { id, weights: { howToGet } }: AnyModelCard,
  { parameters }: Network,
  weights: StateDict,
  { statistics }: BuildOptions,
): Promise<StateDict> {
  if (statistics !== undefined) return await withStatistics(weights, statistics)
  const isMissing =
    parameters.some(({ name }) => name === statisticsNames.mean) && !weights.entries.has(statisticsNames.mean)
  if (!isMissing) return weights
  throw new EngineError(
    'invalid-input',
    `model ${id}: expected the band statistics of its training, which its weights do not hold, got none; ${howToGet}`,
  )
}

function tooCoarse(id: string, precision: Precision): EngineError {
  return new EngineError(
    'invalid-input',
    `model ${id}: expected a network that keeps its accuracy in ${precision}, got one that does not; build it in float32`,
  )
}

function withoutProducts(id: string): EngineError {
  return new EngineError(
    'invalid-input',
    `model ${id}: expected matrix products with weights for int8, got a network of convolutions alone; build it in float32 or float16`,
  )
}
