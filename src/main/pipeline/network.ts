import { EngineError } from '../../shared/errors.ts'
import { type EmbeddingSession, openSession } from '../inference/open-session.ts'
import type { ProviderName } from '../inference/providers.ts'
import { standardNames } from './choose-bands.ts'
import type { Run } from './open-run.ts'
import type { SpoolSettings } from './part-spool.ts'
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

/** The run's model for the bands of its images. @throws EngineError `model-missing` */
export function loadNetwork(run: Run): Promise<LoadedModel> {
  return loadModel(run.model, standardNames(run.bandNames))
}

/**
 * Opens the run's network.
 * @param kept how an interrupted run had it open; the rest of that run must not differ
 * @throws EngineError `model-mismatch` when the provider of the interrupted run does not run now, and as `openSession`
 */
export async function openNetwork(
  run: Run,
  { request, context }: PlanInput,
  { model, kept }: { readonly model: LoadedModel; readonly kept?: SpoolSettings | undefined },
): Promise<Network> {
  const session = await openSession({
    model: model.model,
    card: model.card,
    bandCount: run.bandNames.length,
    device: (kept?.provider as ProviderName | undefined) ?? request.device,
    threads: kept === undefined ? context.threads : kept.threads,
  })
  if (kept !== undefined && kept.provider !== session.provider) {
    await session.dispose()
    throw new EngineError(
      'invalid-input',
      `resume: expected the interrupted run's provider ${kept.provider}, got ${session.provider} (${session.providerReason}); make it available again, or leave out --resume to start from the beginning`,
    )
  }
  const usual = session.provider === 'cpu' ? cpuBatch : gpuBatch
  return { model, session, batchSize: session.fixedBatch ?? kept?.batchSize ?? request.batchSize ?? usual }
}
