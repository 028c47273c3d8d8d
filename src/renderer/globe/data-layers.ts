import type { Layer } from '@deck.gl/core'
import type { ShownMap } from './cell-maps.ts'
import type { GlobeScene } from './globe-scene.ts'
import { cellMapLayer } from './layers/cell-map-layer.ts'
import type { LayerView } from './layers/data-layer.ts'
import { emphasisLayer } from './layers/emphasis-layer.ts'
import { examplesLayer } from './layers/examples-layer.ts'
import { footprintFillLayer, footprintOutlineLayer } from './layers/footprint-layers.ts'
import { labelsLayer } from './layers/labels-layer.ts'
import { rowWithoutRing } from './layers/row-without-ring.ts'
import { searchHitsLayer } from './layers/search-hits-layer.ts'
import { selectedCellLayer } from './layers/selected-cell-layer.ts'
import { selectedRowsLayer } from './layers/selected-rows-layer.ts'
import { setMarksLayer } from './layers/set-marks-layer.ts'

export interface DataSurroundings extends LayerView {
  readonly cellMaps: readonly ShownMap[]
  /** of the scene's selected rows, once they have come */
  readonly selected: Float32Array | undefined
  readonly land: ImageData
  /** on the ground, at the centre */
  readonly metersPerPixel: number
}

/** Everything deck.gl draws, from bottom to top. */
export function dataLayers(scene: GlobeScene, view: DataSurroundings): Layer[] {
  const { cellMaps, land, metersPerPixel } = view
  const ringless = rowWithoutRing(scene, metersPerPixel)
  return [
    ...cellMaps.map((shown) => cellMapLayer(shown, { land, metersPerPixel })),
    setMarksLayer(cellMaps, metersPerPixel / 1000, view),
    footprintFillLayer(scene, view),
    footprintOutlineLayer(scene, view),
    selectedRowsLayer(view.selected, view),
    labelsLayer(scene, view),
    searchHitsLayer(scene, view, ringless),
    examplesLayer(scene, view),
    selectedCellLayer(scene, view),
    emphasisLayer(scene, view, ringless),
  ]
}
