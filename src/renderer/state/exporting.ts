// Rows out of the application as files that carry the query that made them.

import type { ExportReport, ExportRequest } from '../../shared/contract.ts'
import { fileName } from './files.ts'
import type { JobActions } from './jobs.ts'
import { likenessOf, measureOf } from './likeness.ts'
import type { NoticeActions } from './notices.ts'
import { currentSet } from './sets.ts'
import { sortedHits } from './sorted-hits.ts'
import type { ActionContext, AppState } from './store.ts'

export type ExportScope = 'selection' | 'results' | 'all'
export type ExportFormat = ExportRequest['format']

const extensionOf: Readonly<Record<ExportFormat, string>> = {
  geoparquet: 'parquet',
  geojson: 'geojson',
  csv: 'csv',
  npy: 'npy',
}

/** Rows in each scope; a scope without rows cannot be exported. */
export function exportCounts(state: AppState): Readonly<Record<ExportScope, number>> {
  return {
    selection: state.selection.cell?.rows.length ?? (state.selection.row === undefined ? 0 : 1),
    results: state.search.answer?.hits.length ?? 0,
    all: currentSet(state)?.count ?? 0,
  }
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
      const defaultName = `${set.name.replace(/[^\w-]+/g, '-')}-${scope}.${extensionOf[format]}`
      const path = await client.bridge?.chooseSavePath({ title: 'Export', defaultName })
      if (client.bridge !== undefined && path === undefined) return
      try {
        const request: ExportRequest = { setId: set.setId, format, ...rowsOf(state, scope) }
        const { jobId } = await client.engine.exportRows(path === undefined ? request : { ...request, path })
        const report = await jobs.finish<ExportReport>(jobId)
        if (report.url !== undefined) download(report.url)
        // a download is saved under the name that the engine gives it
        const target = report.url === undefined ? report.path : fileName(report.path)
        notices.show('done', `Exported ${report.rows.toLocaleString('en')} rows to ${target}`)
      } catch (error) {
        notices.fail(error)
      }
    },
  }
}

export type ExportActions = ReturnType<typeof exportActions>

function rowsOf(state: AppState, scope: ExportScope): Partial<ExportRequest> {
  if (scope === 'all') return {}
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

function download(url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.click()
}
