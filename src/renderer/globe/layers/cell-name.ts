// The name of the selected cell at the corner of its footprints.

import type { FeatureCollection, Point } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import { fontNames } from '../fonts.ts'
import type { GlobeScene } from '../globe-scene.ts'
import type { MapColours } from '../theme.ts'
import { northWestCorner } from './cell-places.ts'

export function cellNameFeatures({
  cell,
}: Pick<GlobeScene, 'cell'>): FeatureCollection<Point, { readonly name: string }> {
  const corner = cell && northWestCorner(cell)
  if (!corner) return { type: 'FeatureCollection', features: [] }
  const geometry: Point = { type: 'Point', coordinates: [...corner] }
  return { type: 'FeatureCollection', features: [{ type: 'Feature', geometry, properties: { name: cell.gridCell } }] }
}

export function cellNameLayer(colours: MapColours): LayerSpecification {
  return {
    id: 'cell-name',
    type: 'symbol',
    source: 'cell-name',
    minzoom: 8.5,
    layout: {
      'text-field': ['get', 'name'],
      'text-font': [fontNames.mono],
      'text-size': 12,
      'text-anchor': 'bottom-left',
      'text-offset': [0.1, -0.35],
      'text-allow-overlap': true,
    },
    paint: { 'text-color': colours.cellName, 'text-halo-color': colours.cellNameHalo, 'text-halo-width': 1.4 },
  }
}
