import { basename, join } from 'node:path'
import type { ParsedInput, RemoveReport } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import type { JobList, JobStart } from '../jobs/job-list.ts'
import { builtFolder, builtModelPath, networkFileName } from '../models/built-models.ts'
import { weightsFile } from '../models/library/library-places.ts'
import { removeModel } from '../models/library/remove-model.ts'
import { ownNetworkFile } from '../models/library/stored-files.ts'
import { weightsSource } from '../models/library/weights-source.ts'
import type { AnyModelCard } from '../models/model-card.ts'
import { listAllModelCards, readAnyModelCard } from '../models/read-card.ts'
import type { TaskThread } from './task-thread.ts'

export interface ModelLibraryOptions {
  readonly jobs: JobList
  /** for hours of fetching, so not one that others wait for */
  readonly fetching: TaskThread
  /** for minutes of computing, so not one that fetches */
  readonly building: TaskThread
  readonly modelFolders: readonly string[]
  /** the user's own among them, with the library */
  readonly modelsFolder: string
  readonly endpoint: string
}

/** Paths in these are ones that this door may read or write. */
export type FetchChoice = Omit<ParsedInput<'fetchModel'>, 'file'> & { readonly file: string | undefined }
export type BuildChoice = ParsedInput<'buildModel'>
export type AddChoice = ParsedInput<'addModel'>

/** Fetches, builds and adds models as jobs, each file once at a time, and removes them. */
export class ModelLibrary {
  readonly #options: ModelLibraryOptions
  /** job that writes a file of the library */
  readonly #writing = new Map<string, string>()

  constructor(options: ModelLibraryOptions) {
    this.#options = options
  }

  /** @throws EngineError `not-found` when there is no such card; everything else is the job's */
  async fetch({ model, file, acceptChange }: FetchChoice): Promise<{ jobId: string }> {
    const { fetching, modelFolders, modelsFolder, endpoint } = this.#options
    const card = await readAnyModelCard(model, modelFolders)
    const { id, weights } = card
    const network = weightsSource(card, endpoint) === undefined ? ownNetworkFile(card, modelsFolder) : undefined
    if (network !== undefined && file !== undefined) {
      return this.#once(network, { kind: 'fetch', title: `Taking ${basename(file)} for ${id}` }, (job) =>
        fetching.link().call('placeNetwork', { card, file, modelsFolder }, job),
      )
    }
    const request = { model: { id, weights }, modelsFolder, endpoint, file, acceptChange }
    return this.#once(this.#weightsOf({ id, weights }), { kind: 'fetch', title: `Fetching ${id}` }, (job) =>
      fetching.link().call('fetchWeights', request, job),
    )
  }

  /** @throws as `fetch` */
  async build({ model, ...choice }: BuildChoice): Promise<{ jobId: string }> {
    const { building, modelFolders, modelsFolder, endpoint } = this.#options
    const card = await readAnyModelCard(model, modelFolders)
    const request = { ...choice, card, modelsFolder, endpoint }
    const name = networkFileName(card.id, choice.precision)
    const target = join(choice.out ?? builtFolder(modelsFolder), name)
    return this.#once(target, { kind: 'build', title: `Building ${card.id}` }, (job) =>
      building.link().call('buildModel', request, job),
    )
  }

  add({ card, network }: AddChoice): { jobId: string } {
    const { fetching, modelFolders: folders, modelsFolder } = this.#options
    const id = String(card['id'])
    return this.#once(join(modelsFolder, `${id}.json`), { kind: 'add', title: `Adding ${id}` }, (job) =>
      fetching.link().call('addModel', { card, network, folders, modelsFolder }, job),
    )
  }

  /** @throws EngineError `not-found`; `invalid-input` while it is being fetched or built */
  async remove({ model, card: withCard }: ParsedInput<'removeModel'>): Promise<RemoveReport> {
    const { modelFolders, ...place } = this.#options
    const card = await readAnyModelCard(model, modelFolders)
    this.#refuseWhile('fetch', this.#weightsOf(card), card)
    this.#refuseWhile('build', builtModelPath(place.modelsFolder, card), card)
    const listed = (await listAllModelCards(modelFolders)).cards
    const others = listed.map((other) => other.card)
    const own = join(place.modelsFolder, `${card.id}.json`)
    const isOwn = withCard && listed.some((other) => other.path === own)
    return await removeModel(card, place, { others, also: isOwn ? cardFiles(own, card, place.modelsFolder) : [] })
  }

  #refuseWhile(what: string, target: string, { id }: AnyModelCard): void {
    if (!this.#writing.has(target)) return
    throw new EngineError(
      'invalid-input',
      `model ${id}: expected no ${what} of it, got one that is running; cancel it first`,
    )
  }

  /** A second wish for the same file is answered with the job that writes it. */
  #once(target: string, start: Omit<JobStart, 'unit'>, work: Parameters<JobList['start']>[1]): { jobId: string } {
    const running = this.#writing.get(target)
    if (running !== undefined) return { jobId: running }
    const { jobId, ended } = this.#options.jobs.start({ ...start, unit: 'bytes' }, work)
    this.#writing.set(target, jobId)
    void ended.then(() => this.#writing.delete(target))
    return { jobId }
  }

  /** The file of the library that a fetch writes; the id where the card has no address. */
  #weightsOf(model: Parameters<typeof weightsSource>[0]): string {
    const source = weightsSource(model, this.#options.endpoint)
    return source === undefined ? model.id : weightsFile(this.#options.modelsFolder, source)
  }
}

function cardFiles(path: string, card: AnyModelCard, modelsFolder: string): string[] {
  const network = ownNetworkFile(card, modelsFolder)
  return network === undefined ? [path] : [network, path]
}
