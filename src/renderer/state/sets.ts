// The embedding sets that are open, and the one on the globe.

import type { JobState, SetMap, SetSummary } from '../../shared/contract.ts'
import { initialFaults } from './faults.ts'
import { initialImageQuery } from './image-query.ts'
import type { JobActions } from './jobs.ts'
import { initialLabels } from './labels.ts'
import { layersOfNewSet } from './layers.ts'
import type { NoticeActions } from './notices.ts'
import { initialRowSelection } from './row-selection.ts'
import { initialScoreField } from './score-field.ts'
import { initialSearch } from './search.ts'
import { initialSelection, type SelectionActions } from './selection.ts'
import { type ActionContext, type AppState, latestOnly, patch } from './store.ts'
import type { Place, ViewActions } from './view.ts'

export interface SetsState {
  readonly open: readonly SetSummary[]
  readonly currentId: string | undefined
  readonly map: SetMap | undefined
  readonly isMapComing: boolean
  /** job that opens a set the user asked for */
  readonly openingJobId: string | undefined
}

export const initialSets: SetsState = {
  open: [],
  currentId: undefined,
  map: undefined,
  isMapComing: false,
  openingJobId: undefined,
}

/** Contract name of the sample planet in `openSet`. */
export const samplePlanetPath = 'sample-planet'

/** A PCA needs two cells; a smaller set shows its first row instead of a map. */
const fewestMappedCells = 2

export function currentSet(state: AppState): SetSummary | undefined {
  return state.sets.open.find((set) => set.setId === state.sets.currentId)
}

export function openingJob(state: AppState): JobState | undefined {
  return state.jobs.list.find((job) => job.jobId === state.sets.openingJobId)
}

export function setActions(
  { store, client }: ActionContext,
  needs: {
    readonly jobs: JobActions
    readonly notices: NoticeActions
    readonly view: ViewActions
    readonly selection: SelectionActions
  },
) {
  const { jobs, notices, view, selection } = needs
  const latestMap = latestOnly()
  /** sets that have been on the globe: going back to one moves it only where nothing of it is seen */
  const seen = new Set<string>()
  const sets = () => store.getState().sets
  const add = (set: SetSummary) => {
    const others = sets().open.filter((other) => other.setId !== set.setId)
    patch(store, 'sets', { open: [...others, { ...set, name: titleOf(set.name) }] })
  }

  /** Puts a set on the globe; query and selection belong to the set before and go. */
  const show = async (setId: string) => {
    if (sets().currentId === setId) return
    const set = sets().open.find((other) => other.setId === setId)
    const hasMap = set !== undefined && set.cellCount >= fewestMappedCells && hasUsableVectors(set)
    patch(store, 'sets', { currentId: setId, map: undefined, isMapComing: hasMap })
    const { metric, combine, onePerCell, apartKm, topK } = store.getState().search
    patch(store, 'search', { ...initialSearch, metric, combine, onePerCell, apartKm, topK })
    patch(store, 'imageQuery', initialImageQuery)
    patch(store, 'selection', initialSelection)
    patch(store, 'rowSelection', initialRowSelection)
    patch(store, 'scoreField', initialScoreField)
    patch(store, 'labels', initialLabels)
    patch(store, 'faults', initialFaults)
    patch(store, 'layers', layersOfNewSet(store.getState().layers))
    patch(store, 'view', { right: false, dock: false, compactTab: 'fragment' })
    const home = homeOf(set)
    const isNew = !seen.has(setId)
    seen.add(setId)
    if (isNew && home !== undefined) view.flyTo(home)
    if (!hasMap) {
      if (!isNew && home !== undefined) view.goHome(home)
      return selection.selectRow(0)
    }
    try {
      const map = await latestMap(() => client.engine.setMap({ setId }))
      if (map === undefined || sets().currentId !== setId) return
      patch(store, 'sets', { map, isMapComing: false })
      if (!isNew || home === undefined) view.goHome(home)
    } catch (error) {
      if (sets().currentId !== setId) return
      patch(store, 'sets', { isMapComing: false })
      notices.fail(error)
    }
  }

  /**
   * Opens an embeddings file and puts it on the globe.
   * @param onStart with the job that opens it
   * @throws what the engine says of it
   */
  const load = async (path: string, onStart?: (jobId: string) => void) => {
    try {
      const { jobId } = await client.engine.openSet({ path })
      onStart?.(jobId)
      patch(store, 'sets', { openingJobId: jobId })
      const set = await jobs.finish<SetSummary>(jobId)
      add(set)
      if (isHardlyUsable(set)) notices.show('info', `${titleOf(set.name)}: ${set.warnings.join('; ')}`)
      await show(set.setId)
    } finally {
      patch(store, 'sets', { openingJobId: undefined })
    }
  }

  return {
    add,
    show,
    load,
    /** As `load`; a failure is shown. */
    open: (path: string, onStart?: (jobId: string) => void) => load(path, onStart).catch(notices.fail),
    async refresh() {
      for (const set of await client.engine.openSets({})) add(set)
      const first = sets().open.at(-1)
      if (sets().currentId === undefined && first !== undefined) await show(first.setId)
    },
    /** Forgets a set that the engine has closed. */
    async drop(setId: string) {
      seen.delete(setId)
      const open = sets().open.filter((set) => set.setId !== setId)
      patch(store, 'sets', { open })
      if (sets().currentId !== setId) return
      patch(store, 'sets', { currentId: undefined, map: undefined })
      patch(store, 'search', initialSearch)
      patch(store, 'selection', initialSelection)
      patch(store, 'rowSelection', initialRowSelection)
      patch(store, 'view', { right: false, dock: false })
      const next = open.at(-1)
      if (next === undefined) view.showWholeGlobe()
      else await show(next.setId)
    },
    close: (setId: string) => client.engine.closeSet({ setId }).catch(notices.fail),
  }
}

export type SetActions = ReturnType<typeof setActions>

/** The sample planet by its title, every other set by its own name. */
export function titleOf(name: string): string {
  return name === samplePlanetPath ? 'Sample planet' : name
}

/** Whether some vector can be compared with others. */
export function hasUsableVectors({ count, nanCount, zeroCount }: SetSummary): boolean {
  return nanCount + zeroCount < count
}

/** No row can be found by a search, or none is on the globe: that is said at once. */
function isHardlyUsable(set: SetSummary): boolean {
  return set.warnings.length > 0 && (!hasUsableVectors(set) || set.extent === undefined)
}

/** The view of all of a set; undefined where it has no place, or is too wide for a view nearer than the whole globe. */
function homeOf(set: SetSummary | undefined): (Place & { readonly zoom: number }) | undefined {
  if (set?.extent === undefined) return undefined
  const [west, south, east, north] = set.extent
  const lonSpan = east >= west ? east - west : east + 360 - west
  const span = Math.max(lonSpan, north - south)
  if (span > 120) return undefined
  return { lat: (south + north) / 2, lon: west + lonSpan / 2, zoom: zoomOfSpan(span) }
}

/** Zoom at which `spanDegrees` fill about half of a 800 px map. */
function zoomOfSpan(spanDegrees: number): number {
  return Math.min(12, Math.max(1.5, Math.log2((400 * 360) / (512 * Math.max(spanDegrees, 0.01)))))
}
