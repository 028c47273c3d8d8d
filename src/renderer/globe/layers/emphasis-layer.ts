import type { IconLayer } from '@deck.gl/layers'
import type { GlobeScene } from '../globe-scene.ts'
import { similarityRange } from '../similarity-ramp.ts'
import type { LayerView } from './data-layer.ts'
import { type Mark, markLayer } from './mark-layer.ts'
import { rememberLast } from './remember-last.ts'
import { ringOf } from './search-hits-layer.ts'

type EmphasisScene = Pick<GlobeScene, 'hits' | 'activeHit' | 'hoveredRow'>

/** Results drawn once more and larger: the hovered one, and the active one above all. */
export function emphasisLayer(scene: EmphasisScene, view: LayerView, ringless: number | undefined): IconLayer<Mark> {
  return markLayer('emphasis', emphasisMarks(scene, ringless), view)
}

const rangeOf = rememberLast(similarityRange)

export function emphasisMarks({ hits, activeHit, hoveredRow }: EmphasisScene, ringless?: number): readonly Mark[] {
  const range = rangeOf(hits)
  const ringed = hits.filter(({ row }) => row !== ringless)
  const hovered = ringed.filter(({ row }) => row === hoveredRow && row !== activeHit)
  const active = ringed.filter(({ row }) => row === activeHit)
  return [
    ...hovered.flatMap((hit) => ringOf(hit, 'hovered', range!)),
    ...active.map(({ row, lat, lon }): Mark => ({ row, lat, lon, icon: 'hit-active' })),
  ]
}
