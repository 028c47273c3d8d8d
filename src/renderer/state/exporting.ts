// Rows out of the application as files that carry the query that made them.

import type { ExportReport, ExportRequest } from '../../shared/contract.ts'
import { exportFileName } from '../../shared/export-file.ts'
import { fileName } from './files.ts'
import type { JobActions } from './jobs.ts'
import { likenessOf, measureOf } from './likeness.ts'
import type { NoticeActions } from './notices.ts'
import { pinnedHere } from './pins.ts'
import { selectedRows } from './row-selection.ts'
import { currentSet } from './sets.ts'
import { sortedHits } from './sorted-hits.ts'
import type { ActionContext, AppState } from './store.ts'

export type ExportScope = 'rows' | 'pins' | 'labels' | 'selection' | 'results' | 'all'
export type ExportFormat = ExportRequest['format']

/** Rows in each scope; a scope without rows cannot be exported. */
export function exportCounts(state: AppState): Readonly<Record<ExportScope, number>> {
  return {
    rows: selectedRows(state)?.count ?? 0,
    pins: pinnedHere(state).length,
    labels: state.labels.labels.length,
    selection: state.selection.cell?.rows.length ?? (state.selection.row === undefined ? 0 : 1),
    results: state.search.answer?.hits.length ?? 0,
    all: currentSet(state)?.count ?? 0,
  }
}

/** Why a scope has nothing to export, in a sentence; undefined where it has rows. */
export function whyNothing(state: AppState, scope: ExportScope): string | undefined {
  if (exportCounts(state)[scope] > 0) return undefined
  if (scope === 'all') return 'This set has no rows'
  if (scope === 'pins') return 'No fragment is pinned: Space pins the one you look at'
  if (scope === 'labels') return 'No fragment is labelled: 1 to 9 give a class to the one you look at'
  if (scope === 'rows') return 'No fragment is selected: drag a box with Shift held'
  if (scope === 'selection') return 'No cell is selected: click one on the globe'
  return state.search.answer === undefined
    ? 'Nothing has been searched: find similar places first'
    : 'The search has found nothing: widen its filters'
}

export function exportActions(
  { store, client }: ActionContext,
  { jobs, notices }: { readonly jobs: JobActions; readonly notices: NoticeActions },
) {
  return {
    /** Writes a file: to a path the user chooses in Electron, as a download in the browser. */
    async exportRows(scope: ExportScope, format: ExportFormat) {
      const state = store.getState()
      const set = currentSet(state)
      if (set === undefined) return
      const nothing = whyNothing(state, scope)
      if (nothing !== undefined) return notices.show('info', `${nothing}; no file was written`)
      const request: ExportRequest = { setId: set.setId, format, ...rowsOf(state, scope) }
      const defaultName = exportFileName(set.path, request)
      const path = await client.bridge?.chooseSavePath({ title: 'Export', defaultName })
      if (client.bridge !== undefined && path === undefined) return
      try {
        const { jobId } = await client.engine.exportRows(path === undefined ? request : { ...request, path })
        const report = await jobs.finish<ExportReport>(jobId)
        for (const url of [report.url, report.sidecarUrl]) if (url !== undefined) download(url)
        notices.show('done', exportedText(report, format))
      } catch (error) {
        notices.fail(error)
      }
    },
  }
}

export type ExportActions = ReturnType<typeof exportActions>

function rowsOf(state: AppState, scope: ExportScope): Partial<ExportRequest> {
  if (scope === 'all') return {}
  if (scope === 'pins') return { rows: pinnedHere(state).map(({ row }) => row) }
  if (scope === 'labels') {
    const nameOf = new Map(state.labels.classes.map(({ id, name }) => [id, name]))
    const { labels } = state.labels
    return {
      rows: labels.map(({ place }) => place.row),
      labels: labels.map(({ classId }) => nameOf.get(classId) ?? ''),
    }
  }
  if (scope === 'rows') return { selectionId: selectedRows(state)?.selectionId }
  if (scope === 'selection') {
    const rows = state.selection.cell?.rows ?? (state.selection.row === undefined ? [] : [state.selection.row])
    return { rows: rows.map((row) => row.row) }
  }
  const { answer } = state.search
  const hits = sortedHits(state.search)
  return {
    rows: hits.map((hit) => hit.row),
    ...(answer === undefined ? {} : { [measureOf(answer)]: likenessOf(hits, measureOf(answer)) }),
    query: state.search.asked,
  }
}

function exportedText({ rows, path, url }: ExportReport, format: ExportFormat): string {
  // a download is saved under the name that the engine gives it
  const target = url === undefined ? path : fileName(path)
  const beside = format === 'npy' ? `, with ${fileName(path)}.json beside it` : ''
  return `Exported ${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'} to ${target}${beside}`
}

function download(url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.click()
}
