// What was typed into the search box and found, kept for the next time on this machine.

import { type ActionContext, patch } from './store.ts'

export interface RecentPlacesState {
  /** as typed, newest first */
  readonly list: readonly string[]
}

const rememberedAs = 'ground-control.places'
const keptPlaces = 6

export function initialRecentPlaces(): RecentPlacesState {
  return { list: recall() }
}

export function recentPlaceActions({ store }: ActionContext) {
  return {
    /** Puts a place first; one that was typed before, in whatever case, moves up. */
    add(typed: string) {
      const text = typed.trim()
      const others = store.getState().recentPlaces.list.filter((other) => other.toLowerCase() !== text.toLowerCase())
      const list = [text, ...others].slice(0, keptPlaces)
      patch(store, 'recentPlaces', { list })
      remember(list)
    },
  }
}

export type RecentPlaceActions = ReturnType<typeof recentPlaceActions>

function recall(): readonly string[] {
  try {
    const list: unknown = JSON.parse(globalThis.localStorage?.getItem(rememberedAs) ?? '[]')
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string').slice(0, keptPlaces) : []
  } catch {
    return []
  }
}

function remember(list: readonly string[]): void {
  try {
    globalThis.localStorage?.setItem(rememberedAs, JSON.stringify(list))
  } catch {
    // a full or forbidden storage only costs the list
  }
}
