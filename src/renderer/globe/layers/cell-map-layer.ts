// The cell map of a whole set: deck.gl's bitmap layer with a mesh and a fragment shader of its own, one texel a grid cell.

import type { LayerContext, UpdateParameters } from '@deck.gl/core'
import { BitmapLayer } from '@deck.gl/layers'
import type { GlobeScene } from '../globe-scene.ts'
import { type CellMap, growthPx, texelKm } from './cell-map.ts'
import { type CellMapMesh, cellMapMesh } from './cell-map-mesh.ts'
import { cellMapFragmentShader, cellMapModule } from './cell-map-shader.ts'
import { type CellMapTextures, freeCellMap, uploadCellMap } from './cell-map-textures.ts'
import { flat } from './data-layer.ts'

interface CellMapProps {
  readonly cellMap: CellMap
  /** plate carree of the world, white on land */
  readonly land: ImageData
  /** 0..1; `opacity` itself goes through deck.gl's gamma */
  readonly strength: number
  /** on the ground, at the centre of the map */
  readonly metersPerPixel: number
  readonly beforeId: string
}

/** The cell map lies directly below this layer of the style. */
export const firstLayerAboveCellMap = 'borders'

const premultiplied = {
  blendColorSrcFactor: 'one',
  blendColorDstFactor: 'one-minus-src-alpha',
  blendAlphaSrcFactor: 'one',
  blendAlphaDstFactor: 'one-minus-src-alpha',
} as const

/** @param cellMap what the scene's texture holds */
export function cellMapLayer(
  { map }: Pick<GlobeScene, 'map'>,
  { cellMap, land, metersPerPixel }: Pick<CellMapProps, 'cellMap' | 'land' | 'metersPerPixel'>,
): CellMapLayer {
  const strength = map?.visible ? map.opacity : 0
  return new CellMapLayer({
    id: 'cell-map',
    beforeId: firstLayerAboveCellMap,
    // what faces away is the far side of the Earth
    parameters: { ...flat, ...premultiplied, cullMode: 'back' },
    bounds: cellMap.grid.bbox as [number, number, number, number],
    visible: strength > 0,
    cellMap,
    land,
    strength,
    metersPerPixel,
  })
}

export class CellMapLayer extends BitmapLayer<CellMapProps> {
  static override layerName = 'CellMapLayer'

  override getShaders() {
    const shaders = super.getShaders()
    return { ...shaders, fs: cellMapFragmentShader, modules: [...shaders.modules, cellMapModule] }
  }

  override updateState(params: UpdateParameters<this>): void {
    super.updateState(params)
    const { cellMap, land } = params.props
    if (cellMap === params.oldProps.cellMap) return
    freeCellMap(this.#textures)
    this.setState({ textures: uploadCellMap(this.context.device, cellMap, land) })
  }

  override finalizeState(context: LayerContext): void {
    super.finalizeState(context)
    freeCellMap(this.#textures)
  }

  protected override _createMesh(): CellMapMesh {
    return cellMapMesh(this.props.cellMap.grid.bbox)
  }

  override draw(): void {
    const { model } = this.state
    const { cellMap, strength, metersPerPixel } = this.props
    if (!model || !this.#textures) return
    // beyond zoom 12 deck.gl's globe view draws a flat map
    const isGlobe = this.context.viewport.resolution !== undefined
    const kmPerPx = metersPerPixel / 1000
    model.shaderInputs.setProps({
      bitmap: { bounds: [0, 0, 0, 0], coordinateConversion: isGlobe ? 0 : -1 },
      cellMap: {
        bbox: [...cellMap.grid.bbox],
        texelKm: [...texelKm(cellMap.grid)],
        kmPerPx: kmPerPx / devicePixelRatio,
        growPx: growthPx(cellMap, kmPerPx) * devicePixelRatio,
        opacity: strength,
        ...this.#textures,
      },
    })
    model.draw(this.context.renderPass)
  }

  get #textures(): CellMapTextures | undefined {
    return (this.state as { readonly textures?: CellMapTextures }).textures
  }
}
