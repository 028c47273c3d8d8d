import type { IconLayer } from '@deck.gl/layers'
import type { GlobeScene } from '../globe-scene.ts'
import type { LayerView } from './data-layer.ts'
import { type Mark, markLayer } from './mark-layer.ts'

type EmphasisScene = Pick<GlobeScene, 'hits' | 'activeHit' | 'hoveredRow'>

/** Results drawn once more and larger: the hovered one, and the active one above all. */
export function emphasisLayer(scene: EmphasisScene, view: LayerView): IconLayer<Mark> {
  return markLayer('emphasis', emphasisMarks(scene), view)
}

export function emphasisMarks({ hits, activeHit, hoveredRow }: EmphasisScene): readonly Mark[] {
  const marksOf = (row: number | undefined, icon: Mark['icon']): Mark[] =>
    hits.filter((hit) => hit.row === row).map(({ lat, lon }) => ({ row: row!, lat, lon, icon }))
  const hovered = hoveredRow === activeHit ? [] : marksOf(hoveredRow, 'hit-hovered')
  return [...hovered, ...marksOf(activeHit, 'hit-active')]
}
