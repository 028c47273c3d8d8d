// The only file that runs ONNX Runtime. It blocks the thread it runs on, so this is imported by the pipeline process alone.

import type { InferenceSession } from 'onnxruntime-node'
import { EngineError } from '../../shared/errors.ts'
import type { DeviceChoice } from '../../shared/terms.ts'
import type { ModelCard } from '../models/model-card.ts'
import { checkFit, checkOutputShape, type PortShape } from './check-fit.ts'
import { loadRuntime, type Runtime } from './load-runtime.ts'
import { pool } from './pool.ts'
import { fallbackReason, isNotLoaded, type ProviderFailure, type ProviderName, providersFor } from './providers.ts'

/** path of an ONNX file, or its bytes with a name for messages */
export type ModelSource = string | { readonly name: string; readonly bytes: Uint8Array }

export interface SessionOptions {
  /** the same for every provider, or the one that suits it */
  readonly model: ModelSource | ((provider: ProviderName) => ModelSource)
  readonly card: ModelCard
  /** bands of the images, for cards that take any */
  readonly bandCount: number
  readonly device?: DeviceChoice | ProviderName
  /** threads of the CPU provider; absent = as many as ONNX Runtime finds cores */
  readonly threads?: number | undefined
  /** absent: ONNX Runtime; tests stand in for providers that their machine has not */
  readonly runtime?: Runtime | undefined
}

export interface EmbeddingSession {
  readonly provider: ProviderName
  /** one sentence: why no better provider runs */
  readonly providerReason?: string
  readonly dimensions: number
  /** the only batch size the network takes; absent when any will do */
  readonly fixedBatch?: number
  /**
   * @param pixels planar `(count, bands, size, size)`, preprocessed
   * @returns `count x dimensions`, row-major
   */
  run(pixels: Float32Array, count: number, size: number): Promise<Float32Array>
  dispose(): Promise<void>
}

/**
 * Opens a network on the best provider that really runs it; one image of zeros proves provider and output shape.
 * @throws EngineError `not-found`, `unreadable-file` (no ONNX), `model-mismatch` (does not fit its card)
 */
export async function openSession(options: SessionOptions): Promise<EmbeddingSession> {
  const { runtime, whyNoCuda } = await loadRuntime(options.runtime)
  const failures: ProviderFailure[] = []
  for (const provider of providersFor(options.device ?? 'auto', process.platform)) {
    const model = typeof options.model === 'function' ? options.model(provider) : options.model
    const chosen = { ...options, model }
    try {
      return await openOn(runtime, provider, chosen, fallbackReason(failures))
    } catch (cause) {
      if (cause instanceof EngineError) throw cause
      if (provider === 'cpu') throw unreadable(chosen, cause)
      failures.push({ provider, cause, ...(isNotLoaded(provider, cause) ? { why: whyNoCuda() } : {}) })
    }
  }
  throw new Error('the CPU provider is always tried last')
}

type ChosenOptions = SessionOptions & { readonly model: ModelSource }

async function openOn(
  runtime: Runtime,
  provider: ProviderName,
  options: ChosenOptions,
  reason: string | undefined,
): Promise<EmbeddingSession> {
  const { card, bandCount } = options
  const place = nameOf(options)
  const session = await create(runtime, provider, options)
  try {
    const fixedBatch = checkFit(place, card, bandCount, {
      inputs: session.inputMetadata.map(portOf),
      outputs: session.outputMetadata.map(portOf),
    })
    const network = { card, bandCount, fixedBatch, place }
    const run = (pixels: Float32Array, count: number, size: number) =>
      runBatch(runtime, session, network, { pixels, count, size })
    const trialSize = card.input.size === 'any' ? card.fragment.size : card.input.size
    await run(new Float32Array(bandCount * trialSize ** 2), 1, trialSize)
    return {
      provider,
      ...(reason === undefined ? {} : { providerReason: reason }),
      dimensions: card.output.dimensions,
      ...(fixedBatch === undefined ? {} : { fixedBatch }),
      run,
      dispose: () => session.release(),
    }
  } catch (error) {
    await session.release()
    throw error
  }
}

async function create(runtime: Runtime, provider: ProviderName, options: ChosenOptions): Promise<InferenceSession> {
  const settings: InferenceSession.SessionOptions = {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    logSeverityLevel: 4,
    // waiting threads would spin and take the cores from the reading threads: 1.4 s instead of 2.2 s of CPU for 10 batches
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
  }
  return typeof options.model === 'string'
    ? await runtime.InferenceSession.create(options.model, settings)
    : await runtime.InferenceSession.create(options.model.bytes, settings)
}

interface Network {
  readonly card: ModelCard
  readonly bandCount: number
  readonly fixedBatch: number | undefined
  readonly place: string
}

async function runBatch(
  runtime: Runtime,
  session: InferenceSession,
  { card, bandCount, fixedBatch, place }: Network,
  { pixels, count, size }: { readonly pixels: Float32Array; readonly count: number; readonly size: number },
): Promise<Float32Array> {
  const perImage = bandCount * size * size
  const batch = fixedBatch ?? count
  if (pixels.length < count * perImage || count > batch) {
    throw new Error(`run: expected ${count} x ${perImage} values in batches of ${batch}, got ${pixels.length}`)
  }
  const planar =
    batch === count ? pixels.subarray(0, count * perImage) : padded(pixels, count * perImage, batch * perImage)
  const nchw = card.input.layout === 'nchw'
  const data = nchw ? planar : toInterleaved(planar, batch, bandCount, size * size)
  const dims = nchw ? [batch, bandCount, size, size] : [batch, size, size, bandCount]
  const tensor = new runtime.Tensor('float32', data, dims)
  const output = (await session.run({ [card.input.name]: tensor }, [card.output.name]))[card.output.name]
  if (output === undefined || !(output.data instanceof Float32Array)) throw new Error(`${place}: no float32 output`)
  checkOutputShape(place, card, output.dims)
  return pool(output.data, output.dims, count, card)
}

function padded(pixels: Float32Array, used: number, length: number): Float32Array {
  const result = new Float32Array(length)
  result.set(pixels.subarray(0, used))
  return result
}

function toInterleaved(planar: Float32Array, count: number, bandCount: number, pixelCount: number): Float32Array {
  const result = new Float32Array(planar.length)
  for (let plane = 0; plane < count * bandCount; plane++) {
    const start = Math.floor(plane / bandCount) * bandCount * pixelCount + (plane % bandCount)
    for (let p = 0; p < pixelCount; p++) result[start + p * bandCount] = planar[plane * pixelCount + p]!
  }
  return result
}

function portOf(port: InferenceSession.ValueMetadata): PortShape {
  return port.isTensor
    ? { name: port.name, type: port.type, shape: port.shape }
    : { name: port.name, type: 'not a tensor', shape: [] }
}

function nameOf({ model }: ChosenOptions): string {
  return typeof model === 'string' ? model : model.name
}

function unreadable(options: ChosenOptions, cause: unknown): EngineError {
  const text = cause instanceof Error ? cause.message : String(cause)
  if (/doesn't exist|no such file/i.test(text)) {
    return new EngineError('not-found', `model ${nameOf(options)}: expected an ONNX file, got no such file`, { cause })
  }
  const got = /protobuf parsing failed/i.test(text) ? 'something else' : (text.split('\n')[0] ?? text).slice(0, 300)
  return new EngineError('unreadable-file', `model ${nameOf(options)}: expected an ONNX network, got ${got}`, { cause })
}
