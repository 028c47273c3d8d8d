// What the cell map keeps on the graphics processor.

import type { LayerContext } from '@deck.gl/core'
import type { CellMap } from './cell-map.ts'

type Device = LayerContext['device']
type Texture = ReturnType<Device['createTexture']>

export interface CellMapTextures {
  /** premultiplied colours, hard when magnified and averaged when minified */
  readonly cells: Texture
  /** to the nearest cell */
  readonly steps: Texture
  /** 1 on land, for the whole Earth */
  readonly land: Texture
  /** grid cells around the Earth in each texel row */
  readonly cellsOfRow: Texture
}

export function uploadCellMap(device: Device, { grid, pixels, reach }: CellMap, land: ImageData): CellMapTextures {
  const whole = reach.reachRows > 0 ? grid : { width: 1, height: 1 }
  return asTheyAre(device, () => {
    const cells = device.createTexture({
      ...sizeOf(grid),
      format: 'rgba8unorm',
      data: pixels,
      mipLevels: device.getMipLevelCount(grid.width, grid.height),
      sampler: { minFilter: 'linear', magFilter: 'nearest', mipmapFilter: 'linear' },
    })
    cells.generateMipmapsWebGL()
    return {
      cells,
      steps: device.createTexture({
        ...sizeOf(whole),
        format: 'rg8unorm',
        data: reach.steps,
        sampler: { minFilter: 'nearest', magFilter: 'nearest' },
      }),
      land: device.createTexture({
        ...sizeOf(land),
        format: 'r8unorm',
        data: redOf(land),
        sampler: { minFilter: 'linear', magFilter: 'linear', addressModeU: 'repeat' },
      }),
      cellsOfRow: device.createTexture({
        width: grid.height,
        height: 1,
        format: 'r32sint',
        data: Int32Array.from(grid.cellsOfRow),
        sampler: { minFilter: 'nearest', magFilter: 'nearest' },
      }),
    }
  })
}

export function freeCellMap(textures: CellMapTextures | undefined): void {
  for (const texture of Object.values(textures ?? {})) texture.destroy()
}

const sizeOf = ({ width, height }: { readonly width: number; readonly height: number }) => ({ width, height })

/** Bytes as they are: MapLibre, which shares the context, lets the driver premultiply its own images. */
function asTheyAre<Result>(device: Device, upload: () => Result): Result {
  const { UNPACK_FLIP_Y_WEBGL, UNPACK_PREMULTIPLY_ALPHA_WEBGL } = WebGL2RenderingContext
  return device.withParametersWebGL(
    { [UNPACK_FLIP_Y_WEBGL]: false, [UNPACK_PREMULTIPLY_ALPHA_WEBGL]: false },
    upload,
  ) as Result
}

function redOf({ data, width, height }: ImageData): Uint8Array {
  const red = new Uint8Array(width * height)
  for (let pixel = 0; pixel < red.length; pixel++) red[pixel] = data[4 * pixel]!
  return red
}
