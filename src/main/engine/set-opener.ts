import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import type { JobList } from '../jobs/job-list.ts'
import type { OpenSets } from './open-sets.ts'
import type { RecentFiles } from './recent-files.ts'

export interface SetOpenerOptions {
  readonly jobs: JobList
  readonly sets: OpenSets
  readonly recent: RecentFiles
  /** whether a file belongs in the list of recent files: it was opened in a window and will be there next time */
  readonly isRemembered: (path: string) => boolean
}

/** Opens files as jobs; a file that is open or being opened is not read again. */
export class SetOpener {
  readonly #options: SetOpenerOptions
  readonly #opening = new Map<string, string>()

  constructor(options: SetOpenerOptions) {
    this.#options = options
  }

  /** @param path real path, already permitted */
  start(path: string): { jobId: string } {
    const running = this.#opening.get(path)
    if (running !== undefined) return { jobId: running }
    const { jobs, sets, recent, isRemembered } = this.#options
    const title = `Opening ${basename(path)}`
    const { jobId, ended } = jobs.start({ kind: 'open', title, unit: 'rows' }, async (context) => {
      const { mtimeMs, size } = await stat(path).catch((cause: NodeJS.ErrnoException) => {
        throw new EngineError('not-found', `${path}: expected a file, got ${cause.code}; look for where it was moved`, {
          cause,
        })
      })
      const version = `${size}-${mtimeMs}`
      const summary = sets.ofFile(path, version) ?? (await sets.open(path, version, context))
      const openedAt = new Date().toISOString()
      if (isRemembered(path)) await recent.add({ path, name: summary.name, openedAt, count: summary.count })
      return summary
    })
    this.#opening.set(path, jobId)
    void ended.then(() => this.#opening.delete(path))
    return { jobId }
  }
}
