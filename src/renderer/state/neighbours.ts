// What lies around the fragment that is looked at, asked for when one is selected and the panel is there to show it.

import type { RowNeighbours } from '../../shared/contract.ts'
import { type ActionContext, latestOnly, patch } from './store.ts'

export interface NeighboursState {
  /** of `row`; undefined while they are looked for */
  readonly found: RowNeighbours | undefined
  readonly row: number | undefined
}

export const initialNeighbours: NeighboursState = { found: undefined, row: undefined }

/** Between two results stepped through quickly nobody looks at neighbours. */
const restMs = 250

export function neighbourActions({ store, client }: ActionContext) {
  const latest = latestOnly()
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = async (setId: string, row: number) => {
    // that a row has none to show is no news beside the row itself
    const found = await latest(() => client.engine.rowNeighbours({ setId, row })).catch(() => undefined)
    if (found !== undefined) patch(store, 'neighbours', { found, row })
  }
  store.subscribe((now, before) => {
    const { row } = now.selection
    if (row === before.selection.row && now.view.right === before.view.right) return
    const setId = now.sets.currentId
    if (row?.row === now.neighbours.row && setId === before.sets.currentId) return
    clearTimeout(timer)
    latest.forget()
    if (now.neighbours.row !== undefined) patch(store, 'neighbours', initialNeighbours)
    if (row === undefined || setId === undefined || !now.view.right) return
    timer = setTimeout(() => void look(setId, row.row), restMs)
  })
}
