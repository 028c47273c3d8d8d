// The map of one `<Globe>`: it owns the MapLibre map with deck.gl in it and keeps both equal to the scene. Everything drawn is a pure
// function of the scene (style.ts, data-layers.ts); this file only hands over what changed.

import type { GeoJSONSource, LayerSpecification, Map as MapLibreMap } from 'maplibre-gl'
import { listenToAreas } from './area-tool.ts'
import { type BaseMap, graticule, loadBaseMap } from './base-map.ts'
import { fittingZoom, footprintZoom, insetOffset, metersPerPixel, type ScreenSize } from './camera.ts'
import { CellMaps } from './cell-maps.ts'
import { createMap, start } from './create-map.ts'
import { DataOverlay } from './data-overlay.ts'
import { loadMapFonts } from './fonts.ts'
import type {
  GlobeCamera,
  GlobeEvents,
  GlobeFlight,
  GlobeHoming,
  GlobeInsets,
  GlobeOverview,
  GlobeScene,
} from './globe-scene.ts'
import { homeOf, placesOf } from './homing.ts'
import { drawLandMask } from './land-mask.ts'
import { cellNameFeatures } from './layers/cell-name.ts'
import { footprintSideMeters } from './layers/cell-places.ts'
import { clearIcon, drawClearIcon, markRoomFeatures } from './layers/mark-room.ts'
import { NamesAtLimb } from './layers/names-at-limb.ts'
import { fetchSelectedPlaces } from './layers/selected-rows-layer.ts'
import { setClusters, topMap } from './layers/set-marks-layer.ts'
import { overviewOf } from './overview.ts'
import { hoverReporter, listenToClicks } from './pointer.ts'
import { isSameShown } from './same-shown.ts'
import { mapLayers, sceneColours, switchedLayers } from './style.ts'
import type { MapColours } from './theme.ts'

export interface GlobeMapOptions {
  readonly container: HTMLElement
  readonly scene: GlobeScene
  readonly events: () => GlobeEvents
  /** every frame: for what is drawn beside the canvas */
  readonly onFrame: (map: MapLibreMap) => void
  /** one sentence the user should see; undefined when it has passed */
  readonly onTrouble: (sentence: string | undefined) => void
}

