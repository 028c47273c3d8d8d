import type { IconLayer } from '@deck.gl/layers'
import type { GlobeScene } from '../globe-scene.ts'
import type { LayerView } from './data-layer.ts'
import { type Mark, markLayer } from './mark-layer.ts'
import { rememberLast } from './remember-last.ts'

/** Examples as squares, hollow where they push away. */
export function examplesLayer({ examples }: Pick<GlobeScene, 'examples'>, view: LayerView): IconLayer<Mark> {
  return markLayer('examples', exampleMarks(examples), view)
}

export const exampleMarks = rememberLast((examples: GlobeScene['examples']): readonly Mark[] =>
  examples.map(({ row, lat, lon, weight = 1 }) => ({
    row,
    lat,
    lon,
    icon: weight < 0 ? 'example-against' : 'example',
  })),
)
