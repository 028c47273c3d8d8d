import { basename, resolve } from 'node:path'
import type { EngineStatus, ExportReport } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { exportFileName, exportFormatNames } from '../../shared/export-file.ts'
import { refuseToReplace } from '../bytes/output-file.ts'
import type { ParsedExportRequest } from '../exports/export-request.ts'
import type { JobList } from '../jobs/job-list.ts'
import type { Downloads } from './downloads.ts'
import { safeName } from './drops.ts'
import type { OpenSets } from './open-sets.ts'

export interface ExportParts {
  readonly jobs: JobList
  readonly sets: OpenSets
  readonly downloads: Downloads
  readonly door: EngineStatus['door']
  readonly version: string
}

/**
 * Writes rows of a set as a job: to `path`, or in the browser door to a spooled file with a URL.
 * @throws EngineError `not-permitted` when the browser door names a path, `invalid-input` when another door does not
 */
export function startExport(request: ParsedExportRequest, parts: ExportParts): { jobId: string } {
  const { summary, link } = parts.sets.get(request.setId)
  const isDownload = parts.door === 'browser'
  const name = safeName(exportFileName(summary.path, request))
  const path = isDownload ? downloadPath(request, parts.downloads, name) : requiredPath(request)
  const { jobId } = parts.jobs.start(
    { kind: 'export', title: `Exporting ${basename(path)} as ${exportFormatNames[request.format]}`, unit: 'rows' },
    async (job) => {
      await refuseToReplace([summary.path], path)
      const report = await link.call('exportRows', { request: { ...request, path }, appVersion: parts.version }, job)
      return isDownload ? withUrls(report, request, parts.downloads) : report
    },
  )
  return { jobId }
}

function downloadPath({ path }: ParsedExportRequest, downloads: Downloads, name: string): string {
  if (path === undefined) return downloads.pathFor(name)
  throw new EngineError(
    'not-permitted',
    `export: expected no path from a browser page, got ${path}; download the result`,
  )
}

function requiredPath({ path }: ParsedExportRequest): string {
  if (path !== undefined) return resolve(path)
  throw new EngineError('invalid-input', 'export: expected a path to write to, got none')
}

function withUrls(report: ExportReport, { format }: ParsedExportRequest, downloads: Downloads): ExportReport {
  const url = downloads.announce(report.path)
  return { ...report, url, ...(format === 'npy' ? { sidecarUrl: downloads.announce(`${report.path}.json`) } : {}) }
}
