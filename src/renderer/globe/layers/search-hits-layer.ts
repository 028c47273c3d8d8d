import type { IconLayer } from '@deck.gl/layers'
import type { GlobeHit, GlobeScene } from '../globe-scene.ts'
import { type SimilarityRange, similarityInk, similarityRange } from '../similarity-ramp.ts'
import type { LayerView } from './data-layer.ts'
import { type Mark, markLayer } from './mark-layer.ts'
import { rememberLast } from './remember-last.ts'

/** Results as rings in the colour of their similarity, the best on top; @param ringless row without one */
export function searchHitsLayer(
  { hits }: Pick<GlobeScene, 'hits'>,
  view: LayerView,
  ringless: number | undefined,
): IconLayer<Mark> {
  return markLayer('search-hits', hitMarks(hits, ringless), view)
}

export const hitMarks = rememberLast((hits: GlobeScene['hits'], ringless?: number): readonly Mark[] => {
  const range = similarityRange(hits)
  if (range === undefined) return []
  return hits
    .filter(({ row }) => row !== ringless)
    .sort((a, b) => a.similarity - b.similarity)
    .flatMap((hit) => ringOf(hit, 'hit', range))
})

/** A ring: its halo, and on it the core. */
export function ringOf(
  { row, lat, lon, similarity }: GlobeHit,
  kind: 'hit' | 'hovered',
  range: SimilarityRange,
): readonly Mark[] {
  const ink = similarityInk(similarity, range)
  return [
    { row, lat, lon, icon: `${kind}-halo` },
    { row, lat, lon, icon: `${kind}-core`, ink },
  ]
}
