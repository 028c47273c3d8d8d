// Undo and redo over the query and the layers.

import type { LayersState } from './layers.ts'
import type { QuerySettings } from './search.ts'
import { type ActionContext, patch } from './store.ts'
import type { Flight, ViewActions } from './view.ts'

interface Step {
  readonly setId: string | undefined
  readonly query: QuerySettings
  readonly layers: LayersState
  /** where the globe was seen from, when what followed has moved it away */
  readonly seenFrom?: Omit<Flight, 'id'>
}

export interface HistoryState {
  readonly past: readonly Step[]
  readonly future: readonly Step[]
}

export const initialHistory: HistoryState = { past: [], future: [] }

const keptSteps = 100

export function historyActions({ store }: ActionContext, { view }: { readonly view: ViewActions }) {
  const present = (): Step => {
    const { search, layers, sets } = store.getState()
    const { examples, image, metric, onePerCell, topK, from, to } = search
    return { setId: sets.currentId, query: { examples, image, metric, onePerCell, topK, from, to }, layers }
  }
  const ofThisSet = (steps: readonly Step[]) => steps.filter((step) => step.setId === present().setId)
  const restore = (step: Step) => {
    patch(store, 'search', step.query)
    patch(store, 'layers', step.layers)
  }

  return {
    /** Call before a change that the user may want back. */
    record() {
      const past = [...ofThisSet(store.getState().history.past), present()]
      patch(store, 'history', { past: past.slice(-keptSteps), future: [] })
    },
    /** The last change has moved the globe away from this view: undoing it goes back there. */
    movedFrom(seenFrom: Omit<Flight, 'id'>) {
      const { past } = store.getState().history
      const step = past.at(-1)
      if (step !== undefined) patch(store, 'history', { past: [...past.slice(0, -1), { ...step, seenFrom }] })
    },
    /** @returns whether there was a step */
    undo(): boolean {
      const past = ofThisSet(store.getState().history.past)
      const step = past.at(-1)
      if (step === undefined) return false
      patch(store, 'history', { past: past.slice(0, -1), future: [...store.getState().history.future, present()] })
      restore(step)
      if (step.seenFrom !== undefined) view.flyTo(step.seenFrom)
      return true
    },
    redo(): boolean {
      const future = ofThisSet(store.getState().history.future)
      const step = future.at(-1)
      if (step === undefined) return false
      patch(store, 'history', { past: [...store.getState().history.past, present()], future: future.slice(0, -1) })
      restore(step)
      return true
    },
  }
}

export type HistoryActions = ReturnType<typeof historyActions>
