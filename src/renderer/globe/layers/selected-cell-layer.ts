import type { IconLayer } from '@deck.gl/layers'
import type { GlobeScene } from '../globe-scene.ts'
import { cellCentre } from './cell-places.ts'
import { atZoom, type LayerView } from './data-layer.ts'
import { type Mark, markLayer } from './mark-layer.ts'

/** The selected cell seen from afar, as a bracket: it is no place to click on, what it surrounds is. */
export function selectedCellLayer(scene: Pick<GlobeScene, 'cell'>, view: LayerView): IconLayer<Mark> {
  return markLayer('selected-cell', selectedCellMarks(scene, view.zoom), view, { pickable: false })
}

/** Near, the bracket gives way to the footprints. */
export function selectedCellMarks({ cell }: Pick<GlobeScene, 'cell'>, zoom: number): readonly Mark[] {
  const centre = cell && cellCentre(cell)
  const opacity = atZoom(zoom, [7, 1], [7.8, 0])
  return centre && opacity > 0 ? [{ ...centre, icon: 'cell', opacity }] : []
}
