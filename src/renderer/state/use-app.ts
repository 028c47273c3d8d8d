// The store in React: one context, narrow subscriptions.

import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { App } from './app.ts'
import type { AppState } from './store.ts'

export const AppContext = createContext<App | undefined>(undefined)

export function useApp(): App {
  const app = useContext(AppContext)
  if (app === undefined) throw new Error('useApp: expected an AppContext above')
  return app
}

/** Re-renders when what `select` returns changes; return stored values, not new objects. */
export function useAppState<T>(select: (state: AppState) => T): T {
  return useStore(useApp().store, select)
}
