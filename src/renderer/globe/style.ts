// The map's style: sources and layers from bottom to top. deck.gl draws the data between them (data-layers.ts): the cell map below the
// borders, footprints and marks below the names, which step aside for the marks.

import type { GeoJSONSourceSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { GlobeScene } from './globe-scene.ts'
import { cellNameLayer } from './layers/cell-name.ts'
import { markRoomLayer } from './layers/mark-room.ts'
import { nameLayers } from './layers/names.ts'
import { coloursOf, type MapColours } from './theme.ts'

/** Layers that a switch of the scene shows and hides. */
export const switchedLayers = {
  labels: ['country-names', 'sea-names'],
  borders: ['borders'],
  graticule: ['graticule'],
} as const satisfies Partial<Record<keyof GlobeScene, readonly string[]>>

const empty: GeoJSONSourceSpecification = { type: 'geojson', data: { type: 'FeatureCollection', features: [] } }
const base: GeoJSONSourceSpecification = { ...empty, maxzoom: 8, tolerance: 0.3, buffer: 16 }

export function mapStyle(scene: Pick<GlobeScene, 'theme' | 'projection' | 'maps'>): StyleSpecification {
  return {
    version: 8,
    projection: { type: scene.projection },
    sources: {
      land: base,
      coast: base,
      borders: base,
      graticule: { ...base, maxzoom: 4 },
      // the number of a name is its id: names-at-limb.ts says which are seen
      names: { ...empty, maxzoom: 6, generateId: true },
      'cell-name': { ...empty, maxzoom: 16 },
      'mark-room': { ...empty, maxzoom: 12, tolerance: 0 },
    },
    layers: mapLayers(sceneColours(scene)),
    transition: { duration: 0, delay: 0 },
  }
}

export const sceneColours = ({ theme, maps }: Pick<GlobeScene, 'theme' | 'maps'>): MapColours => {
  const isCovered = maps.some((map) => map.visible && map.opacity > 0.3)
  return coloursOf(theme, isCovered)
}

/** All layers of a theme; their paint alone differs between themes. */
export function mapLayers(colours: MapColours): LayerSpecification[] {
  return [...baseLayers(colours), ...nameLayers(colours), cellNameLayer(colours), markRoomLayer()]
}

function baseLayers(colours: MapColours): LayerSpecification[] {
  return [
    { id: 'ocean', type: 'background', paint: { 'background-color': colours.ocean } },
    // no antialias: its outline would draw the cut at 180 degrees
    { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': colours.land, 'fill-antialias': false } },
    hairline('graticule', colours.graticule, 0.8),
    hairline('borders', colours.border, 0.8),
    hairline('coast', colours.coast, 0.9),
  ]
}

function hairline(source: string, colour: string, widthPx: number): LayerSpecification {
  return {
    id: source,
    type: 'line',
    source,
    layout: { 'line-join': 'round' },
    paint: { 'line-color': colour, 'line-width': ['interpolate', ['linear'], ['zoom'], 1, widthPx, 8, widthPx * 1.6] },
  }
}
