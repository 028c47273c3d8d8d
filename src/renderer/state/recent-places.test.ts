import { expect, it } from 'vitest'
import type { EngineClient } from '../engine-client.ts'
import { recentPlaceActions } from './recent-places.ts'
import { createAppStore } from './store.ts'

it('places that were typed are kept newest first, each once, six of them', () => {
  const store = createAppStore()
  const { add } = recentPlaceActions({ store, client: {} as EngineClient })
  for (const typed of ['Chad', '24.9, -11.6', ' chad ', '277U_118L', 'Mali', 'Peru', 'Iran', 'Oman']) add(typed)
  expect(store.getState().recentPlaces.list).toEqual(['Oman', 'Iran', 'Peru', 'Mali', '277U_118L', 'chad'])
})
