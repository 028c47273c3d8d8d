import { type EmbeddingSession, openSession } from '../inference/open-session.ts'
import { standardNames } from './choose-bands.ts'
import type { Run } from './open-run.ts'
import type { PlanInput } from './pipeline-calls.ts'
import { type LoadedModel, loadModel } from './resolve-model.ts'

/** fragments a batch, where the request does not say: enough for the processor, little enough for any memory */
const cpuBatch = 8
const gpuBatch = 64

export interface Network {
  readonly model: LoadedModel
  readonly session: EmbeddingSession
  /** fragments a batch */
  readonly batchSize: number
}

/**
 * Opens the run's network for the bands of its images.
 * @throws EngineError `model-missing`, and as `openSession`
 */
export async function openNetwork(run: Run, { request, context }: PlanInput): Promise<Network> {
  const model = await loadModel(run.model, standardNames(run.bandNames))
  const session = await openSession({
    model: model.model,
    card: model.card,
    bandCount: run.bandNames.length,
    device: request.device,
    threads: context.threads,
  })
  const usual = session.provider === 'cpu' ? cpuBatch : gpuBatch
  return { model, session, batchSize: session.fixedBatch ?? request.batchSize ?? usual }
}
