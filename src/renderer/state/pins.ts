// Pinned fragments: a list that stays while queries come and go.

import type { RowPlace } from '../../shared/contract.ts'
import type { HistoryActions } from './history.ts'
import type { NoticeActions } from './notices.ts'
import { placeOf } from './search.ts'
import { type ActionContext, type AppState, patch } from './store.ts'

export interface PinsState {
  /** in the order in which they were pinned, of all sets */
  readonly pinned: readonly Pin[]
}

interface Pin {
  readonly setId: string
  readonly place: RowPlace
}

export const initialPins: PinsState = { pinned: [] }

/** Pinned rows of the set on the globe. */
export function pinnedHere({ pins, sets }: Pick<AppState, 'pins' | 'sets'>): readonly RowPlace[] {
  return pins.pinned.filter(({ setId }) => setId === sets.currentId).map(({ place }) => place)
}

export function pinActions(
  { store }: ActionContext,
  { history, notices }: { readonly history: HistoryActions; readonly notices: NoticeActions },
) {
  history.keep('pins', ['pinned'])
  const isOf = (pin: Pin, setId: string, row: number) => pin.setId === setId && pin.place.row === row
  const toggle = (place: RowPlace) => {
    const { sets, pins } = store.getState()
    const setId = sets.currentId
    if (setId === undefined) return
    history.record()
    const others = pins.pinned.filter((pin) => !isOf(pin, setId, place.row))
    const isPinned = others.length < pins.pinned.length
    patch(store, 'pins', { pinned: isPinned ? others : [...others, { setId, place }] })
  }
  return {
    /** Pins a row, or takes its pin away. */
    toggle,
    /** Pins the fragment being looked at: the result stepped to, else the selected one. */
    toggleActive() {
      const { search, selection } = store.getState()
      const hit = search.answer?.hits.find(({ row }) => row === search.activeRow)
      const place = hit ?? selection.row
      if (place === undefined) return notices.show('info', 'Select a fragment or a result first, then pin it')
      toggle(placeOf(place))
    },
  }
}

export type PinActions = ReturnType<typeof pinActions>
