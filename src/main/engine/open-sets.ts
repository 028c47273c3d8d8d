import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import type { ColumnChoice, SetMap, SetSummary } from '../../shared/contract.ts'
import { bulkRoutes } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { entryPath } from '../entries.ts'
import type { JobContext } from '../jobs/job-list.ts'
import type { SetColumnsChosen } from '../store/open-table.ts'
import type { SetCalls } from '../store/set-worker.ts'
import { WorkerLink } from '../threads/worker-link.ts'

export interface MapBytes {
  readonly map: SetMap
  readonly rgba: Uint8Array
  readonly etag: string
}

export interface OpenSet {
  readonly summary: SetSummary
  readonly link: WorkerLink<SetCalls>
  /** changes when the file is written anew */
  readonly version: string
  /** columns that it was opened with by choice */
  readonly choice: ColumnChoice | undefined
}

export interface OpenSetsEvents {
  opened(set: SetSummary): void
  closed(setId: string): void
}

/** The open sets, each in a thread of its own. */
export class OpenSets {
  readonly #sets = new Map<string, OpenSet>()
  readonly #maps = new Map<string, Promise<MapBytes>>()
  readonly #events: OpenSetsEvents
  readonly #entry: string

  /** @param entry built file of the set worker */
  constructor(events: OpenSetsEvents, entry: string = entryPath('set-worker')) {
    this.#events = events
    this.#entry = entry
  }

  list(): SetSummary[] {
    return [...this.#sets.values()].map((set) => set.summary)
  }

  /** @throws EngineError `not-found` when no such set is open */
  get(setId: string): OpenSet {
    const set = this.#sets.get(setId)
    if (set) return set
    throw new EngineError('not-found', `set ${setId}: expected an open set, got none of that name; open the file again`)
  }

  /** The open set of a file as it is now; with a choice of columns, the one that was opened with the same. */
  ofFile(path: string, version: string, choice?: ColumnChoice): SetSummary | undefined {
    const isSame = (set: OpenSet) => choice === undefined || JSON.stringify(set.choice) === JSON.stringify(choice)
    const ofPath = [...this.#sets.values()].filter((set) => set.summary.path === path && set.version === version)
    return ofPath.find(isSame)?.summary
  }

  /** Reads the file in a new thread; an abort ends that thread at once. */
  async open(
    path: string,
    { version, columns = {} }: { readonly version: string; readonly columns?: SetColumnsChosen },
    { signal, onProgress }: JobContext,
  ): Promise<SetSummary> {
    const setId = randomUUID().slice(0, 8)
    const link = new WorkerLink<SetCalls>({
      entry: this.#entry,
      name: `the set ${basename(path)}`,
      onCrash: () => this.#forget(setId),
    })
    const end = () => void link.dispose()
    signal.addEventListener('abort', end, { once: true })
    try {
      const summary = { setId, ...(await link.call('open', { path, columns }, { signal, onProgress })) }
      this.#sets.set(setId, { summary, link, version, choice: columns.choice })
      this.#events.opened(summary)
      return summary
    } catch (error) {
      await link.dispose()
      throw error
    } finally {
      signal.removeEventListener('abort', end)
    }
  }

  async close(setId: string): Promise<void> {
    const { link } = this.get(setId)
    this.#forget(setId)
    await link.dispose()
  }

  /** The set's map, computed once. */
  map(setId: string): Promise<MapBytes> {
    const known = this.#maps.get(setId)
    if (known) return known
    const { link } = this.get(setId)
    const computed = link.call('map', {}).then(({ map, rgba }) => ({
      map: { ...map, url: bulkRoutes.map(setId) },
      rgba,
      // a set never changes and its id never comes again
      etag: `"map-${setId}"`,
    }))
    this.#maps.set(setId, computed)
    computed.catch(() => this.#maps.delete(setId))
    return computed
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#sets.keys()].map((setId) => this.close(setId)))
  }

  #forget(setId: string): void {
    this.#maps.delete(setId)
    if (this.#sets.delete(setId)) this.#events.closed(setId)
  }
}
