// What all deck.gl layers of the globe share.

import type { MapColours } from '../theme.ts'
import { BehindTheHorizon } from './horizon.ts'

/** What a layer depends on beside the scene. */
export interface LayerView {
  readonly zoom: number
  readonly colours: MapColours
}

/** Data lies below the names, which are MapLibre's. */
export const firstNameLayer = 'sea-names'

const horizon = new BehindTheHorizon()

/** Nothing on the map has depth: layers lie on each other in their order. */
export const flat = { depthCompare: 'always', depthWriteEnabled: false, cullMode: 'none' } as const

/** Properties of every layer of marks and footprints; `beforeId` is read by the overlay. */
export const aboveGround = {
  beforeId: firstNameLayer,
  parameters: flat,
  extensions: [horizon],
}

/** Value between stops of zoom, constant beyond the first and the last, as MapLibre interpolates. */
export function atZoom(zoom: number, ...stops: readonly (readonly [zoom: number, value: number])[]): number {
  const after = stops.findIndex(([stop]) => stop > zoom)
  if (after === 0) return stops[0]![1]
  if (after < 0) return stops.at(-1)![1]
  const [[from, low], [to, high]] = [stops[after - 1]!, stops[after]!]
  return low + ((zoom - from) / (to - from)) * (high - low)
}
