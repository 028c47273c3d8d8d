// The models: what is here of each, getting, building and removing them, and the card of a network that the user adds.

import type { AddReport, CardProblem, ModelSummary, NetworkDescription } from '../../shared/contract.ts'
import type { BroughtFile } from '../engine-client.ts'
import type { BringActions } from './bringing.ts'
import type { JobActions } from './jobs.ts'
import type { NoticeActions } from './notices.ts'
import { type ActionContext, latestOnly, patch } from './store.ts'
import type { ViewActions } from './view.ts'

/** A network whose card is being written. */
export interface NewNetwork {
  readonly path: string
  readonly description: NetworkDescription
}

export interface LibraryState {
  readonly models: readonly ModelSummary[]
  readonly chosenId: string | undefined
  /** the last job that worked on a model, by card id */
  readonly jobIds: Readonly<Record<string, string>>
  readonly adding: NewNetwork | undefined
}

export const initialLibrary: LibraryState = {
  models: [],
  chosenId: undefined,
  jobIds: {},
  adding: undefined,
}

export type Card = Readonly<Record<string, unknown>>

export function libraryActions(
  { store, client }: ActionContext,
  needs: {
    readonly bring: BringActions
    readonly jobs: JobActions
    readonly notices: NoticeActions
    readonly view: ViewActions
  },
) {
  const { bring, jobs, notices, view } = needs
  const library = () => store.getState().library
  const latestModels = latestOnly()
  const latestProblems = latestOnly()

  const refresh = async () => {
    const models = await latestModels(() => client.engine.models({}))
    if (models !== undefined) patch(store, 'library', { models })
    return models ?? library().models
  }

  /** Follows a job of a model; @param before the job that it goes on from; @returns whether it was done. The failed ones stay with the model, where their sentence is shown. */
  const follow = async (
    model: string,
    start: () => Promise<{ readonly jobId: string }>,
    before?: string,
  ): Promise<boolean> => {
    let jobId: string | undefined
    try {
      jobId = (await start()).jobId
      if (before !== undefined) jobs.join(before, jobId)
      patch(store, 'library', { jobIds: { ...library().jobIds, [model]: jobId } })
      await jobs.finish(jobId)
      return true
    } catch (error) {
      if (jobId === undefined || view.current() !== 'models') notices.fail(error)
      return false
    } finally {
      await refresh().catch(notices.fail)
    }
  }

  /** In the library the state of the model says it. */
  const tellReady = (model: string) => {
    if (view.current() !== 'models') notices.show('done', `${nameOf(library().models, model)} is ready`)
  }

  const build = async (
    model: string,
    files: { readonly file?: string; readonly statistics?: string } = {},
    before?: string,
  ) => {
    const isDone = await follow(model, () => client.engine.buildModel({ model, ...files }), before)
    if (isDone) tellReady(model)
  }

  const beginCard = async (path: string) => {
    try {
      const description = await client.engine.describeNetwork({ path })
      patch(store, 'library', { adding: { path, description } })
    } catch (error) {
      notices.fail(error)
    }
  }

  /** The one file of a choice, once the engine can read it. */
  const bringOne = async (files: readonly BroughtFile[]): Promise<string | undefined> => {
    const { paths, failure } = await bring.paths(files.slice(0, 1))
    if (failure !== undefined) notices.fail(failure)
    return paths[0]
  }

  return {
    refresh,
    build,
    beginCard,
    /** Opens the library, at a model where one is named. */
    open(chosenId: string | undefined = library().chosenId) {
      patch(store, 'library', { chosenId, adding: undefined })
      view.openDialog('models')
      refresh().catch(notices.fail)
    },
    choose: (chosenId: string) => patch(store, 'library', { chosenId }),
    /**
     * Downloads the weights and builds the network from them: two jobs, one entry.
     * @param acceptChange whether to take weights that are not the ones that had this name before
     */
    async get({ id, network, needsStatistics }: ModelSummary, acceptChange = false) {
      const isDone = await follow(id, () => client.engine.fetchModel({ model: id, acceptChange }))
      if (isDone && network === 'build' && !needsStatistics) await build(id, {}, library().jobIds[id])
    },
    /** Builds from the weights that are here, with band statistics in a file of the user. */
    async buildWithStatistics({ id }: ModelSummary, files: readonly BroughtFile[]) {
      const statistics = await bringOne(files)
      if (statistics !== undefined) await build(id, { statistics })
    },
    /** Takes a file of the user: weights to build from, or the network itself. */
    async takeFile({ id, network }: ModelSummary, files: readonly BroughtFile[]) {
      const file = await bringOne(files)
      if (file === undefined) return
      if (network === 'build') await build(id, { file })
      else await follow(id, () => client.engine.fetchModel({ model: id, file }))
    },
    async remove({ id, isOwn, network }: ModelSummary) {
      try {
        await client.engine.removeModel({ model: id, card: isOwn && network === 'file' })
      } catch (error) {
        notices.fail(error)
      }
      const { [id]: _, ...jobIds } = library().jobIds
      patch(store, 'library', { jobIds })
      await refresh().catch(notices.fail)
    },
    async bringNetwork(files: readonly BroughtFile[]) {
      const path = await bringOne(files)
      if (path !== undefined) await beginCard(path)
    },
    leaveCard: () => patch(store, 'library', { adding: undefined }),
    /** @returns the problems of the latest card asked about; undefined for older ones */
    judge: (card: Card, network: string): Promise<readonly CardProblem[] | undefined> =>
      latestProblems(() => client.engine.checkCard({ card, network })),
    /** Adds the network under its card; @param onStart with the job that copies it */
    async add(card: Card, network: string, onStart: (jobId: string) => void) {
      const { jobId } = await client.engine.addModel({ card, network })
      onStart(jobId)
      const { model } = await jobs.finish<AddReport>(jobId)
      patch(store, 'library', { adding: undefined, chosenId: model })
      await refresh()
      tellReady(model)
    },
  }
}

export type LibraryActions = ReturnType<typeof libraryActions>

function nameOf(models: readonly ModelSummary[], id: string): string {
  return models.find((model) => model.id === id)?.name ?? id
}
