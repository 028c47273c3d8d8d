// What the globe shows beside the selection and the results.

import type { HistoryActions } from './history.ts'
import { type ActionContext, patch } from './store.ts'

export interface LayersState {
  readonly map: boolean
  /** 0..1 */
  readonly mapOpacity: number
  readonly footprints: boolean
  readonly results: boolean
  readonly labels: boolean
  readonly borders: boolean
  readonly graticule: boolean
}

export const initialLayers: LayersState = {
  map: true,
  mapOpacity: 0.85,
  footprints: true,
  results: true,
  labels: true,
  borders: true,
  graticule: true,
}

export function layerActions({ store }: ActionContext, { history }: { readonly history: HistoryActions }) {
  history.keep('layers', ['map', 'mapOpacity', 'footprints', 'results', 'labels', 'borders', 'graticule'])
  return { setLayers: (change: Partial<LayersState>) => patch(store, 'layers', change) }
}

export type LayerActions = ReturnType<typeof layerActions>
