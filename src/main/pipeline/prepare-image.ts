// One image made ready for a network: its bands in order, the image part of the preprocessing applied and counted.

import { EngineError } from '../../shared/errors.ts'
import { cropFragment } from '../fragment/crop-fragment.ts'
import { type Fragment, fragmentsOf, planFragments } from '../fragment/plan-fragments.ts'
import { inputSize, type ModelCard, type Recipe } from '../models/model-card.ts'
import { preprocessFragment, preprocessingFor } from '../models/preprocess.ts'
import { applyPointwise } from '../models/steps/pointwise.ts'
import type { CellImage } from '../scenes/cell-image.ts'
import { chooseBands } from './choose-bands.ts'

export interface Preparation {
  readonly card: ModelCard
  readonly recipe: Recipe
  /** for cards that take any bands: the user's choice */
  readonly bands?: readonly string[] | undefined
}

/** Pixels of one band; low and high are of the pixels that are not nodata. */
export interface BandCount {
  readonly band: string
  readonly pixels: number
  readonly low: number
  readonly high: number
  readonly nodata: number
}

export interface PreparedImage {
  readonly fragments: readonly Fragment[]
  readonly bands: readonly string[]
  readonly counts: readonly BandCount[]
  /** e.g. pixels that no fragment covers */
  readonly warnings: readonly string[]
  /** pixels on each axis of the network's input */
  readonly inputSize: number
  /** Writes the network's input of fragment `index` to `into`, planar `(bands, inputSize, inputSize)`. */
  writeInput(index: number, into: Float32Array): void
}

/**
 * @param image its pixels may be written to
 * @throws EngineError `invalid-input` when bands are missing, the unit cannot be converted or the image is too small
 */
export function prepareImage(
  image: CellImage,
  { card, recipe, bands: wanted }: Preparation,
  name: string,
): PreparedImage {
  const bands = chooseBands(card, { name, bandNames: image.bandNames }, wanted)
  const { image: imageSteps, fragment: fragmentSteps } = preprocessingFor(card, recipe, { ...image, name })
  const pixels = takeBands(image, bands)
  const ignore = fillNodata(pixels, image)
  const counts = { low: new Float64Array(bands.length), high: new Float64Array(bands.length) }
  applyPointwise(pixels, imageSteps, { bandCount: bands.length, ignore, counts })
  const { fragments, size, warnings } = fragmentsFor(image, card, name)
  const taken = { ...image, bandNames: bands, pixels }
  const isSameSize = inputSize(recipe, size) === size
  const scratch = new Float32Array(isSameSize ? 0 : bands.length * size * size)
  const nodata = ignore?.reduce((sum, flag) => sum + flag, 0) ?? 0
  return {
    fragments,
    bands,
    counts: bands.map((band, i) => ({
      ...{ band, pixels: image.width * image.height, nodata },
      ...{ low: counts.low[i]!, high: counts.high[i]! },
    })),
    warnings,
    inputSize: inputSize(recipe, size),
    writeInput(index, into) {
      const crop = isSameSize ? into : scratch
      cropFragment(taken, fragments[index]!.pixelBbox, crop)
      const input = preprocessFragment(crop, fragmentSteps, { bandCount: bands.length, size })
      if (input !== into) into.set(input)
    },
  }
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

/** The chosen bands in order; the image's own pixels when they are just these. */
function takeBands(image: CellImage, bands: readonly string[]): Float32Array {
  if (bands.length === image.bandNames.length && bands.every((band, i) => band === image.bandNames[i]))
    return image.pixels
  const perBand = image.width * image.height
  const taken = new Float32Array(bands.length * perBand)
  for (const [i, band] of bands.entries()) {
    const from = image.bandNames.indexOf(band) * perBand
    taken.set(image.pixels.subarray(from, from + perBand), i * perBand)
  }
  return taken
}

/** Power no radar sees: what the standard's floor of 1e-10 becomes in dB. */
const lowestDecibel = -100

/**
 * Gives NaN and infinite pixels a value that networks can take (0, or -100 in dB).
 * @returns 1 where every band is nodata or any chosen band is not finite; undefined when there is no such pixel
 */
function fillNodata(pixels: Float32Array, image: CellImage): Uint8Array | undefined {
  const perBand = image.width * image.height
  const value = image.unit === 'db' ? lowestDecibel : 0
  let mask = image.nodataMask
  for (let i = 0; i < pixels.length; i++) {
    if (Number.isFinite(pixels[i])) continue
    if (mask === undefined || mask === image.nodataMask) mask = mask?.slice() ?? new Uint8Array(perBand)
    mask[i % perBand] = 1
    pixels[i] = value
  }
  return mask
}
