import { cropFragment } from '../fragment/crop-fragment.ts'
import type { Fragment } from '../fragment/plan-fragments.ts'
import type { FragmentWindow } from '../fragment/plan-windows.ts'
import { type Preprocessing, preprocessFragment } from '../models/preprocess.ts'
import { applyPointwise, type ClipCounts } from '../models/steps/pointwise.ts'
import type { PixelWindow } from '../raster/raster.ts'
import type { ImagePixels } from '../scenes/cell-image.ts'
import { cloudFraction } from '../scenes/cloud-mask.ts'
import { countNodata } from '../scenes/nodata-mask.ts'
import type { OpenImage } from '../scenes/open-image.ts'

/** Shares of a fragment's pixels, 0..1. */
export interface FragmentFractions {
  /** null where the image has no cloud mask, or none that knows these pixels */
  readonly cloud: number | null
  readonly nodata: number
}

export interface PreparedWindow {
  readonly fragments: readonly Fragment[]
  /** of the pixels of `fragments[index]` */
  fractions(index: number): FragmentFractions
  /** Writes the network's input of `fragments[index]` to `into`, planar `(bands, inputSize, inputSize)`. */
  writeInput(index: number, into: Float32Array): void
}

export interface WindowContext {
  readonly image: OpenImage
  readonly bands: readonly string[]
  readonly preprocessing: Preprocessing
  /** added to; pixels that several windows hold count where they are owned */
  readonly counts: ClipCounts & { nodata: number }
  readonly fragmentSize: number
  readonly inputSize: number
}

/** @param part pixels of `plan.window`; they may be written to */
export function prepareWindow(part: ImagePixels, plan: FragmentWindow, context: WindowContext): PreparedWindow {
  const { image, bands, preprocessing, counts, fragmentSize } = context
  const { window, owned, fragments } = plan
  const width = window.col1 - window.col0
  const height = window.row1 - window.row0
  const pixels = takeBands(part.pixels, image.bandNames, bands)
  const nodata = fillNodata(pixels, width * height, { mask: part.nodataMask, unit: image.unit })
  counts.nodata += countNodata(nodata, window, owned)
  const ignore = uncounted(nodata, window, owned)
  applyPointwise(pixels, preprocessing.image, { bandCount: bands.length, ignore, counts })
  const isSameSize = context.inputSize === fragmentSize
  const scratch = new Float32Array(isSameSize ? 0 : bands.length * fragmentSize ** 2)
  return {
    fragments,
    fractions(index) {
      const [row0, col0, row1, col1] = fragments[index]!.pixelBbox
      const own = { row0, col0, row1, col1 }
      const nodataShare = countNodata(nodata, window, own) / ((row1 - row0) * (col1 - col0))
      return { cloud: cloudFraction(part.cloudMask, window, own), nodata: nodataShare }
    },
    writeInput(index, into) {
      const crop = isSameSize ? into : scratch
      const [row0, col0, row1, col1] = fragments[index]!.pixelBbox
      const { row0: top, col0: left } = window
      const inWindow = [row0 - top, col0 - left, row1 - top, col1 - left] as const
      cropFragment({ width, height, bandNames: bands, pixels }, inWindow, crop)
      const input = preprocessFragment(crop, preprocessing.fragment, { bandCount: bands.length, size: fragmentSize })
      if (input !== into) into.set(input)
    },
  }
}

/** The chosen bands in order; the same pixels when they are just these. */
function takeBands(pixels: Float32Array, bandNames: readonly string[], bands: readonly string[]): Float32Array {
  if (bands.length === bandNames.length && bands.every((band, i) => band === bandNames[i])) return pixels
  const perBand = pixels.length / bandNames.length
  const taken = new Float32Array(bands.length * perBand)
  for (const [i, band] of bands.entries()) {
    const from = bandNames.indexOf(band) * perBand
    taken.set(pixels.subarray(from, from + perBand), i * perBand)
  }
  return taken
}

/** Power no radar sees: what the standard's floor of 1e-10 becomes in dB. */
const lowestDecibel = -100

/**
 * Gives NaN and infinite pixels a value that networks can take (0, or -100 in dB).
 * @returns 1 where every band is nodata or any chosen band is not finite; undefined when there is no such pixel
 */
function fillNodata(
  pixels: Float32Array,
  perBand: number,
  { mask, unit }: { readonly mask: Uint8Array | undefined; readonly unit: OpenImage['unit'] },
): Uint8Array | undefined {
  const value = unit === 'db' ? lowestDecibel : 0
  let marked = mask
  for (let i = 0; i < pixels.length; i++) {
    if (Number.isFinite(pixels[i])) continue
    if (marked === undefined || marked === mask) marked = mask?.slice() ?? new Uint8Array(perBand)
    marked[i % perBand] = 1
    pixels[i] = value
  }
  return marked
}

/** 1 where a pixel is not to be counted: nodata, or owned by another window. */
function uncounted(nodata: Uint8Array | undefined, window: PixelWindow, owned: PixelWindow): Uint8Array | undefined {
  const cols = window.col1 - window.col0
  const rows = window.row1 - window.row0
  const ownedCols = owned.col1 - owned.col0
  if (ownedCols === cols && owned.row1 - owned.row0 === rows) return nodata
  const mask = new Uint8Array(rows * cols).fill(1)
  for (let row = owned.row0 - window.row0; row < owned.row1 - window.row0; row++) {
    const start = row * cols + owned.col0 - window.col0
    if (nodata === undefined) mask.fill(0, start, start + ownedCols)
    else mask.set(nodata.subarray(start, start + ownedCols), start)
  }
  return mask
}
