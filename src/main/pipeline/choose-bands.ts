import { EngineError } from '../../shared/errors.ts'
import type { ModelCard } from '../models/model-card.ts'
import { matchBands, standardBandName } from '../scenes/band-names.ts'

/**
 * The bands a card takes from an image, by the image's own names, in the card's order.
 * @param wanted for cards that take any bands: the user's choice; absent = all bands of the image
 * @param fitting id of a known card for these bands, to be named as the remedy
 * @throws EngineError `invalid-input` naming the first missing band
 */
export function chooseBands(
  card: ModelCard,
  image: { readonly name: string; readonly bandNames: readonly string[] },
  wanted?: readonly string[],
  fitting?: string,
): string[] {
  const { bands } = card
  const remedy =
    fitting === undefined
      ? 'choose other bands or another model'
      : `choose a model for these bands, e.g. ${fitting} for ${image.bandNames.join(', ')}`
  const chosen = Array.isArray(bands) ? bands : (wanted ?? image.bandNames)
  // `band4` is only the fourth band of a file without names: whether that is B04, nobody knows
  const known = image.bandNames.map((name) => (/^band\d+$/.test(name) && !chosen.includes(name) ? '' : name))
  const found = matchBands(known, chosen).map((index, i) => {
    const own = known[index]
    if (own !== undefined) return own
    throw new EngineError(
      'invalid-input',
      `${image.name}: expected band ${chosen[i]} for model ${card.id}, got ${image.bandNames.join(', ') || 'no band'}; ${isUnnamed(image.bandNames) ? 'name its bands or choose another model' : remedy}`,
    )
  })
  if (!Array.isArray(bands) && (found.length < bands.any.min || found.length > bands.any.max)) {
    throw new EngineError(
      'invalid-input',
      `${image.name}: expected ${bands.any.min} to ${bands.any.max} bands for model ${card.id}, got ${found.length}; ${remedy}`,
    )
  }
  return found
}

/**
 * The id of a card for all the bands that the image has, else for some of them; undefined when there is none, or when the
 * bands have no names.
 */
export function cardForBands(cards: readonly ModelCard[], bandNames: readonly string[]): string | undefined {
  if (isUnnamed(bandNames)) return undefined
  const fitting = cards.flatMap(({ id, bands }) =>
    Array.isArray(bands) && matchBands(bandNames, bands).every((index) => index >= 0)
      ? [{ id, count: bands.length }]
      : [],
  )
  return fitting.sort((a, b) => b.count - a.count)[0]?.id
}

/** Whether the file gives no names, so that its bands are only counted. */
const isUnnamed = (bandNames: readonly string[]) => bandNames.some((name) => /^band\d+$/.test(name))

/** The standard's names of bands, e.g. `B04` for `red`; unknown names stay as they are. */
export function standardNames(bands: readonly string[]): string[] {
  return bands.map((band) => standardBandName(band) ?? band)
}
