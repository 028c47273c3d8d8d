// Examples (squares), results (rings) and the selected cell seen from afar (corner brackets), as symbols: they face the viewer,
// vanish behind the limb, and the names make room for them.

import type { Feature, FeatureCollection, Point } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import type { GlobePlace, GlobeScene } from '../globe-scene.ts'
import { cellCentre } from './footprints.ts'

export type MarkIcon = 'hit' | 'hit-active' | 'hit-hovered' | 'example' | 'example-against' | 'cell'

export interface MarkProperties {
  /** absent for the bracket around the selected cell */
  readonly row?: number
  readonly icon: MarkIcon
  /** greater is drawn later, on top */
  readonly order: number
}

export type MarkCollection = FeatureCollection<Point, MarkProperties>
type MarkScene = Pick<GlobeScene, 'hits' | 'examples'>
type EmphasisScene = Pick<GlobeScene, 'hits' | 'activeHit' | 'hoveredRow' | 'cell'>

/** All results and examples; the best result lies on top of the others, examples above results. */
export function markFeatures({ hits, examples }: MarkScene): MarkCollection {
  const rings = hits.map(({ row, similarity, ...place }) => mark(place, { row, icon: 'hit', order: similarity }))
  const squares = examples.map(({ row, weight = 1, ...place }) =>
    mark(place, { row, icon: weight < 0 ? 'example-against' : 'example', order: 10 }),
  )
  return { type: 'FeatureCollection', features: [...rings, ...squares] }
}

/** What is drawn once more and larger: the hovered and the active result, and the bracket around the selected cell. */
export function emphasisFeatures({ hits, activeHit, hoveredRow, cell }: EmphasisScene): MarkCollection {
  const features: MarkCollection['features'] = []
  const centre = cell && cellCentre(cell)
  if (centre) features.push(mark(centre, { icon: 'cell', order: 20 }))
  for (const { row, lat, lon } of hits) {
    if (row === hoveredRow && row !== activeHit)
      features.push(mark({ lat, lon }, { row, icon: 'hit-hovered', order: 21 }))
    if (row === activeHit) features.push(mark({ lat, lon }, { row, icon: 'hit-active', order: 22 }))
  }
  return { type: 'FeatureCollection', features }
}

function mark({ lat, lon }: GlobePlace, properties: MarkProperties): Feature<Point, MarkProperties> {
  return { type: 'Feature', geometry: { type: 'Point', coordinates: [lon, lat] }, properties }
}

/** Layers a click or the pointer is tested against, topmost first. */
export const markPickLayers = ['emphasis', 'marks'] as const

export function markLayers(): LayerSpecification[] {
  return [marks('marks', ['literal', 1]), marks('emphasis', fadeNear())]
}

/** The bracket gives way to the footprints. */
function fadeNear(): unknown {
  const isCell = ['==', ['get', 'icon'], 'cell']
  return ['interpolate', ['linear'], ['zoom'], 7, 1, 7.8, ['case', isCell, 0, 1]]
}

function marks(source: 'marks' | 'emphasis', opacity: unknown): LayerSpecification {
  return {
    id: source,
    type: 'symbol',
    source,
    layout: {
      'icon-image': ['get', 'icon'],
      'icon-size': ['interpolate', ['linear'], ['zoom'], 0, 0.85, 3, 1],
      'icon-allow-overlap': true,
      'icon-padding': 1,
      'symbol-sort-key': ['get', 'order'],
    },
    paint: { 'icon-opacity': opacity as number },
  }
}
