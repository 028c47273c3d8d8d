// Files the user brings: dropped, chosen, recent. What a file is decides where it goes.

import type { CallOutput, EngineStatus, FileDescription } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import type { BroughtFile } from '../engine-client.ts'
import type { BringActions } from './bringing.ts'
import type { EmbedActions } from './embed.ts'
import type { JobActions } from './jobs.ts'
import type { LibraryActions } from './library.ts'
import type { NoticeActions } from './notices.ts'
import type { ProjectActions } from './project.ts'
import type { SetActions } from './sets.ts'
import { type ActionContext, patch } from './store.ts'
import type { VerificationActions } from './verification.ts'
import type { ViewActions } from './view.ts'

export interface FilesState {
  readonly status: EngineStatus | undefined
  readonly connection: 'connecting' | 'connected' | 'lost'
  readonly recent: CallOutput<'recentFiles'>
}

export const initialFiles: FilesState = { status: undefined, connection: 'connecting', recent: [] }

/** Where each dropped file goes. */
export interface Routing {
  readonly open: readonly FileDescription[]
  readonly embed: readonly FileDescription[]
  readonly models: readonly FileDescription[]
  readonly projects: readonly FileDescription[]
  /** neither: one sentence each */
  readonly refused: readonly string[]
}

/** Embeddings open, imagery is embedded, models are offered to the embed dialog. */
export function routeFiles(descriptions: readonly FileDescription[]): Routing {
  const ofKind = (...kinds: readonly FileDescription['kind'][]) =>
    descriptions.filter(({ kind }) => kinds.includes(kind))
  // the dates of a Core Parquet, which finds them beside itself
  const hasCore = descriptions.some(({ product }) => product === 'core-parquet')
  return {
    open: ofKind('patch', 'pixel', 'location'),
    embed: ofKind('imagery'),
    models: ofKind('model'),
    projects: ofKind('project'),
    refused: ofKind('unknown')
      .filter(({ file }) => !(hasCore && fileName(file).toLowerCase() === 'metadata.parquet'))
      .map(
        ({ file, problems }) =>
          problems[0] ??
          `${fileName(file)}: expected an embeddings Parquet, a Core Parquet, GeoTIFFs or images, got something else`,
      ),
  }
}

export function fileName(path: string): string {
  return path.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '')
}

export function fileActions(
  { store, client }: ActionContext,
  needs: {
    readonly bring: BringActions
    readonly jobs: JobActions
    readonly library: LibraryActions
    readonly notices: NoticeActions
    readonly project: ProjectActions
    readonly sets: SetActions
    readonly embed: EmbedActions
    readonly verification: VerificationActions
    readonly view: ViewActions
  },
) {
  const { bring, jobs, library, notices, project, sets, embed, verification, view } = needs

  /** Opens, embeds or refuses each path by what it holds; @param sentBy job that has sent the files */
  const takePaths = async (paths: readonly string[], sentBy?: string) => {
    if (paths.length === 0) return
    try {
      const descriptions = await client.engine.describeFiles({ paths: [...paths] })
      if (view.current() === 'verify') return verification.take(descriptions)
      const { open, embed: imagery, models, projects, refused } = routeFiles(descriptions)
      for (const sentence of refused) notices.show('error', sentence)
      const isInLibrary = store.getState().view.dialog === 'models'
      for (const { file } of models) await (isInLibrary ? library.beginCard(file) : embed.addModelFile(file))
      if (open.length > 0 && imagery.length === 0) view.closeDialogs()
      for (const [index, { file }] of open.entries()) {
        const isSent = index === 0 && sentBy !== undefined
        await sets.open(file, isSent ? (jobId) => jobs.join(sentBy, jobId) : undefined)
      }
      for (const { file } of projects) {
        view.closeDialogs()
        await project.open(file)
      }
      if (imagery.length === 0) return
      if (store.getState().view.dialog === 'embed') await embed.addInputs(imagery)
      else await embed.begin(imagery)
    } catch (error) {
      notices.fail(error)
    }
  }

  const refreshRecent = async () => {
    patch(store, 'files', { recent: await client.engine.recentFiles({}) })
  }

  return {
    takePaths: (paths: readonly string[]) => takePaths(paths),
    /** Opens a file of the list of recent ones; one that is gone is marked there. */
    async openRecent(path: string) {
      try {
        await sets.load(path)
      } catch (error) {
        const isGone = error instanceof EngineError && error.code === 'not-found'
        if (!isGone) return notices.fail(error)
        notices.show(
          'error',
          `${path}: expected the file opened before, got nothing there; choose it where it is now, or remove it from the list`,
        )
        await refreshRecent()
      }
    },
    /** Takes dropped or picked files: by path in Electron, sent in slices in the browser. */
    async takeFiles(files: readonly BroughtFile[]) {
      const { paths, jobId, failure } = await bring.paths(files)
      if (failure !== undefined) notices.fail(failure)
      await takePaths(paths, jobId)
    },
    /** Lets the user choose: the native dialog in Electron, our own one in the browser. */
    async choose(options: { readonly folders?: boolean } = {}) {
      if (client.bridge === undefined) return view.openDialog('open')
      const openTitle = options.folders === true ? 'Open a folder' : 'Open embeddings or imagery'
      const title = view.current() === 'verify' ? 'Choose files to verify' : openTitle
      await takePaths(await client.bridge.chooseFiles({ title, ...options }))
    },
    async refresh() {
      const [status, recent] = await Promise.all([client.engine.status({}), client.engine.recentFiles({})])
      patch(store, 'files', { status, recent })
    },
    async refreshStatus() {
      patch(store, 'files', { status: await client.engine.status({}) })
    },
    refreshRecent,
    async forget(path: string) {
      await client.engine.forgetRecent({ path })
      await refreshRecent()
    },
  }
}

export type FileActions = ReturnType<typeof fileActions>
