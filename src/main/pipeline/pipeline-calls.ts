// What the pipeline process serves. The host derives its calls from this type; see threads/thread-calls.ts.

import type { z } from 'zod'
import type {
  EmbedPlan,
  EmbedReport,
  embedRequest,
  ImageQuery,
  VerifyReport,
  verifyRequest,
} from '../../shared/contract.ts'
import type { DeviceChoice } from '../../shared/terms.ts'
import type { CallContext } from '../threads/thread-calls.ts'

/** A request with its defaults filled in. */
export type ParsedEmbedRequest = z.output<typeof embedRequest>

/** What the engine tells the pipeline about its surroundings. */
export interface PipelineContext {
  /** searched for cards and ONNX files, e.g. the user's own folder, then the shipped one */
  readonly modelFolders: readonly string[]
  /** goes into the provenance of every file */
  readonly version: string
  /** threads of the CPU provider; absent = ONNX Runtime decides */
  readonly threads?: number
  /** fragments after which work is safe from an interruption; absent = `chunkFragments` */
  readonly chunkFragments?: number
  /** memory for the pixels of one window of a large image; absent = what suits a workstation */
  readonly windowBytes?: number
}

/** An embed whose output folder is chosen. */
export type EmbedInput = {
  readonly request: ParsedEmbedRequest & { readonly out: string }
  readonly context: PipelineContext
}
export type PlanInput = { readonly request: ParsedEmbedRequest; readonly context: PipelineContext }

export type ParsedVerifyRequest = z.output<typeof verifyRequest>
export type VerifyInput = { readonly request: ParsedVerifyRequest; readonly context: PipelineContext }

export interface ProviderAnswer {
  readonly name: string
  readonly reason?: string
}

export type PipelineCalls = {
  plan(input: PlanInput, context: CallContext): Promise<EmbedPlan>
  embed(input: EmbedInput, context: CallContext): Promise<EmbedReport>
  /** one image, as a query */
  embedImage(input: PlanInput, context: CallContext): Promise<ImageQuery>
  /** how published vectors were made */
  verify(input: VerifyInput, context: CallContext): Promise<VerifyReport>
  /** which provider would run, tried with a network of one operation */
  provider(input: { readonly device: DeviceChoice }, context: CallContext): Promise<ProviderAnswer>
}
