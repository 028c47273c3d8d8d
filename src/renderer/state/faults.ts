// What the engine says of rows that are not what they seem; looked for when the panel is opened.

import type { SetFaults } from '../../shared/contract.ts'
import type { NoticeActions } from './notices.ts'
import { type ActionContext, latestOnly, patch } from './store.ts'

export interface FaultsState {
  /** of the set on the globe; undefined until they have been looked for */
  readonly found: SetFaults | undefined
}

export const initialFaults: FaultsState = { found: undefined }

export function faultActions({ store, client }: ActionContext, { notices }: { readonly notices: NoticeActions }) {
  const latest = latestOnly()
  return {
    async look() {
      const setId = store.getState().sets.currentId
      if (setId === undefined || store.getState().faults.found !== undefined) return
      try {
        const found = await latest(() => client.engine.setFaults({ setId }))
        if (found !== undefined && store.getState().sets.currentId === setId) patch(store, 'faults', { found })
      } catch (error) {
        notices.fail(error)
      }
    },
  }
}
