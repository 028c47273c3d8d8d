// The cell map of a whole set: deck.gl's bitmap layer with shaders of its own over the whole screen, one colour a grid cell.

import type { LayerContext, UpdateParameters } from '@deck.gl/core'
import { BitmapLayer } from '@deck.gl/layers'
import type { ShownMap } from '../cell-maps.ts'
import { type CellMap, growthPx, texelKm } from './cell-map.ts'
import { type CellMapViewport, pixelRays } from './cell-map-rays.ts'
import { cellMapFragmentShader, cellMapModule, cellMapVertexShader } from './cell-map-shader.ts'
import { type CellMapTextures, freeCellMap, uploadCellMap } from './cell-map-textures.ts'
import { cellMapWindow } from './cell-map-window.ts'
import { flat } from './data-layer.ts'
import { setMarkStrength } from './set-marks-layer.ts'

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

export function cellMapLayer(
  { map, cellMap }: ShownMap,
  { land, metersPerPixel }: Pick<CellMapProps, 'land' | 'metersPerPixel'>,
): CellMapLayer {
  const strength = map.visible ? map.opacity : 0
  return new CellMapLayer({
    id: `cell-map-${map.id}`,
    beforeId: firstLayerAboveCellMap,
    parameters: { ...flat, ...premultiplied },
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
    const modules = [...shaders.modules, cellMapModule]
    return { ...shaders, vs: cellMapVertexShader, fs: cellMapFragmentShader, modules }
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

  protected override _createMesh() {
    return screenMesh
  }

  override draw(): void {
    const { model } = this.state
    const { cellMap, strength, metersPerPixel } = this.props
    if (!model || !this.#textures) return
    const viewport = this.context.viewport as CellMapViewport
    const { isFlat, eye, ray, rayAcross, rayUp } = pixelRays(viewport)
    const { texelsPerRadian, ...place } = cellMapWindow(cellMap.grid, viewport)
    const kmPerPx = metersPerPixel / 1000
    model.shaderInputs.setProps({
      bitmap: { bounds: [0, 0, 0, 0], coordinateConversion: 0 },
      cellMap: {
        isFlat: isFlat ? 1 : 0,
        eye: [...eye],
        ray: [...ray],
        rayAcross: [...rayAcross],
        rayUp: [...rayUp],
        centre: [viewport.longitude, viewport.latitude],
        ...place,
        texelsPerRadian: [...texelsPerRadian],
        texelKm: [...texelKm(cellMap.grid)],
        kmPerPx: kmPerPx / devicePixelRatio,
        growPx: growthPx(cellMap, kmPerPx) * (1 - setMarkStrength(cellMap, kmPerPx)) * devicePixelRatio,
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

/** The screen from its lower left corner (-1, -1) to its upper right one. */
const screenMesh = {
  vertexCount: 6,
  positions: new Float64Array([-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0]),
  indices: new Uint32Array([0, 1, 2, 0, 2, 3]),
  texCoords: new Float32Array(8),
}
