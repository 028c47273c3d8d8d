import type { Bounds } from '../../shared/terms.ts'

/** As rasterio prints it: `x = a * col + b * row + c`, `y = d * col + e * row + f`; (0, 0) is the upper-left corner of the first pixel. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

export type SampleType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float16' | 'float32' | 'float64'

/** Half-open, in pixels of the raster. */
export interface PixelWindow {
  readonly row0: number
  readonly col0: number
  readonly row1: number
  readonly col1: number
}

export interface ReadWindowOptions {
  /** band indices from 0, in the order wanted; all bands when absent */
  readonly bands?: readonly number[]
  readonly signal?: AbortSignal
}

/** An open image of one or more bands; pixels are read window by window and never held here. */
export interface Raster {
  /** what to call it in messages */
  readonly name: string
  readonly width: number
  readonly height: number
  readonly bandCount: number
  /** present when every band has a name of its own */
  readonly bandNames?: readonly string[]
  readonly dtype: SampleType
  /** `EPSG:n`, or a PROJ text for a user-defined system; absent without georeference */
  readonly crs?: string
  readonly transform?: Affine
  /** of the corners; exact for north-up images */
  readonly bounds?: Bounds
  readonly nodata?: number
  /** key-value metadata of the file, e.g. `datetime` */
  readonly metadata: ReadonlyMap<string, string>
  /**
   * @returns planar `(bands, rows, cols)` of the window
   * @throws EngineError `unreadable-file` when bytes are missing or do not decode; a plain Error for a window outside the image
   */
  readWindow(window: PixelWindow, options?: ReadWindowOptions): Promise<Float32Array>
  /**
   * Looks at where the file says that its pixels are, without reading them; absent where a format does not say.
   * @throws EngineError `unreadable-file` when the file ends before its last pixel
   */
  requireWhole?(): Promise<void>
}

export function wholeWindow(raster: { readonly width: number; readonly height: number }): PixelWindow {
  return { row0: 0, col0: 0, row1: raster.height, col1: raster.width }
}

/** Checks a window and band list once, at the module's door. */
export function checkWindow(raster: Raster, window: PixelWindow, bands: readonly number[]): void {
  const { row0, col0, row1, col1 } = window
  const inside = 0 <= row0 && row0 < row1 && row1 <= raster.height && 0 <= col0 && col0 < col1 && col1 <= raster.width
  if (!inside || ![row0, col0, row1, col1].every(Number.isInteger)) {
    throw new Error(
      `${raster.name}: expected a window inside ${raster.height} x ${raster.width} px, got rows ${row0}..${row1}, columns ${col0}..${col1}`,
    )
  }
  const wrong = bands.find((band) => !Number.isInteger(band) || band < 0 || band >= raster.bandCount)
  if (wrong !== undefined) {
    throw new Error(`${raster.name}: expected band indices 0..${raster.bandCount - 1}, got ${wrong}`)
  }
}

export function boundsOf(transform: Affine, width: number, height: number): Bounds {
  const [a, b, c, d, e, f] = transform
  const xs = [c, c + a * width, c + b * height, c + a * width + b * height]
  const ys = [f, f + d * width, f + e * height, f + d * width + e * height]
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}
