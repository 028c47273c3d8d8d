// Names of countries and seas, drawn from the fonts shipped with the application (no glyph server).

import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import { fontNames } from '../fonts.ts'
import type { MapColours } from '../theme.ts'

/** what names-at-limb.ts has told of the name */
const seen: ExpressionSpecification = ['coalesce', ['feature-state', 'seen'], 1]
const hasRoom: ExpressionSpecification = ['>=', ['zoom'], ['get', 'minZoom']]

export function nameLayers(colours: MapColours): LayerSpecification[] {
  return [seaNames(colours), countryNames(colours)]
}

function countryNames(colours: MapColours): LayerSpecification {
  return {
    id: 'country-names',
    type: 'symbol',
    source: 'names',
    filter: ['all', ['==', ['get', 'kind'], 'country'], hasRoom],
    layout: {
      'text-field': ['get', 'name'],
      'text-font': [fontNames.medium],
      'text-size': ['interpolate', ['linear'], ['zoom'], 1, 12, 3, 12.5, 6, 15],
      'text-max-width': 7,
      'text-line-height': 1.1,
      'text-padding': 5,
      // a name moves aside for a mark before it gives way
      'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right'],
      'text-radial-offset': 1.7,
      'text-justify': 'auto',
      'symbol-sort-key': ['get', 'order'],
    },
    paint: {
      'text-color': colours.name,
      'text-opacity': seen,
      'text-halo-color': colours.nameHalo,
      'text-halo-width': 1.3,
      'text-halo-blur': 0.3,
    },
  }
}

function seaNames(colours: MapColours): LayerSpecification {
  return {
    id: 'sea-names',
    type: 'symbol',
    source: 'names',
    filter: ['all', ['==', ['get', 'kind'], 'sea'], hasRoom],
    layout: {
      'text-field': ['get', 'name'],
      'text-font': [fontNames.italic],
      'text-size': ['interpolate', ['linear'], ['zoom'], 1, 12, 6, 14],
      'text-letter-spacing': 0.06,
      'text-max-width': 6,
      'text-line-height': 1.15,
      'text-padding': 8,
      'symbol-sort-key': ['get', 'order'],
    },
    paint: {
      'text-color': colours.seaName,
      'text-opacity': seen,
      'text-halo-color': colours.ocean,
      'text-halo-width': 1,
    },
  }
}
