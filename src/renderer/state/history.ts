// Undo and redo over every slice that registers with `keep`.

import { type ActionContext, type AppState, patch } from './store.ts'
import type { Flight, ViewActions } from './view.ts'

/** Kept fields of the registered slices. */
type Kept = { readonly [K in keyof AppState]?: Partial<AppState[K]> }

interface Step {
  readonly setId: string | undefined
  readonly kept: Kept
  /** where the globe was seen from, when what followed has moved it away */
  readonly seenFrom?: Omit<Flight, 'id'>
}

export interface HistoryState {
  readonly past: readonly Step[]
  readonly future: readonly Step[]
}

export const initialHistory: HistoryState = { past: [], future: [] }

const keptSteps = 100

/** What undo does with one slice. */
interface UndoableSlice {
  pick(state: AppState): Kept
  putBack(kept: Kept): void
  /** whether a kept field has another value now */
  isChanged(before: AppState): boolean
  restored?: ((before: AppState) => void) | undefined
}

export function historyActions({ store }: ActionContext, { view }: { readonly view: ViewActions }) {
  const slices: UndoableSlice[] = []
  const present = (): Step => {
    const state = store.getState()
    return { setId: state.sets.currentId, kept: Object.assign({}, ...slices.map((slice) => slice.pick(state))) }
  }
  const ofThisSet = (steps: readonly Step[]) => steps.filter((step) => step.setId === present().setId)
  const restore = (step: Step) => {
    const before = store.getState()
    for (const slice of slices) slice.putBack(step.kept)
    for (const slice of slices) if (slice.isChanged(before)) slice.restored?.(before)
  }

  return {
    /**
     * Makes a slice undoable: every step keeps these fields of it, and going back or forth puts them back.
     * Call once, where the actions of the slice are made.
     * @param restored after all slices are back, where undo or redo has changed a field of this one: to renew what follows from it
     */
    keep<K extends keyof AppState>(
      name: K,
      fields: readonly (keyof AppState[K])[],
      restored?: (before: AppState) => void,
    ): void {
      const pickFields = (slice: AppState[K]) => {
        const picked: Partial<AppState[K]> = {}
        for (const field of fields) picked[field] = slice[field]
        return picked
      }
      slices.push({
        pick: (state) => ({ [name]: pickFields(state[name]) }),
        putBack(kept) {
          const values: Partial<AppState[K]> | undefined = kept[name]
          if (values !== undefined) patch(store, name, values)
        },
        isChanged: (before) => fields.some((field) => before[name][field] !== store.getState()[name][field]),
        restored,
      })
    },
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
    undo() {
      const past = ofThisSet(store.getState().history.past)
      const step = past.at(-1)
      if (step === undefined) return
      patch(store, 'history', { past: past.slice(0, -1), future: [...store.getState().history.future, present()] })
      restore(step)
      if (step.seenFrom !== undefined) view.flyTo(step.seenFrom)
    },
    redo() {
      const future = ofThisSet(store.getState().history.future)
      const step = future.at(-1)
      if (step === undefined) return
      patch(store, 'history', { past: [...store.getState().history.past, present()], future: future.slice(0, -1) })
      restore(step)
    },
  }
}

export type HistoryActions = ReturnType<typeof historyActions>
