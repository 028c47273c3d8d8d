import type { RemoveReport } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import type { JobList } from '../jobs/job-list.ts'
import { weightsFile } from '../models/library/library-places.ts'
import { removeModel } from '../models/library/remove-model.ts'
import { weightsSource } from '../models/library/weights-source.ts'
import { listAllModelCards, readAnyModelCard } from '../models/read-card.ts'
import type { TaskThread } from './task-thread.ts'

export interface ModelLibraryOptions {
  readonly jobs: JobList
  /** for hours of fetching, so not one that others wait for */
  readonly thread: TaskThread
  readonly modelFolders: readonly string[]
  /** the user's own among them, with the library */
  readonly modelsFolder: string
  readonly endpoint: string
}

export interface FetchChoice {
  readonly model: string
  /** a path that this door may read */
  readonly file?: string | undefined
  readonly acceptChange: boolean
}

/** Fetches the weights of models as jobs, each file once at a time, and removes models. */
export class ModelLibrary {
  readonly #options: ModelLibraryOptions
  /** job that writes a file of the library */
  readonly #fetching = new Map<string, string>()

  constructor(options: ModelLibraryOptions) {
    this.#options = options
  }

  /** @throws EngineError `not-found` when there is no such card; everything else is the job's */
  async fetch({ model, file, acceptChange }: FetchChoice): Promise<{ jobId: string }> {
    const { jobs, thread, modelFolders, modelsFolder, endpoint } = this.#options
    const { id, weights } = await readAnyModelCard(model, modelFolders)
    const target = this.#target({ id, weights })
    const running = this.#fetching.get(target)
    if (running !== undefined) return { jobId: running }
    const request = { model: { id, weights }, modelsFolder, endpoint, file, acceptChange }
    const title = `Fetching ${id}`
    const { jobId, ended } = jobs.start({ kind: 'fetch', title, unit: 'bytes' }, (job) =>
      thread.link().call('fetchWeights', request, job),
    )
    this.#fetching.set(target, jobId)
    void ended.then(() => this.#fetching.delete(target))
    return { jobId }
  }

  /** @throws EngineError `not-found`; `invalid-input` while it is being fetched */
  async remove(model: string): Promise<RemoveReport> {
    const { modelFolders, ...place } = this.#options
    const card = await readAnyModelCard(model, modelFolders)
    if (this.#fetching.has(this.#target(card))) {
      throw new EngineError(
        'invalid-input',
        `model ${card.id}: expected no fetch of it, got one that is running; cancel it first`,
      )
    }
    const others = (await listAllModelCards(modelFolders)).cards.map((listed) => listed.card)
    return await removeModel(card, place, others)
  }

  /** The file of the library that a fetch writes; the id where the card has no address. */
  #target(model: Parameters<typeof weightsSource>[0]): string {
    const source = weightsSource(model, this.#options.endpoint)
    return source === undefined ? model.id : weightsFile(this.#options.modelsFolder, source)
  }
}
