import { EngineError } from '../../shared/errors.ts'
import { chooseBatch } from '../inference/choose-batch.ts'
import { type EmbeddingSession, openSession } from '../inference/open-session.ts'
import type { ProviderName } from '../inference/providers.ts'
import type { ModelCard } from '../models/model-card.ts'
import { standardNames } from './choose-bands.ts'
import type { Run } from './open-run.ts'
import type { SpoolSettings } from './part-spool.ts'
import type { PlanInput } from './pipeline-calls.ts'
import { type LoadedModel, loadModel } from './resolve-model.ts'

/** fragments a batch where neither the request says nor a trial is worth its time */
const usualBatch = { cpu: 8, gpu: 64 }
const triedBatches = { cpu: [4, 8, 16, 32], gpu: [16, 32, 64, 128, 256] }
/** a trial pays where at least so many of its times follow */
const trialMs = 3_000
const trialFragments = 500

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

export interface NetworkNeeds {
  readonly model: LoadedModel
  /** how an interrupted run had it open; the rest of that run must not differ */
  readonly kept?: SpoolSettings | undefined
  /** how many are to be embedded; many are worth a trial of batch sizes */
  readonly fragments?: number
}

/**
 * Opens the run's network.
 * @throws EngineError `model-mismatch` when the provider of the interrupted run does not run now, and as `openSession`
 */
export async function openNetwork(
  run: Run,
  { request, context }: PlanInput,
  { model, kept, fragments = 0 }: NetworkNeeds,
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
      `resume: expected the interrupted run's provider ${kept.provider}, got ${session.provider} (${session.providerReason}); make it available again, or start a new run from the beginning`,
    )
  }
  const asked = session.fixedBatch ?? kept?.batchSize ?? request.batchSize
  return { model, session, batchSize: asked ?? (await bestBatch(session, model.card, run.bandNames.length, fragments)) }
}

async function bestBatch(session: EmbeddingSession, card: ModelCard, bandCount: number, fragments: number) {
  const device = session.provider === 'cpu' ? 'cpu' : 'gpu'
  if (fragments < trialFragments) return usualBatch[device]
  const size = card.input.size === 'any' ? card.fragment.size : card.input.size
  const run = async (count: number) => {
    await session.run(new Float32Array(count * bandCount * size ** 2), count, size)
  }
  // what the runtime does once for every new shape must not count, and a single fragment tells little
  await run(triedBatches[device][0]!)
  return await chooseBatch({ candidates: triedBatches[device], budgetMs: trialMs, run })
}
