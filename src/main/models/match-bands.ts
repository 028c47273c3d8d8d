import { EngineError } from '../../shared/errors.ts'
import type { ModelCard } from './model-card.ts'

/** Other names of Sentinel-2 and Sentinel-1 bands in files and cards. */
const synonyms: Readonly<Record<string, string>> = {
  red: 'B04',
  r: 'B04',
  green: 'B03',
  g: 'B03',
  blue: 'B02',
  b: 'B02',
  nir: 'B08',
}

/** One spelling for each band: `b4`, `B4` and `red` are `B04`; `VV` is `vv`; unknown names stay as they are. */
export function canonicalBand(name: string): string {
  const lower = name.trim().toLowerCase()
  const numbered = /^b0?(\d{1,2})(a?)$/.exec(lower)
  if (numbered) return numbered[2] === 'a' ? `B${numbered[1]}A` : `B${numbered[1]!.padStart(2, '0')}`
  if (lower === 'vv' || lower === 'vh' || lower === 'hh' || lower === 'hv') return lower
  return synonyms[lower] ?? name.trim()
}

/**
 * The bands a card takes from an image, by the image's own names, in the card's order.
 * @param wanted for cards that take any bands: the user's choice; absent = all bands of the image
 * @throws EngineError `invalid-input` naming the first missing band
 */
export function matchBands(
  card: ModelCard,
  image: { readonly name: string; readonly bandNames: readonly string[] },
  wanted?: readonly string[],
): string[] {
  const byCanonical = new Map(image.bandNames.map((name) => [canonicalBand(name), name]))
  const bands = card.bands
  const chosen = Array.isArray(bands) ? bands : (wanted ?? image.bandNames)
  const found = chosen.map((band) => {
    const own = byCanonical.get(canonicalBand(band))
    if (own !== undefined) return own
    throw new EngineError(
      'invalid-input',
      `${image.name}: expected band ${band} for model ${card.id}, got ${image.bandNames.join(', ') || 'no band'}, name the bands with --bands or choose another model`,
    )
  })
  if (!Array.isArray(bands) && (found.length < bands.any.min || found.length > bands.any.max)) {
    throw new EngineError(
      'invalid-input',
      `${image.name}: expected ${bands.any.min} to ${bands.any.max} bands for model ${card.id}, got ${found.length}, choose them with --bands`,
    )
  }
  return found
}
