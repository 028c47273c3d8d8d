import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ColumnChoice } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import type { JobList } from '../jobs/job-list.ts'
import { schemaKey } from '../products/column-choice.ts'
import type { ColumnChoiceFile } from './column-choices.ts'
import type { OpenSets } from './open-sets.ts'
import type { RecentFiles } from './recent-files.ts'

export interface SetOpenerOptions {
  readonly jobs: JobList
  readonly sets: OpenSets
  readonly recent: RecentFiles
  readonly choices: ColumnChoiceFile
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

  /**
   * @param path real path, already permitted
   * @param choice of columns, remembered once the file is open with it; absent: the one remembered for its schema, if any
   */
  start(path: string, choice?: ColumnChoice): { jobId: string } {
    const key = `${path}\0${JSON.stringify(choice)}`
    const running = this.#opening.get(key)
    if (running !== undefined) return { jobId: running }
    const { jobs, sets, recent, choices, isRemembered } = this.#options
    const title = `Opening ${basename(path)}`
    const { jobId, ended } = jobs.start({ kind: 'open', title, unit: 'rows' }, async (context) => {
      const { mtimeMs, size } = await stat(path).catch((cause: NodeJS.ErrnoException) => {
        throw new EngineError('not-found', `${path}: expected a file, got ${cause.code}; look for where it was moved`, {
          cause,
        })
      })
      const remembered = choice === undefined ? await choices.all() : {}
      const version = `${size}-${mtimeMs}`
      const columns = { choice, remembered }
      const summary = sets.ofFile(path, version, choice) ?? (await sets.open(path, { version, columns }, context))
      if (choice !== undefined) await choices.remember(schemaKey(summary.columns), choice)
      const openedAt = new Date().toISOString()
      if (isRemembered(path)) await recent.add({ path, name: summary.name, openedAt, count: summary.count })
      return summary
    })
    this.#opening.set(key, jobId)
    void ended.then(() => this.#opening.delete(key))
    return { jobId }
  }
}
