// A thread for work that belongs to no open set: describing files, model cards and weights, made-up imagery.

import { parentPort } from 'node:worker_threads'
import type { PixelBbox } from '../../shared/terms.ts'
import { cudaStatus } from '../cuda/cuda-status.ts'
import { type CudaRequest, fetchCuda } from '../cuda/fetch-cuda.ts'
import { type BuildRequest, buildFromWeights } from '../models/library/build-from-weights.ts'
import { type FetchRequest, fetchWeights } from '../models/library/fetch-weights.ts'
import { describeFile } from '../products/describe-file.ts'
import { exportPixels } from '../products/export-pixels.ts'
import { prepareThumbnails, sampleThumbnail } from '../sample/thumbnail.ts'
import { type CallContext, serveCalls, type ThreadCalls } from '../threads/thread-calls.ts'
import { type ModelPlaces, modelSummaries } from './model-summaries.ts'
import { addModel, checkCard, describeNetwork, type NewModel, placeNetwork } from './own-models.ts'

/** Side of the pictures of the sample planet: enough for a gallery, a sixth of the work of a whole fragment. */
const THUMBNAIL_PX = 160

/** What the picture of a row of the sample planet is drawn from. */
export interface SampleRow {
  readonly gridCell: string
  readonly pixelBbox: PixelBbox
  readonly timestamp: string
}

const taskCalls = {
  describe: ({ path }: { path: string }) => describeFile(path),
  exportPixels: (request: Parameters<typeof exportPixels>[0], context: CallContext) => exportPixels(request, context),
  models: (places: ModelPlaces) => modelSummaries(places),
  fetchWeights: (request: FetchRequest, context: CallContext) => fetchWeights(request, context),
  buildModel: (request: BuildRequest, context: CallContext) => buildFromWeights(request, context),
  describeNetwork: ({ path, folders }: { path: string; folders: readonly string[] }) => describeNetwork(path, folders),
  checkCard: (model: NewModel) => checkCard(model),
  placeNetwork: (request: Parameters<typeof placeNetwork>[0], context: CallContext) => placeNetwork(request, context),
  addModel: (model: NewModel, context: CallContext) => addModel(model, context),
  cudaStatus: (request: CudaRequest) => cudaStatus(request),
  fetchCuda: (request: CudaRequest, context: CallContext) => fetchCuda(request, context),
  prepareThumbnails: (_: object) => prepareThumbnails(),
  sampleThumbnail: (row: SampleRow) => sampleThumbnail(row, THUMBNAIL_PX),
} satisfies ThreadCalls

export type TaskCalls = typeof taskCalls

if (parentPort) serveCalls(parentPort, taskCalls)
