// One image made ready for a network, window by window: bands in order, preprocessing applied and counted, fragments cut.

import { EngineError } from '../../shared/errors.ts'
import { type Fragment, fragmentsOf, planFragments } from '../fragment/plan-fragments.ts'
import { type FragmentRows, planWindows } from '../fragment/plan-windows.ts'
import { inputSize, type ModelCard, type Recipe } from '../models/model-card.ts'
import { preprocessingFor } from '../models/preprocess.ts'
import type { PixelWindow } from '../raster/raster.ts'
import type { SkippedImage } from '../scenes/image-task.ts'
import type { OpenImage } from '../scenes/open-image.ts'
import { chooseBands } from './choose-bands.ts'
import { firstValidWindow } from './first-valid-window.ts'
import { type PreparedWindow, prepareWindow } from './prepare-window.ts'

export interface Preparation {
  readonly card: ModelCard
  readonly recipe: Recipe
  /** for cards that take any bands: the user's choice */
  readonly bands?: readonly string[] | undefined
  /** whether rows carry the shares of cloud and nodata in their fragment */
  readonly fractions?: boolean | undefined
  /** the rows of fragments to make, of an image that is read in pieces; all when absent */
  readonly fragmentRows?: FragmentRows | undefined
  /** memory for the pixels of one window; an image that needs more is read in several */
  readonly windowBytes?: number | undefined
}

/**
 * Cells of 13 bands need 60 MB. Larger windows read fewer blocks of a file twice, smaller ones leave room for several readers.
 */
export const usualWindowBytes = 256 * 2 ** 20

/** Pixels of one band; low and high are of the pixels that are not nodata. */
export interface BandCount {
  readonly band: string
  readonly pixels: number
  readonly low: number
  readonly high: number
  readonly nodata: number
}

export interface PreparedImage {
  /** of the whole image, or of the rows asked for */
  readonly fragments: readonly Fragment[]
  readonly bands: readonly string[]
  /** e.g. pixels that no fragment covers */
  readonly warnings: readonly string[]
  /** pixels on each axis of the network's input */
  readonly inputSize: number
  /**
   * Reads the image; its fragments come in their order.
   * @throws EngineError when pixels are unreadable
   */
  windows(): AsyncGenerator<PreparedWindow>
  /** of the image, or of what the rows asked for own, once every window has been read */
  counts(): readonly BandCount[]
}

/**
 * Looks at the first pixels; the rest is read as `windows` goes on.
 * @returns why the image should be left out, where its pixels say so
 * @throws EngineError `invalid-input` when bands are missing, the unit cannot be converted or the image is too small
 */
export async function prepareImage(
  image: OpenImage,
  { card, recipe, bands: wanted, fragmentRows, windowBytes = usualWindowBytes }: Preparation,
): Promise<PreparedImage | SkippedImage> {
  const bands = chooseBands(card, image, wanted)
  const preprocessing = preprocessingFor(card, recipe, image)
  const { fragments, size, warnings } = fragmentsFor(image, card, image.name)
  const mostPixels = windowBytes / image.bytesPerPixel
  const planned = planWindows(image, fragments, { mostPixels, fragmentRows })
  // whether an image is left out is asked of all of it, also where only a piece is to be made
  const others = fragmentRows === undefined ? [] : planWindows(image, fragments, { mostPixels })
  const first = await firstValidWindow(image, [...planned, ...others])
  if ('skipped' in first) return first
  const ownedPixels = planned.reduce((sum, { owned }) => sum + areaOf(owned), 0)
  const counts = { low: new Float64Array(bands.length), high: new Float64Array(bands.length), nodata: 0 }
  const context = { image, bands, preprocessing, counts, fragmentSize: size, inputSize: inputSize(recipe, size) }
  return {
    fragments: planned.flatMap((window) => window.fragments),
    ...{ bands, warnings, inputSize: context.inputSize },
    async *windows() {
      for (const [index, plan] of planned.entries()) {
        const part = (index === 0 ? first.take() : undefined) ?? (await image.readWindow(plan.window))
        yield prepareWindow(part, plan, context)
      }
    },
    counts: () =>
      bands.map((band, i) => ({
        ...{ band, pixels: ownedPixels, nodata: counts.nodata },
        ...{ low: counts.low[i]!, high: counts.high[i]! },
      })),
  }
}

function areaOf({ row0, row1, col0, col1 }: PixelWindow): number {
  return (row1 - row0) * (col1 - col0)
}

/** Fragments of the card's size; squares of the shorter side where the card takes smaller images whole. */
export function fragmentsFor(
  image: { readonly width: number; readonly height: number },
  card: ModelCard,
  name: string,
): { readonly fragments: readonly Fragment[]; readonly size: number; readonly warnings: readonly string[] } {
  const shorter = Math.min(image.width, image.height)
  const wanted = card.fragment.size
  if (shorter < wanted && card.fragment.smaller === 'refuse') {
    throw new EngineError(
      'invalid-input',
      `${name}: expected at least ${wanted} x ${wanted} px for model ${card.id}, got ${image.width} x ${image.height}; choose a model with smaller fragments`,
    )
  }
  const size = Math.min(wanted, shorter)
  const options = { fragmentSize: size, targetOverlap: card.fragment.targetOverlap }
  const warnings = [image.height, image.width].flatMap((side) => planFragments(side, options).warnings)
  return { fragments: fragmentsOf(image, options), size, warnings: [...new Set(warnings)] }
}
