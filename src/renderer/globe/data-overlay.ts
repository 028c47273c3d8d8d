// deck.gl inside MapLibre's frame: its layers are drawn between the layers of the style, and it says what lies under the pointer.

import { _GlobeView as GlobeView, MapView, type PickingInfo } from '@deck.gl/core'
import { MapLibreOverlay } from '@deck.gl/maplibre'
import type { Map as MapLibreMap } from 'maplibre-gl'
import { metersPerPixel } from './camera.ts'
import { type DataSurroundings, dataLayers } from './data-layers.ts'
import type { GlobeScene } from './globe-scene.ts'
import { footprintFillId } from './layers/footprint-layers.ts'
import { rowOf, type ScreenPoint } from './picked-row.ts'

/** How far beside a mark a click still means it, px. */
const markSlackPx = 3

/** Views by the name the overlay knows; a globe of deck.gl's ten degree mesh would show its facets. */
const views = {
  globe: new GlobeView({ id: 'maplibre', resolution: 1 }),
  mercator: new MapView({ id: 'maplibre' }),
} as const

/** What the layers depend on beside the scene and the camera. */
type Surroundings = Omit<DataSurroundings, 'zoom' | 'metersPerPixel'>
/** At most once a frame; no point when the pointer has left. */
type HoverListener = (point?: ScreenPoint, row?: number) => void

export class DataOverlay {
  /** resolved when deck.gl draws and picks */
  readonly ready: Promise<void>
  readonly #map: MapLibreMap
  readonly #overlay: MapLibreOverlay
  #shown: { readonly scene: GlobeScene; readonly surroundings: Surroundings } | undefined
  #isAwaitingStyle = false

  constructor(map: MapLibreMap, onHover: HoverListener) {
    this.#map = map
    let load = () => {}
    this.ready = new Promise((resolve) => {
      load = resolve
    })
    this.#overlay = new MapLibreOverlay({
      interleaved: true,
      pickingRadius: markSlackPx,
      onDeviceInitialized: () => tellUnpackState(map.getCanvas()),
      onLoad: () => load(),
      onHover: (info) => (info.x < 0 ? onHover() : onHover({ x: info.x, y: info.y }, this.#rowUnder(info))),
      getCursor: ({ isHovering }) => (isHovering ? 'pointer' : ''),
    })
    map.addControl(this.#overlay)
    map.on('move', this.#draw)
  }

  show(scene: GlobeScene, surroundings: Surroundings): void {
    this.#shown = { scene, surroundings }
    this.#draw()
  }

  /** Row of the mark under the point, else of the footprint whose centre is nearest to it. */
  rowAt({ x, y }: ScreenPoint): number | undefined {
    return this.#rowUnder(this.#overlay.pickObject({ x, y, radius: markSlackPx }))
  }

  #rowUnder(info: PickingInfo | null): number | undefined {
    if (!info) return undefined
    const { x, y } = info
    return rowOf(this.#map, info, () => this.#overlay.pickMultipleObjects({ x, y, layerIds: [footprintFillId] }))
  }

  readonly #draw = (): void => {
    if (!this.#shown) return
    const { scene, surroundings } = this.#shown
    const zoom = this.#map.getZoom()
    const camera = { zoom, metersPerPixel: metersPerPixel(this.#map.getCenter().lat, zoom) }
    const layers = dataLayers(scene, { ...surroundings, ...camera })
    // typed null, for a view of its own is what the overlay makes by default
    this.#overlay.setProps({ layers, views: views[scene.projection] as never })
    this.#drawAgainWithStyle()
  }

  /** The overlay puts layers between those of the style only while no source is loading. */
  #drawAgainWithStyle(): void {
    if (this.#isAwaitingStyle || this.#map.isStyleLoaded()) return
    this.#isAwaitingStyle = true
    this.#map.once('idle', () => {
      this.#isAwaitingStyle = false
      this.#draw()
    })
  }
}

/**
 * luma.gl takes a context handed to it for a fresh one, and keeps back calls that would change nothing. It is told how MapLibre has
 * left the unpacking of images, which both of them set.
 */
function tellUnpackState(canvas: HTMLCanvasElement): void {
  const gl = canvas.getContext('webgl2')
  const { getParameter } = WebGL2RenderingContext.prototype
  const { UNPACK_FLIP_Y_WEBGL, UNPACK_PREMULTIPLY_ALPHA_WEBGL } = WebGL2RenderingContext
  for (const name of [UNPACK_FLIP_Y_WEBGL, UNPACK_PREMULTIPLY_ALPHA_WEBGL]) {
    gl?.pixelStorei(name, getParameter.call(gl, name))
  }
}