export class GlobeMap {
  readonly map: MapLibreMap
  #scene: GlobeScene
  #shown: GlobeScene | undefined
  #baseMap: BaseMap | undefined
  readonly #options: GlobeMapOptions
  readonly #ended = new AbortController()
  #data: DataOverlay | undefined
  #land: ImageData | undefined
  #names: NamesAtLimb | undefined
  readonly #cellMaps = new CellMaps({
    changed: () => {
      this.#applyMarkRoom()
      this.#showData()
    },
    failed: (error) => this.#trouble(error),
  })
  #selected: Float32Array | undefined
  #selectedFetch: AbortController | undefined
  #lastFlight: GlobeFlight['id'] | undefined
  #size: [widthPx: number, heightPx: number]

  /** @throws if there is no WebGL2 */
  constructor(options: GlobeMapOptions) {
    this.#options = options
    this.#scene = options.scene
    this.#size = [options.container.clientWidth, options.container.clientHeight]
    this.map = createMap(options.container, options.scene)
    this.map.on('render', () => options.onFrame(this.map))
    this.map.on('move', this.#reportView)
    this.map.on('resize', this.#resized)
    this.map.on('error', ({ error }) => this.#trouble(error))
    void this.#start()
  }

  async #start(): Promise<void> {
    try {
      const styled = new Promise((resolve) => this.map.once('style.load', resolve))
      const data = new DataOverlay(this.map, hoverReporter(this.map, this.#options.events))
      const [baseMap] = await Promise.all([loadBaseMap(this.#ended.signal), loadMapFonts(), styled, data.ready])
      if (this.#ended.signal.aborted) return
      this.#data = data
      this.#baseMap = baseMap
      this.#land = drawLandMask(baseMap.land)
      listenToClicks(this.map, (point) => data.rowAt(point), this.#options.events)
      const { events } = this.#options
      listenToAreas(this.map, { tool: () => this.#scene.areaTool, events, signal: this.#ended.signal })
      this.map.addImage(clearIcon, drawClearIcon())
      this.#fillBase(baseMap)
      this.update(this.#scene)
      this.map.once('idle', () => this.#options.events().onReady?.())
      this.#reportView()
    } catch (error) {
      this.#trouble(error)
    }
  }

  /** Shows another scene. Before the base map is there it is kept for then. */
  update(scene: GlobeScene): void {
    this.#scene = scene
    if (!this.#baseMap) return
    const before = this.#shown
    this.#shown = scene
    const colours = sceneColours(scene)
    if (!before || !isEqual(colours, sceneColours(before))) this.#applyColours(colours)
    if (before && scene.projection !== before.projection) {
      this.map.setProjection({ type: scene.projection })
      this.#fadeNames()
    }
    this.#applySwitches(scene)
    this.#cellMaps.apply(scene.maps)
    this.#applyNames(scene, before)
    this.#applySelected(scene, before)
    this.#showData()
    if (scene.flyTo && scene.flyTo.id !== this.#lastFlight) this.#fly(scene.flyTo, scene)
  }

  dispose(): void {
    this.#ended.abort()
    this.#cellMaps.dispose()
    this.#selectedFetch?.abort()
    this.map.remove()
  }

  #fillBase({ land, coast, borders, names }: BaseMap): void {
    const geometry = { land, coast, borders, graticule: graticule(15) }
    for (const [id, shape] of Object.entries(geometry)) {
      this.#source(id).setData({ type: 'Feature', properties: {}, geometry: shape })
    }
    this.#source('names').setData(names)
    this.#names = new NamesAtLimb(this.map, names)
    this.#fadeNames()
  }

  #applyColours(colours: MapColours): void {
    for (const layer of mapLayers(colours)) repaint(this.map, layer)
  }

  #applySwitches(scene: GlobeScene): void {
    for (const [name, layers] of Object.entries(switchedLayers)) {
      const visibility = scene[name as keyof typeof switchedLayers] ? 'visible' : 'none'
      for (const layer of layers) {
        if (this.map.getLayoutProperty(layer, 'visibility') !== visibility) {
          this.map.setLayoutProperty(layer, 'visibility', visibility)
        }
      }
    }
  }

  #applySelected({ selectedPlaces }: GlobeScene, before: GlobeScene | undefined): void {
    if (selectedPlaces === before?.selectedPlaces) return
    this.#selectedFetch?.abort()
    if (selectedPlaces === undefined) {
      this.#selected = undefined
      return
    }
    this.#selectedFetch = new AbortController()
    const { signal } = this.#selectedFetch
    const show = (places: Float32Array) => {
      if (signal.aborted) return
      this.#selected = places
      this.#showData()
    }
    fetchSelectedPlaces(selectedPlaces, signal).then(show, (error: unknown) => {
      if (!signal.aborted) this.#trouble(error)
    })
  }

  #applyNames(scene: GlobeScene, before: GlobeScene | undefined): void {
    const changed = (...keys: (keyof GlobeScene)[]) => keys.some((key) => !isSameShown(scene[key], before?.[key]))
    if (changed('cell')) this.#source('cell-name').setData(cellNameFeatures(scene))
    if (changed('hits', 'examples', 'cell', 'maps')) this.#applyMarkRoom()
  }

  #applyMarkRoom(): void {
    const top = topMap(this.#cellMaps.shown(this.#scene.maps))
    const setPlaces = top === undefined ? [] : setClusters(top)
    this.#source('mark-room').setData(markRoomFeatures(this.#scene, setPlaces))
  }

  #showData(): void {
    const colours = sceneColours(this.#scene)
    const cellMaps = this.#cellMaps.shown(this.#scene.maps)
    this.#data?.show(this.#scene, { colours, cellMaps, selected: this.#selected, land: this.#land! })
  }

  #fly(flight: NonNullable<GlobeScene['flyTo']>, { insets }: GlobeScene): void {
    this.#lastFlight = flight.id
    if ('places' in flight) {
      this.#afterPanels(flight.id, () => this.#moveOut(flight))
      return
    }
    if ('home' in flight) {
      void this.#goHome(flight)
      return
    }
    if ('whole' in flight) {
      this.#afterPanels(flight.id, () => this.#flyTo(this.#wholeGlobe(), undefined))
      return
    }
    if (flight.footprint) this.#afterPanels(flight.id, () => this.#flyTo(flight, insets))
    else this.#flyTo(flight, insets)
  }

  #flyTo({ lat, lon, zoom, footprint }: Omit<GlobeFlight, 'id'>, insets: GlobeInsets | undefined): void {
    const near = footprint && footprintZoom(lat, footprintSideMeters(footprint), { ...this.#sizeNow(), insets })
    this.map.flyTo({
      center: [lon, lat],
      zoom: zoom ?? near ?? Math.max(this.map.getZoom(), 5),
      offset: insetOffset(insets),
      duration: flightMs,
    })
  }

  /** Two frames on, when the panels that open or close with this flight have taken or left their room. */
  #afterPanels(id: GlobeFlight['id'], move: () => void): void {
    const moveIfLast = () => {
      if (!this.#ended.signal.aborted && this.#lastFlight === id) move()
    }
    requestAnimationFrame(() => requestAnimationFrame(moveIfLast))
  }

  #moveOut(overview: GlobeOverview): void {
    const from = this.#camera()
    const to = overviewOf(from, overview, this.#sizeNow())
    if (!to) return
    this.#options.events().onMovedOut?.(from)
    this.#flyTo(to, undefined)
  }

  #wholeGlobe(): GlobeCamera {
    const { width, height } = this.#sizeNow()
    return { ...start, zoom: fittingZoom(start.lat, width, height) }
  }

  async #goHome({ home, id }: GlobeHoming): Promise<void> {
    await this.#cellMaps.settled()
    if (this.#ended.signal.aborted || this.#lastFlight !== id) return
    const [bottom] = this.#cellMaps.shown(this.#scene.maps)
    const places = bottom ? placesOf(bottom.cellMap) : home ? [home] : []
    const to = homeOf(this.#camera(), { home, places }, this.#sizeNow())
    if (to) this.#flyTo(to, this.#scene.insets)
  }

  #sizeNow(): ScreenSize {
    const { clientWidth: width, clientHeight: height } = this.#options.container
    return { width, height }
  }

  #camera(): GlobeCamera {
    const { lat, lng } = this.map.getCenter()
    return { lat, lon: lng, zoom: this.map.getZoom() }
  }

  /** A view of the whole globe stays one when panels open and close. */
  readonly #resized = (): void => {
    const { clientWidth, clientHeight } = this.#options.container
    const { lat } = this.map.getCenter()
    const wasWhole = Math.abs(this.map.getZoom() - fittingZoom(lat, ...this.#size)) < 0.02
    this.#size = [clientWidth, clientHeight]
    if (wasWhole) this.map.jumpTo({ zoom: fittingZoom(lat, clientWidth, clientHeight) })
    this.#reportView()
  }

  #fadeNames(): void {
    const isGlobe = this.#scene.projection === 'globe'
    this.#names?.fade(isGlobe ? this.#camera() : undefined, this.#sizeNow())
  }

  readonly #reportView = (): void => {
    this.#fadeNames()
    const camera = this.#camera()
    this.#options.events().onView?.({ ...camera, metersPerPixel: metersPerPixel(camera.lat, camera.zoom) })
  }

  #source(id: string): GeoJSONSource {
    return this.map.getSource(id) as GeoJSONSource
  }

  #trouble(error: unknown): void {
    if (this.#ended.signal.aborted) return
    this.#options.onTrouble(error instanceof Error ? error.message : String(error))
  }
}

const flightMs = 1800

const isEqual = (a: MapColours, b: MapColours) => JSON.stringify(a) === JSON.stringify(b)

type PaintProperty = Parameters<MapLibreMap['setPaintProperty']>[1]

function repaint(map: MapLibreMap, layer: LayerSpecification): void {
  for (const [property, value] of Object.entries(layer.paint ?? {})) {
    map.setPaintProperty(layer.id, property as PaintProperty, value as never)
  }
}
