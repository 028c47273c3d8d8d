import { basename } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { chooseBatch } from '../inference/choose-batch.ts'
import type { Runtime } from '../inference/load-runtime.ts'
import { type EmbeddingSession, openSession } from '../inference/open-session.ts'
import { type ProviderName, prefersFloat16 } from '../inference/providers.ts'
import type { Precision } from '../models/built-models.ts'
import type { ModelCard } from '../models/model-card.ts'
import { standardNames } from './choose-bands.ts'
import type { Run } from './open-run.ts'
import type { SpoolSettings } from './part-spool.ts'
import type { PlanInput } from './pipeline-calls.ts'
import { type ChosenModel, type LoadedModel, loadModel, networkSource, precisionsOf } from './resolve-model.ts'

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
export function loadNetwork(run: Run, precision: Precision): Promise<LoadedModel> {
  return loadModel(run.model, standardNames(run.bandNames), precision)
}

/**
 * Which of a model's networks runs on a provider: the one that was asked for, else float16 where it is built and the
 * provider is a GPU.
 */
export function precisionOn(provider: ProviderName, model: ChosenModel, asked: 'auto' | Precision = 'auto'): Precision {
  if (asked !== 'auto') return asked
  const built = precisionsOf(model)
  return prefersFloat16(provider) && built.includes('float16') ? 'float16' : built[0]
}

export interface NetworkNeeds {
  /** how an interrupted run had it open; the rest of that run must not differ */
  readonly kept?: SpoolSettings | undefined
  /** how many are to be embedded; many are worth a trial of batch sizes */
  readonly fragments?: number
  /** absent: ONNX Runtime */
  readonly runtime?: Runtime
}

/**
 * Opens the run's network.
 * @throws EngineError `model-missing`; `invalid-input` when the provider of the interrupted run does not run now, and as `openSession`
 */
export async function openNetwork(
  run: Run,
  { request, context }: PlanInput,
  { kept, fragments = 0, runtime }: NetworkNeeds = {},
): Promise<Network> {
  const { card } = run.model
  const precision = (provider: ProviderName) => precisionOn(provider, run.model, kept?.precision ?? request.precision)
  const bands = standardNames(run.bandNames)
  const session = await openSession({
    model: (provider) => networkSource(run.model, bands, precision(provider)),
    card,
    runtime,
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
  const batchSize = asked ?? (await bestBatch(session, card, run.bandNames.length, fragments))
  return { model: await loadNetwork(run, precision(session.provider)), session, batchSize }
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

/** The file that ran, without its folder; of a network that is made for each run the id of its card. */
export function networkName({ model }: LoadedModel): string {
  return typeof model === 'string' ? basename(model) : model.name
}
