import { boundsOf, type Raster } from './raster.ts'

/**
 * The same image with row 0 in the north: some tools (netCDF exports, models) write the southernmost row first, with a
 * positive pixel height. Any other raster, a rotated one too, is returned as it is.
 */
export function northUp(raster: Raster): Raster {
  const { transform, width, height } = raster
  if (transform === undefined) return raster
  const [a, b, c, d, e, f] = transform
  if (b !== 0 || d !== 0 || e <= 0) return raster
  const turned = [a, b, c, d, -e, f + e * height] as const
  return {
    ...raster,
    transform: turned,
    bounds: boundsOf(turned, width, height),
    async readWindow(window, options) {
      const { row0, row1, col0, col1 } = window
      const pixels = await raster.readWindow({ ...window, row0: height - row1, row1: height - row0 }, options)
      reverseRows(pixels, row1 - row0, col1 - col0)
      return pixels
    },
  }
}

/** In place, in every plane of `rows x cols`. */
function reverseRows(pixels: Float32Array, rows: number, cols: number): void {
  const line = new Float32Array(cols)
  for (let plane = 0; plane < pixels.length; plane += rows * cols) {
    for (let row = 0; row < rows >> 1; row++) {
      const upper = plane + row * cols
      const lower = plane + (rows - 1 - row) * cols
      line.set(pixels.subarray(upper, upper + cols))
      pixels.copyWithin(upper, lower, lower + cols)
      pixels.set(line, lower)
    }
  }
}
