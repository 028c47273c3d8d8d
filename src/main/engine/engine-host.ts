import type { Engine, EngineEvent, EngineStatus } from '../../shared/contract.ts'
import type { CudaRequest } from '../cuda/fetch-cuda.ts'
import type { StartProcess } from '../pipeline/start-process.ts'

/** What a door tells the engine about its surroundings. */
export interface EngineOptions {
  readonly door: EngineStatus['door']
  readonly version: string
  /** for what the engine keeps between runs and what users make without naming a place */
  readonly userDataDir: string
  /** holds models/ and sample/ */
  readonly resourcesDir: string
  /** browser door: the folders the user named at start; nothing outside them is listed or read by path */
  readonly folders?: readonly string[]
  /** stands for Hugging Face when weights are fetched, e.g. a mirror: the address before `/<owner>/<name>/resolve/` */
  readonly weightsEndpoint?: string | undefined
  /** stands for NuGet and PyPI when CUDA libraries are fetched; see src/main/cuda/feeds.ts */
  readonly packageMirror?: string | undefined
  /** CUDA packages instead of the pinned ones: small ones, for tests */
  readonly cudaWheels?: CudaRequest['wheels']
  /** how to start the pipeline process; `fork` when absent, Electron gives its own */
  readonly startProcess?: StartProcess
}

/** The engine as a door holds it. */
export interface EngineHost {
  readonly engine: Engine
  /** @returns removes the listener */
  onEvent(listener: (event: EngineEvent) => void): () => void
  /** answers `/bulk/*`: maps, thumbnails, dropped files, downloads */
  handleBulk(request: Request): Promise<Response>
  /** cancels what runs, closes every set, removes spooled files */
  dispose(): Promise<void>
}
