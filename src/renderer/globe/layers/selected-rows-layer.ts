import { ScatterplotLayer } from '@deck.gl/layers'
import { rgba } from '../colour.ts'
import { aboveGround, atZoom, type LayerView } from './data-layer.ts'

/** Selected rows as dots, straight from the engine's bytes: pairs of float32, longitude and latitude. */
export function selectedRowsLayer(places: Float32Array | undefined, { zoom, colours }: LayerView): ScatterplotLayer {
  return new ScatterplotLayer({
    ...aboveGround,
    id: 'selected-rows',
    data: dataOf(places ?? none),
    radiusUnits: 'pixels',
    getRadius: 1,
    radiusScale: atZoom(zoom, [0, 2.2], [5, 3.6]),
    stroked: true,
    lineWidthUnits: 'pixels',
    getLineWidth: 1,
    getFillColor: rgba(colours.chosen),
    getLineColor: rgba(colours.markHalo),
    pickable: false,
  })
}

const none = new Float32Array(0)
let last: { readonly places: Float32Array; readonly data: ReturnType<typeof attributesOf> } | undefined

/** The same object for the same bytes, so that they go to the GPU once. */
function dataOf(places: Float32Array) {
  if (last?.places !== places) last = { places, data: attributesOf(places) }
  return last.data
}

function attributesOf(places: Float32Array) {
  return { length: places.length / 2, attributes: { getPosition: { value: places, size: 2 } } }
}

/** @throws when the engine does not answer with bytes */
export async function fetchSelectedPlaces(url: string, signal: AbortSignal): Promise<Float32Array> {
  const response = await fetch(url, { signal })
  if (!response.ok) throw new Error(`selection: expected its places, got HTTP ${response.status}; select again`)
  return new Float32Array(await response.arrayBuffer())
}
