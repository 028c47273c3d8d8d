// The store with all actions, wired to one engine client.

import type { EngineClient } from '../engine-client.ts'
import { bringActions } from './bringing.ts'
import { cudaActions } from './cuda.ts'
import { embedActions } from './embed.ts'
import { exportActions } from './exporting.ts'
import { faultActions } from './faults.ts'
import { fileActions } from './files.ts'
import { goingActions } from './going.ts'
import { historyActions } from './history.ts'
import { imageQueryActions } from './image-query.ts'
import { jobActions } from './jobs.ts'
import { labelActions } from './labels.ts'
import { layerActions } from './layers.ts'
import { libraryActions } from './library.ts'
import { shippedNames } from './named-place.ts'
import { neighbourActions } from './neighbours.ts'
import { noticeActions } from './notices.ts'
import { pinActions } from './pins.ts'
import { projectActions } from './project.ts'
import { keepParts } from './project-parts.ts'
import { recentPlaceActions } from './recent-places.ts'
import { rowSelectionActions } from './row-selection.ts'
import { scoreFieldActions } from './score-field.ts'
import { searchActions } from './search.ts'
import { selectionActions } from './selection.ts'
import { setActions } from './sets.ts'
import { createAppStore, patch } from './store.ts'
import { verificationActions } from './verification.ts'
import { viewActions } from './view.ts'

export type App = ReturnType<typeof createApp>

const statusEveryMs = 5_000

export function createApp(client: EngineClient) {
  const context = { store: createAppStore(), client }
  const notices = noticeActions(context)
  const view = viewActions(context)
  const history = historyActions(context, { view })
  const layers = layerActions(context, { history, notices })
  const jobs = jobActions(context)
  const selection = selectionActions(context, { notices, view })
  const pins = pinActions(context, { history, notices })
  const rowSelection = rowSelectionActions(context, { history, notices })
  const sets = setActions(context, { jobs, notices, view, selection })
  const search = searchActions(context, { notices, view, selection, history })
  const scoreField = scoreFieldActions(context, { jobs, layers, notices, search })
  const labels = labelActions(context, { history, layers, notices, selection })
  const faults = faultActions(context, { notices })
  neighbourActions(context)
  const project = projectActions(context, { notices, sets })
  keepParts(context, { project, view, search, selection, rowSelection, layers, labels, scoreField })
  const bring = bringActions(context, { jobs })
  const imageQuery = imageQueryActions(context, { bring, jobs, notices, search })
  const library = libraryActions(context, { bring, jobs, notices, view })
  const embed = embedActions(context, { jobs, notices, sets, view, library })
  const verification = verificationActions(context, { jobs, library, notices, view })
  const files = fileActions(context, { bring, jobs, library, notices, project, sets, embed, verification, view })
  const cuda = cudaActions(context, { files, jobs, notices, view })
  const going = goingActions(context, { view, selection, names: shippedNames })
  const recentPlaces = recentPlaceActions(context)
  const exporting = exportActions(context, { jobs, notices })
  return {
    ...context,
    undo: history.undo,
    redo: history.redo,
    notices,
    view,
    layers,
    jobs,
    history,
    sets,
    selection,
    pins,
    rowSelection,
    search,
    scoreField,
    labels,
    faults,
    project,
    imageQuery,
    embed,
    library,
    cuda,
    verification,
    files,
    exporting,
    going,
    recentPlaces,
  }
}

/**
 * Follows the engine: its events, its status, and whether it can be reached.
 * @returns stops following
 */
export function followEngine(app: App): () => void {
  const { client, store } = app
  const stopEvents = client.onEvent((event) => {
    if (event.type === 'job') app.jobs.receive(event.job)
    if (event.type === 'set-opened') {
      app.sets.add(event.set)
      app.files.refreshRecent().catch(app.notices.fail)
    }
    // the list is in view again when none is left open, and files may have gone meanwhile
    if (event.type === 'set-closed') app.sets.drop(event.setId).then(app.files.refreshRecent).catch(app.notices.fail)
  })
  const stopConnection = client.onConnection((connection) => {
    patch(store, 'files', { connection })
    if (connection !== 'connected') return
    Promise.all([app.files.refresh(), app.sets.refresh(), app.jobs.refresh(), app.project.lookForLast()]).catch(
      app.notices.fail,
    )
  })
  const timer = setInterval(() => {
    if (document.visibilityState !== 'visible' || store.getState().files.connection !== 'connected') return
    app.files.refreshStatus().catch(() => {
      // the connection banner tells when the engine is gone
    })
  }, statusEveryMs)
  const saveWhenHidden = () => {
    if (document.visibilityState === 'hidden') void app.project.saveByItself()
  }
  document.addEventListener('visibilitychange', saveWhenHidden)
  const stopFiles = client.bridge?.onOpenFiles((paths) => {
    app.files.takePaths(paths).catch(app.notices.fail)
  })
  return () => {
    stopEvents()
    stopConnection()
    stopFiles?.()
    document.removeEventListener('visibilitychange', saveWhenHidden)
    clearInterval(timer)
  }
}
