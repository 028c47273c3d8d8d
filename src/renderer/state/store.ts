// One vanilla store. Values are serialisable; vectors, textures, map and engine handles live elsewhere.

import { createStore, type StoreApi } from 'zustand/vanilla'
import type { EngineClient } from '../engine-client.ts'
import { type CudaState, initialCuda } from './cuda.ts'
import { type EmbedState, initialEmbed } from './embed.ts'
import { type FaultsState, initialFaults } from './faults.ts'
import { type FilesState, initialFiles } from './files.ts'
import { type HistoryState, initialHistory } from './history.ts'
import { type ImageQueryState, initialImageQuery } from './image-query.ts'
import { initialJobs, type JobsState } from './jobs.ts'
import { initialLabels, type LabelsState } from './labels.ts'
import { initialLayers, type LayersState } from './layers.ts'
import { initialLibrary, type LibraryState } from './library.ts'
import { initialNeighbours, type NeighboursState } from './neighbours.ts'
import { initialNotices, type NoticesState } from './notices.ts'
import { initialPins, type PinsState } from './pins.ts'
import { initialProject, type ProjectState } from './project.ts'
import { initialRecentPlaces, type RecentPlacesState } from './recent-places.ts'
import { initialRowSelection, type RowSelectionState } from './row-selection.ts'
import { initialScoreField, type ScoreFieldState } from './score-field.ts'
import { initialSearch, type SearchState } from './search.ts'
import { initialSelection, type SelectionState } from './selection.ts'
import { initialSets, type SetsState } from './sets.ts'
import { initialVerification, type VerificationState } from './verification.ts'
import { initialView, type ViewState } from './view.ts'

export interface AppState {
  readonly view: ViewState
  readonly sets: SetsState
  readonly selection: SelectionState
  readonly pins: PinsState
  readonly rowSelection: RowSelectionState
  readonly search: SearchState
  readonly imageQuery: ImageQueryState
  readonly layers: LayersState
  readonly scoreField: ScoreFieldState
  readonly neighbours: NeighboursState
  readonly faults: FaultsState
  readonly labels: LabelsState
  readonly project: ProjectState
  readonly jobs: JobsState
  readonly embed: EmbedState
  readonly library: LibraryState
  readonly cuda: CudaState
  readonly verification: VerificationState
  readonly files: FilesState
  readonly recentPlaces: RecentPlacesState
  readonly notices: NoticesState
  readonly history: HistoryState
}

export type AppStore = StoreApi<AppState>

/** What every action needs. */
export interface ActionContext {
  readonly store: AppStore
  readonly client: EngineClient
}

export function createAppStore(): AppStore {
  return createStore<AppState>(() => ({
    view: initialView(),
    sets: initialSets,
    selection: initialSelection,
    pins: initialPins,
    rowSelection: initialRowSelection,
    search: initialSearch,
    imageQuery: initialImageQuery,
    layers: initialLayers,
    scoreField: initialScoreField,
    neighbours: initialNeighbours,
    faults: initialFaults,
    labels: initialLabels,
    project: initialProject,
    jobs: initialJobs,
    embed: initialEmbed,
    library: initialLibrary,
    cuda: initialCuda,
    verification: initialVerification,
    files: initialFiles,
    recentPlaces: initialRecentPlaces(),
    notices: initialNotices,
    history: initialHistory,
  }))
}

/** Replaces some fields of one slice. */
export function patch<K extends keyof AppState>(store: AppStore, slice: K, change: Partial<AppState[K]>): void {
  store.setState((state) => ({ [slice]: { ...state[slice], ...change } }) as Partial<AppState>)
}

export interface LatestOnly {
  /** @returns the answer, or undefined when a newer request has been made meanwhile, or the work forgotten */
  <T>(work: () => Promise<T>): Promise<T | undefined>
  /** Work on its way no longer counts. */
  forget(): void
}

/** Runs asynchronous work of which only the latest answer counts. */
export function latestOnly(): LatestOnly {
  let latest = 0
  const run = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    latest += 1
    const mine = latest
    try {
      const answer = await work()
      return mine === latest ? answer : undefined
    } catch (error) {
      if (mine === latest) throw error
      return undefined
    }
  }
  const forget = () => {
    latest += 1
  }
  return Object.assign(run, { forget })
}
