import './worker.ts'
import { Map as MapLibreMap } from 'maplibre-gl'
import { fittingZoom } from './camera.ts'
import type { GlobeScene } from './globe-scene.ts'
import { mapStyle } from './style.ts'

const zoomLimits = { least: 0, most: 16 } as const
/** where a new map looks: most land in one hemisphere */
export const start = { lat: 22, lon: 12 } as const

/** A MapLibre map without tilt and rotation, looking at the whole globe. */
export function createMap(container: HTMLElement, scene: GlobeScene): MapLibreMap {
  const map = new MapLibreMap({
    container,
    style: mapStyle(scene),
    center: [start.lon, start.lat],
    zoom: fittingZoom(start.lat, container.clientWidth, container.clientHeight),
    minZoom: zoomLimits.least,
    maxZoom: zoomLimits.most,
    maxPitch: 0,
    dragRotate: false,
    touchPitch: false,
    pitchWithRotate: false,
    attributionControl: false,
    canvasContextAttributes: { antialias: true, contextType: 'webgl2' },
    fadeDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 150,
    trackResize: true,
    locale: { 'Map.Title': 'Map. Arrow keys move it, plus and minus zoom, Enter chooses the place in the middle' },
  })
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  return map
}
