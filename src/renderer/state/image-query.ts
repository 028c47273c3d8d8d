// An image of the user as the query: embedded as the vectors of the set on the globe are, then searched with.

import type { ImageQuery, ImageQueryRequest } from '../../shared/contract.ts'
import type { BroughtFile } from '../engine-client.ts'
import type { BringActions } from './bringing.ts'
import { fileName } from './files.ts'
import type { JobActions } from './jobs.ts'
import type { NoticeActions } from './notices.ts'
import type { SearchActions } from './search.ts'
import { currentSet } from './sets.ts'
import { type ActionContext, latestOnly, patch } from './store.ts'

export interface ImageExample {
  /** of the engine's machine */
  readonly path: string
  readonly name: string
  /** as chosen; undefined: as the engine proposes */
  readonly unit: ImageQueryRequest['unit']
  readonly embedded: ImageQuery
}

export interface ImageQueryState {
  /** job that embeds the image */
  readonly jobId: string | undefined
  /** for a set that does not say which model made it */
  readonly model: string | undefined
}

export const initialImageQuery: ImageQueryState = { jobId: undefined, model: undefined }

/** What an export tells of the image that was searched with: everything but the place of its file. */
export function imageRecord({ name, embedded }: ImageExample) {
  const { vector: _, warnings: __, ...made } = embedded
  return { file: name, ...made }
}

export function imageQueryActions(
  { store, client }: ActionContext,
  needs: {
    readonly bring: BringActions
    readonly jobs: JobActions
    readonly notices: NoticeActions
    readonly search: SearchActions
  },
) {
  const { bring, jobs, notices, search } = needs
  const latestImage = latestOnly()

  /** @param sentBy job that has sent the image */
  const embed = async (path: string, unit: ImageExample['unit'], sentBy?: string) => {
    const set = currentSet(store.getState())
    if (set === undefined) return
    const model = set.model ?? store.getState().imageQuery.model
    if (model === undefined) {
      const sentence = `${set.name} does not say which model made it; choose the model under “Search by image” first`
      return notices.show('error', sentence)
    }
    try {
      const embedded = await latestImage(async () => {
        const request = { setId: set.setId, image: path, model, ...(unit === undefined ? {} : { unit }) }
        const { jobId } = await client.engine.embedImage(request)
        if (sentBy !== undefined) jobs.join(sentBy, jobId)
        patch(store, 'imageQuery', { jobId })
        return jobs.finish<ImageQuery>(jobId)
      })
      if (embedded === undefined) return
      patch(store, 'imageQuery', { jobId: undefined })
      // another set is on the globe meanwhile: the vector is not one of its
      if (currentSet(store.getState())?.setId !== set.setId) return
      await search.askWith({ image: { path, name: fileName(path), unit, embedded }, examples: [] })
    } catch (error) {
      patch(store, 'imageQuery', { jobId: undefined })
      notices.fail(error)
    }
  }

  return {
    /** Searches with a dropped or picked image, or with a folder of the bands of one. */
    async take(files: readonly BroughtFile[]) {
      const { paths, jobId, failure } = await bring.paths(files)
      const [path, ...others] = paths
      if (failure !== undefined) return notices.fail(failure)
      if (path === undefined) return
      if (others.length === 0) return embed(path, undefined, jobId)
      notices.show(
        'error',
        `search by image: expected one image, got ${paths.length} files; give one, or the folder of its bands`,
      )
    },
    /** Embeds the image of the query again, its pixels taken in another unit. */
    async chooseUnit(unit: ImageExample['unit']) {
      const { image } = store.getState().search
      if (image !== undefined) await embed(image.path, unit)
    },
    chooseModel: (model: string) => patch(store, 'imageQuery', { model }),
  }
}

export type ImageQueryActions = ReturnType<typeof imageQueryActions>
