// Room for the marks among the names: MapLibre places names beside these clear squares, deck.gl draws the marks into them.

import type { FeatureCollection, Point } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import type { GlobePlace, GlobeScene } from '../globe-scene.ts'
import { cellCentre } from './cell-places.ts'
import { markBoxPx } from './mark-icons.ts'

export const clearIcon = 'clear'

/** A clear image of the size of a mark. */
export function drawClearIcon(): ImageData {
  return new ImageData(markBoxPx, markBoxPx)
}

/** @param setPlaces where a small set is marked */
export function markRoomFeatures(
  { hits, examples, cell }: Pick<GlobeScene, 'hits' | 'examples' | 'cell'>,
  setPlaces: readonly GlobePlace[] = [],
): FeatureCollection<Point> {
  const centre = cell && cellCentre(cell)
  const places = [...hits, ...examples, ...(centre ? [centre] : []), ...setPlaces]
  return {
    type: 'FeatureCollection',
    features: places.map(({ lat, lon }) => ({
      type: 'Feature',
      properties: null,
      geometry: { type: 'Point', coordinates: [lon, lat] },
    })),
  }
}

/** The topmost layer: MapLibre places the topmost symbols first. */
export function markRoomLayer(): LayerSpecification {
  return {
    id: 'mark-room',
    type: 'symbol',
    source: 'mark-room',
    layout: {
      'icon-image': clearIcon,
      'icon-size': ['interpolate', ['linear'], ['zoom'], 0, 0.85, 3, 1],
      'icon-allow-overlap': true,
      'icon-padding': 1,
    },
    paint: { 'icon-opacity': 0 },
  }
}
