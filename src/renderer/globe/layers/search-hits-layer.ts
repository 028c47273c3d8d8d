import type { IconLayer } from '@deck.gl/layers'
import type { GlobeScene } from '../globe-scene.ts'
import type { LayerView } from './data-layer.ts'
import { type Mark, markLayer } from './mark-layer.ts'
import { rememberLast } from './remember-last.ts'

/** Results as rings, the best on top. */
export function searchHitsLayer({ hits }: Pick<GlobeScene, 'hits'>, view: LayerView): IconLayer<Mark> {
  return markLayer('search-hits', hitMarks(hits), view)
}

export const hitMarks = rememberLast((hits: GlobeScene['hits']): readonly Mark[] =>
  [...hits].sort((a, b) => a.similarity - b.similarity).map(({ row, lat, lon }) => ({ row, lat, lon, icon: 'hit' })),
)
